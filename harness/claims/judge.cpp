#include "harness/claims/judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/stats/rare_class.hpp"

namespace ratbench::claims {
namespace {

constexpr std::size_t kMostDroppedRows = 20;

// What the test rows alone contribute: row components less what seeds add to them.
Measured rows_only(const stats::TwoWay& found, double rows) {
  // Rows that agree to the last digit leave no width; a point must still have one.
  constexpr double kLeastVariance = 1e-24;
  return {found.estimate,
          std::sqrt(std::max(found.variance_row - found.variance_residual, kLeastVariance)),
          rows - 1};
}

// All steps under other weights or another metric; empty when one of them has no spread.
std::vector<Measured> measure(const Assessment& a, std::span<const double> weights,
                              const stats::MetricFunction& metric) {
  std::vector<Measured> steps;
  for (const Step& step : a.question.steps) {
    const auto found = stats::two_way(a.evidence.table, weights, metric, step.contrast);
    if (!found || found->se <= 0) return {};
    if (a.seed_noise == SeedNoise::kCounted)
      steps.push_back({found->estimate, found->se, found->df});
    else
      steps.push_back(rows_only(*found, std::accumulate(weights.begin(), weights.end(), 0.0)));
  }
  return steps;
}

Outcome decide_or_not(const Criterion& criterion, const std::vector<Measured>& steps,
                      double alpha) {
  return steps.empty() ? Outcome::kUndecided : decide(criterion, steps, alpha);
}

std::string rows_of_class(const stats::PredictionTable& table, std::size_t wanted) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < table.labels.size(); ++i)
    if (static_cast<std::size_t>(table.labels[i]) == wanted)
      rows.insert(rows.end(), table.rows[i].begin(), table.rows[i].end());
  std::sort(rows.begin(), rows.end());
  return fmt::format("{}", fmt::join(rows, ", "));
}

std::string class_of_row(const Evidence& evidence, std::size_t row) {
  for (std::size_t i = 0; i < evidence.table.labels.size(); ++i)
    if (std::find(evidence.table.rows[i].begin(), evidence.table.rows[i].end(), row) !=
        evidence.table.rows[i].end())
      return evidence.class_names[static_cast<std::size_t>(evidence.table.labels[i])];
  return "";
}

bool holds_without_class(const Assessment& a, std::size_t rare, Outcome outcome, double alpha) {
  const auto metric = stats::without_class(a.evidence.metric, rare, a.evidence.table.classes);
  // Nothing but this class is measured.
  if (metric.classes.empty() && !a.evidence.metric.classes.empty()) return false;
  const auto weights =
      stats::weights_without_class(a.evidence.table, a.evidence.table.weights, rare);
  return decide_or_not(a.question.criterion, measure(a, weights, metric), alpha) == outcome;
}

// The intervals keep their widths and move with the estimates.
bool holds_at_recall_end(const Assessment& a, std::size_t rare, stats::RecallEnd end,
                         Outcome outcome, double alpha) {
  std::vector<Measured> moved = a.steps;
  for (std::size_t k = 0; k < moved.size(); ++k)
    moved[k].estimate =
        stats::estimate_at_recall_end(a.evidence.table, a.evidence.table.weights, a.evidence.metric,
                                      a.question.steps[k].contrast, rare, end);
  return decide(a.question.criterion, moved, alpha) == outcome;
}

// What the verdict does not survive; nothing when it holds for every rare class.
std::optional<std::string> resting_on_rare_class(const Assessment& a, Outcome outcome,
                                                 const stats::Fragility& fragile, double alpha) {
  const auto rare = stats::rare_classes(a.evidence.table, a.evidence.table.weights);
  for (const std::size_t c : rare) {
    std::vector<std::string> broken;
    if (!holds_without_class(a, c, outcome, alpha)) broken.emplace_back("with the class left out");
    if (!holds_at_recall_end(a, c, stats::RecallEnd::kLow, outcome, alpha))
      broken.emplace_back("with its recall at the lower Clopper-Pearson end");
    if (!holds_at_recall_end(a, c, stats::RecallEnd::kHigh, outcome, alpha))
      broken.emplace_back("with its recall at the upper Clopper-Pearson end");
    if (broken.empty()) continue;
    const auto rows = stats::support(a.evidence.table, a.evidence.table.weights)[c];
    return fmt::format(
        "\"{}\" would rest on the class {} with {} test row{} ({}): it does not "
        "hold {}",
        to_text(outcome), a.evidence.class_names[c], rows, rows == 1 ? "" : "s",
        rows_of_class(a.evidence.table, c), fmt::join(broken, ", nor "));
  }
  if (!rare.empty() && fragile.rows == 1U) {
    const std::size_t row = fragile.row_indices.front();
    return fmt::format("\"{}\" would rest on test row {} ({}): it does not hold without it",
                       to_text(outcome), row, class_of_row(a.evidence, row));
  }
  return std::nullopt;
}

