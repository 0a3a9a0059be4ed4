#include "harness/claims/comparable.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

#include "harness/claims/scope.hpp"
#include "src/base/folder_name.hpp"

namespace ratbench::claims {
namespace {

constexpr std::array<std::string_view, 2> kData = {"data.release", "data.test"};
// Features are made by an encoder: their file stands for it.
constexpr std::array<std::string_view, 2> kEncoder = {"encoder.name", "encoder.path"};
constexpr std::array<std::string_view, 1> kModel = {"model.path"};
constexpr std::array<std::string_view, 1> kMinority = {"data.minority_classes"};

bool names_any(const spec::Paper& paper, std::span<const std::string_view> paths) {
  return std::any_of(paper.used.begin(), paper.used.end(), [&](const auto& fact) {
    return std::find(paths.begin(), paths.end(), fact.first) != paths.end();
  });
}

bool names_features(const spec::Paper& paper) {
  const auto has = [&](std::string_view path, std::string_view value) {
    return std::any_of(paper.used.begin(), paper.used.end(), [&](const auto& fact) {
      return fact.first == path && (value.empty() || fact.second == value);
    });
  };
  return has("data.format", "features") && has("data.test", "");
}

// Models have one name wherever they lie.
std::string named(const std::string& path, const std::string& value) {
  return path == kModel.front() ? folder_name(value) : value;
}

std::string value_of(const specs::Config& config, const std::string& path) {
  const specs::Value* value = config.find(path);
  return value == nullptr ? "none" : named(path, specs::to_text(*value));
}

}  // namespace

std::string not_comparable(const spec::Paper& paper, const std::string& metric,
                           const std::vector<const specs::Config*>& cells) {
  std::vector<std::string> unknown;
  if (!names_any(paper, kData)) unknown.emplace_back("data");
  if (cells.front()->text_or("model.name", "mlp") == "bert") {
    if (!names_any(paper, kModel)) unknown.emplace_back("model");
  } else if (!names_any(paper, kEncoder) && !names_features(paper)) {
    unknown.emplace_back("encoder");
  }
  if (metric == "minority_recall" && !names_any(paper, kMinority))
    unknown.emplace_back("minority classes");
  if (!unknown.empty())
    return fmt::format("paper.used does not say which {} the source used",
                       fmt::join(unknown, " and which "));
  std::vector<std::string> differences;
  for (const auto& [path, theirs] : paper.used) {
    const auto other = std::find_if(cells.begin(), cells.end(),
                                    [&, &p = path, &t = theirs](const specs::Config* config) {
                                      return value_of(*config, p) != named(p, t);
                                    });
    if (other != cells.end())
      differences.push_back(fmt::format("{} {} (here {})", path, theirs, value_of(**other, path)));
  }
  std::set<std::string> cuts;
  for (const specs::Config* config : cells)
    for (const Restriction& cut : restrictions(*config))
      if (!names_any(paper, std::array{std::string_view(cut.path)})) cuts.insert(cut.words);
  if (!cuts.empty())
    differences.push_back(fmt::format("its data whole (here {}, which paper.used does not name)",
                                      fmt::join(cuts, ", ")));
  return differences.empty() ? "" : fmt::format("the source used {}", fmt::join(differences, ", "));
}

}  // namespace ratbench::claims
