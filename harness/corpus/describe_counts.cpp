#include <fmt/format.h>

#include <algorithm>

#include "harness/corpus/prepare.hpp"

namespace ratbench::corpus {
namespace {

// Rows of a table, the first column left, all others right aligned.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    text += fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i) text += fmt::format("  {:>{}}", row[i], widths[i]);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string describe_counts(const PreparedData& data, const std::vector<std::int64_t>& lambdas) {
  std::vector<std::vector<std::string>> rows = {{"class", "val", "test", "train originals"}};
  std::vector<std::vector<std::int64_t>> realised;
  for (const std::int64_t lambda : lambdas) {
    rows[0].push_back(fmt::format("lambda {}", lambda));
    realised.push_back(data.realised_counts(lambda));
  }
  const auto count = [&](const char* split, std::size_t label) {
    const auto& labels = data.labels.at(split);
    return std::to_string(
        std::count(labels.begin(), labels.end(), static_cast<std::int32_t>(label)));
  };
  for (std::size_t label = 0; label < data.class_names.size(); ++label) {
    auto& row = rows.emplace_back(
        std::vector<std::string>{data.class_names[label], count("val", label), count("test", label),
                                 std::to_string(data.supply[label].originals)});
    for (const auto& counts : realised) row.push_back(std::to_string(counts[label]));
  }
  std::string text = data.drawn.empty() ? "" : data.drawn + ":\n";
  text += aligned(rows);
  for (const std::int64_t lambda : lambdas)
    for (std::size_t label = 0; label < data.class_names.size(); ++label) {
      const ClassSupply& supply = data.supply[label];
      if (supply.synthetic > 0 && supply.max_index < lambda)
        text += fmt::format("lambda {} is above the supply of {}: {} a source, all are used\n",
                            lambda, data.class_names[label], supply.max_index);
    }
  return text;
}

}  // namespace ratbench::corpus
