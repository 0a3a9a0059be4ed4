#include "harness/claims/rare_rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "src/stats/rare_class.hpp"

namespace ratbench::claims {
namespace {

const std::string& class_name(const stats::PredictionTable& table, const Evidence& evidence,
                              std::size_t c) {
  return table.book ? table.book->names()[c] : evidence.class_names[c];
}

std::string rows_of_class(const stats::PredictionTable& table, const Evidence& evidence,
                          const std::string& wanted) {
  std::vector<std::size_t> rows;
  const auto add = [&](std::size_t pattern, std::size_t c) {
    if (class_name(table, evidence, c) == wanted)
      rows.insert(rows.end(), table.rows[pattern].begin(), table.rows[pattern].end());
  };
  for (std::size_t i = 0; i < table.labels.size(); ++i) {
    if (!table.book) {
      add(i, static_cast<std::size_t>(table.labels[i]));
      continue;
    }
    for (const stats::ColumnCount& one : (*table.book)[table.labels[i]]) add(i, one.column);
  }
  std::sort(rows.begin(), rows.end());
  return fmt::format("{}", fmt::join(rows, ", "));
}

bool holds_without_class(const Assessment& a, const stats::PredictionTable& rows, std::size_t rare,
                         Outcome outcome, double alpha) {
  const auto metric = stats::without_class(a.evidence.metric, rare, rows.classes);
  // Nothing but this class is measured.
  if (metric.classes.empty() && !a.evidence.metric.classes.empty()) return false;
  const auto weights = stats::weights_without_class(rows, rows.weights, rare);
  const auto steps = StepScans(a.question, a.evidence, metric, a.seed_noise).at({weights, {}});
  return decide_or_not(a.question.criterion, steps, alpha) == outcome;
}

double estimate_at_end(const Assessment& a, const stats::Contrast& contrast, std::size_t rare,
                       stats::RecallEnd end) {
  const Evidence& evidence = a.evidence;
  const auto at = [&](const stats::PredictionTable& table, const stats::Contrast& own) {
    return stats::estimate_at_recall_end(table, table.weights, evidence.metric, own, rare, end);
  };
  if (evidence.splits.empty()) return at(evidence.table, contrast);
  double sum = 0;
  for (const Split& split : evidence.splits)
    sum += at(split.table, contrast_of_split(contrast, split, evidence.splits.size()));
  return sum / static_cast<double>(evidence.splits.size());
}

// The intervals keep their widths and move with the estimates.
bool holds_at_recall_end(const Assessment& a, std::size_t rare, stats::RecallEnd end,
                         Outcome outcome, double alpha) {
  std::vector<Measured> moved = a.steps;
  for (std::size_t k = 0; k < moved.size(); ++k)
    moved[k].estimate = estimate_at_end(a, a.question.steps[k].contrast, rare, end);
  return decide(a.question.criterion, moved, alpha) == outcome;
}

}  // namespace

std::vector<RareClass> rare_class_findings(const Assessment& a, Outcome outcome, double alpha) {
  const stats::PredictionTable rows = all_rows(a.evidence);
  std::vector<RareClass> out;
  for (const auto& [c, support] : a.evidence.rare_classes()) {
    RareClass rare{class_name(rows, a.evidence, c), static_cast<std::size_t>(support), {}};
    if (outcome != Outcome::kUndecided) {
      if (!holds_without_class(a, rows, c, outcome, alpha))
        rare.lost.emplace_back("with the class left out");
      if (!holds_at_recall_end(a, c, stats::RecallEnd::kLow, outcome, alpha))
        rare.lost.emplace_back("with its recall at the lower Clopper-Pearson end");
      if (!holds_at_recall_end(a, c, stats::RecallEnd::kHigh, outcome, alpha))
        rare.lost.emplace_back("with its recall at the upper Clopper-Pearson end");
    }
    out.push_back(std::move(rare));
  }
  return out;
}

std::string named_row(const Evidence& evidence, std::size_t row, std::size_t pattern) {
  if (evidence.splits.empty())
    return fmt::format("{} ({})", row, evidence.row_in_words(pattern, row));
  std::size_t begin = 0;
  for (const Split& split : evidence.splits) {
    const std::size_t patterns = split.table.labels.size();
    if (pattern < begin + patterns)
      return fmt::format("{} of {} ({})", row, split.name,
                         evidence.truth_of(split.table, pattern - begin));
    begin += patterns;
  }
  return std::to_string(row);
}

std::optional<std::string> resting_on_rare_class(const Assessment& a, Outcome outcome,
                                                 const std::vector<RareClass>& rare,
                                                 const stats::Fragility& dropped) {
  const stats::PredictionTable rows = all_rows(a.evidence);
  for (const RareClass& one : rare) {
    if (one.lost.empty()) continue;
    const std::string which = a.evidence.splits.empty()
                                  ? fmt::format("{}{}", rows.book ? "test rows " : "",
                                                rows_of_class(rows, a.evidence, one.name))
                                  : "in a split";
    return fmt::format("\"{}\" would rest on the class {} with {} {}{} ({}): it does not hold {}",
                       to_text(outcome), one.name, one.rows, rows.book ? "true item" : "test row",
                       one.rows == 1 ? "" : "s", which, fmt::join(one.lost, ", nor "));
  }
  if (!rare.empty() && dropped.rows == 1U)
    return fmt::format(
        "\"{}\" would rest on test row {}: it does not hold without it", to_text(outcome),
        named_row(a.evidence, dropped.row_indices.front(), dropped.patterns.front()));
  return std::nullopt;
}

}  // namespace ratbench::claims
