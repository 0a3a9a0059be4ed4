#include "harness/claims/common_ground.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace ratbench::claims {
namespace {

// True when `places` hold as many cells of every arm, and of a trend as much of either sign, as
// each of `groups` equal groups would.
bool covers_every_arm(const Question& question, const std::vector<std::size_t>& places,
                      std::size_t groups) {
  const auto has = [&](std::size_t place) {
    return std::find(places.begin(), places.end(), place) != places.end();
  };
  const bool arms = std::all_of(question.arms.begin(), question.arms.end(), [&](const auto& arm) {
    return static_cast<std::size_t>(std::count_if(arm.begin(), arm.end(), has)) * groups ==
           arm.size();
  });
  if (!question.arms.empty()) return arms;
  double all = 0;
  double own = 0;
  for (std::size_t k = 0; k < question.cells.size(); ++k) {
    const double share = std::max(0.0, question.steps.front().contrast.coefficients[k]);
    all += share;
    if (has(k)) own += share;
  }
  // Sums of equal fractions in another order agree to far more than this.
  return std::abs(own * static_cast<double>(groups) - all) <= 1e-9 * all;
}

// What `data.split` draws; equal for cells that draw the same rows.
std::string split_of(const specs::Config& config) {
  std::string out = config.text_or("data.split.name", "given");
  for (const char* path :
       {"data.split.fraction", "data.split.folds", "data.split.fold", "data.split.seed"})
    out += " " + (config.has(path) ? specs::to_text(*config.find(path)) : "-");
  return out;
}

// The value that all cells have; blocks the question where they have several.
std::string common(const std::vector<grid::Cell>& cells, const char* path, const char* fallback,
                   const char* problem, Question& question) {
  std::string value;
  for (std::size_t k = 0; k < question.cells.size(); ++k) {
    std::string own = cells[question.cells[k]].config.text_or(path, fallback);
    if (k > 0 && own != value) question.blocked = problem;
    value = std::move(own);
  }
  return value;
}

}  // namespace

void find_common_ground(const std::vector<grid::Cell>& cells, Question& question) {
  if (!question.blocked.empty()) return;
  std::map<std::string, std::vector<std::size_t>> by_split;
  for (std::size_t k = 0; k < question.cells.size(); ++k)
    by_split[split_of(cells[question.cells[k]].config)].push_back(k);
  for (auto& [split, places] : by_split) question.splits.push_back(std::move(places));
  if (!std::all_of(question.splits.begin(), question.splits.end(), [&](const auto& places) {
        return covers_every_arm(question, places, question.splits.size());
      }))
    question.blocked = "the arms do not cover the same splits of the data (data.split)";
  question.negative_class =
      common(cells, "data.negative_class", "",
             "the arms name different negative classes (data.negative_class)", question);
  question.selection = common(cells, "train.select", "best",
                              "the arms select their epoch differently (train.select)", question);
}

std::string split_name(const specs::Config& config) {
  const bool is_fold = config.text_or("data.split.name", "given") == "kfold";
  const specs::Value* value = config.find(is_fold ? "data.split.fold" : "data.split.seed");
  return (is_fold ? "fold " : "split seed ") + (value == nullptr ? "-" : specs::to_text(*value));
}

}  // namespace ratbench::claims