std::string why_decided(const Assessment& a, Outcome outcome, double alpha) {
  const Criterion& criterion = a.question.criterion;
  const std::string& name = a.question.steps[a.weakest].name;
  const std::string ci = points(interval(a.steps[a.weakest], alpha));
  const bool supported = outcome == Outcome::kSupported;
  if (criterion.shape == Shape::kWithin)
    return supported ? fmt::format("the 1 - 2 alpha interval of {} lies within -+{:.4g} points",
                                   name, 100 * criterion.bound)
                     : fmt::format("the interval of {}, {}, lies outside -+{:.4g} points", name, ci,
                                   100 * criterion.bound);
  return fmt::format("the interval of {}, {}, lies {} {}", name, ci, supported ? "above" : "below",
                     points(criterion.bound));
}

std::string why_undecided(const Assessment& a) {
  const Criterion& criterion = a.question.criterion;
  const Step& step = a.question.steps[a.weakest];
  const auto row = stats::most_influential_row(a.evidence.table, a.evidence.metric, step.contrast);
  const std::string bound =
      criterion.shape == Shape::kWithin
          ? fmt::format("neither inside nor outside -+{:.4g} points", 100 * criterion.bound)
          : fmt::format("on both sides of {}", points(criterion.bound));
  return fmt::format(
      "the interval of {} lies {}; without test row {} ({}) the estimate of {} "
      "points would be {}",
      step.name, bound, row.row, a.evidence.class_names[static_cast<std::size_t>(row.label)],
      points(a.steps[a.weakest].estimate), points(row.estimate_without));
}

void describe(const stats::Fragility& fragile, Judged& out) {
  out.fragile_rows = fragile.row_indices;
  out.fragility_rows = !fragile.rows        ? fmt::format("more than {}", fragile.searched)
                       : fragile.exhaustive ? "1"
                                            : fmt::format("at most {}", *fragile.rows);
}

}  // namespace

std::string points(double fraction) { return fmt::format("{:+.1f}", 100 * fraction + 0.0); }

std::string points(const stats::Interval& interval) {
  return fmt::format("{} to {} points", points(interval.low), points(interval.high));
}

Assessment assess(Question question, Evidence evidence, SeedNoise seed_noise) {
  Assessment out{std::move(question), std::move(evidence), {}, "", std::nullopt, 0, seed_noise};
  out.nothing = out.evidence.nothing;
  if (!out.nothing.empty()) return out;
  out.steps = measure(out, out.evidence.table.weights, out.evidence.metric);
  if (out.steps.empty()) {
    out.nothing = "zero variance: the contrast does not differ between seeds or rows";
    return out;
  }
  out.p = p_value(out.question.criterion, out.steps);
  return out;
}

Judged judge(const Assessment& a, double alpha) {
  RB_CHECK(!a.steps.empty());
  const Criterion& criterion = a.question.criterion;
  Judged out;
  out.outcome = decide(criterion, a.steps, alpha);
  const bool decided = out.outcome != Outcome::kUndecided;
  const stats::Judge under = [&](std::span<const double> weights) {
    const auto steps = measure(a, weights, a.evidence.metric);
    return stats::Judgement{static_cast<int>(decide_or_not(criterion, steps, alpha)),
                            steps.empty() ? 0 : slack(criterion, steps, alpha)};
  };
  const auto fragile = stats::fragility(a.evidence.table, under, decided ? kMostDroppedRows : 1);
  describe(fragile, out);
  if (!a.evidence.incomplete.empty()) {
    out.outcome = Outcome::kUndecided;
    out.reason = a.evidence.incomplete;
    return out;
  }
  out.reason = decided ? why_decided(a, out.outcome, alpha) : why_undecided(a);
  if (!decided) return out;
  if (const auto broken = resting_on_rare_class(a, out.outcome, fragile, alpha)) {
    out.outcome = Outcome::kUndecided;
    out.reason = *broken;
  }
  return out;
}

}  // namespace ratbench::claims
