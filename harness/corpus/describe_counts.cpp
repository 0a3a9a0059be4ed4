#include <fmt/format.h>

#include <algorithm>

#include "harness/corpus/prepare.hpp"
#include "src/specs/names.hpp"

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

// Units of a split that count for a class: rows of the class, rows with the label, words with the
// tag that begins an entity.
std::int64_t units_of(const PreparedData& data, const std::string& split, std::size_t label) {
  const auto& labels = data.labels.at(split);
  if (data.task != "multilabel")
    return std::count(labels.begin(), labels.end(), static_cast<std::int32_t>(label));
  std::int64_t count = 0;
  for (std::size_t unit = label; unit < labels.size(); unit += data.class_names.size())
    count += labels[unit];
  return count;
}

// Classes that have a line: of task ner one per entity type, under the tag that begins it.
std::vector<std::size_t> listed_classes(const PreparedData& data) {
  std::vector<std::size_t> listed;
  for (std::size_t label = 0; label < data.class_names.size(); ++label)
    if (data.task != "ner" || data.class_names[label].starts_with("B-")) listed.push_back(label);
  return listed;
}

std::string name_of(const PreparedData& data, std::size_t label) {
  return data.task == "ner" ? data.class_names[label].substr(2) : data.class_names[label];
}

std::string describe_rows(const PreparedData& data) {
  if (data.row_starts.empty()) return "";
  const bool ner = data.task == "ner";
  std::string text;
  for (const char* split : {"train", "val", "test"})
    text += fmt::format(
        "{}{}: {} {}", text.empty() ? "" : "; ", split, data.rows(split),
        ner ? fmt::format("sentences, {} words", data.labels.at(split).size()) : "texts");
  return text + "\n";
}

}  // namespace

std::vector<std::string> count_notes(const PreparedData& data, const std::vector<Amount>& amounts) {
  std::vector<std::string> notes;
  for (const Amount& amount : amounts) {
    if (specs::growth_of(amount.made_by) == specs::Growth::kEveryShared)
      notes.push_back(
          fmt::format("{} {}: in the mean; every run's own shares are in v_class, "
                      "train_rows",
                      amount.made_by, amount.lambda));
    if (!amount.made_by.empty()) continue;
    for (std::size_t label = 0; label < data.class_names.size(); ++label) {
      const ClassSupply& supply = data.supply[label];
      if (supply.synthetic > 0 && supply.max_index < amount.lambda)
        notes.push_back(
            fmt::format("lambda {} is above the supply of {}: {} a source, all are used",
                        amount.lambda, data.class_names[label], supply.max_index));
    }
  }
  for (const std::size_t label : listed_classes(data))
    for (const char* split : {"val", "test"})
      if (units_of(data, split, label) == 0)
        notes.push_back(fmt::format("{} has no row in the {} split", name_of(data, label),
                                    split == std::string("val") ? "validation" : split));
  notes.insert(notes.end(), data.remarks.begin(), data.remarks.end());
  return notes;
}

std::string describe_counts(const PreparedData& data, const std::vector<Amount>& amounts) {
  const char* first = data.task == "ner"          ? "entities"
                      : data.task == "multilabel" ? "label"
                                                  : "class";
  std::vector<std::vector<std::string>> rows = {{first, "val", "test", "train originals"}};
  std::vector<std::vector<std::int64_t>> realised;
  for (const auto& [made_by, lambda] : amounts) {
    rows[0].push_back(fmt::format("{} {}", made_by.empty() ? "lambda" : made_by, lambda));
    realised.push_back(data.realised_counts(made_by, lambda));
  }
  for (const std::size_t label : listed_classes(data)) {
    auto& row = rows.emplace_back(
        std::vector<std::string>{name_of(data, label), std::to_string(units_of(data, "val", label)),
                                 std::to_string(units_of(data, "test", label)),
                                 std::to_string(data.supply[label].originals)});
    for (const auto& counts : realised) row.push_back(std::to_string(counts[label]));
  }
  std::string text = data.drawn.empty() ? "" : data.drawn + ":\n";
  return text + aligned(rows) + describe_rows(data);
}

}  // namespace ratbench::corpus
