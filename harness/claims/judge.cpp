#include "harness/claims/judge.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/claims/rare_rule.hpp"
#include "src/base/check.hpp"
#include "src/stats/fragility.hpp"

namespace ratbench::claims {
namespace {

// Below this an estimate that nothing varies is rounding of equal scores.
constexpr double kRounding = 1e-12;

const char* plural(double fraction) { return std::abs(fraction) == 0.01 ? "" : "s"; }

// "0", "-1 point", "+2.5 points".
std::string bound_in_words(double bound) {
  if (bound == 0) return "0";
  return fmt::format("{:+.4g} point{}", 100 * bound, plural(bound));
}

// The verdict's own fields and its sentence give the interval.
std::string why_decided(const Assessment& a, Outcome outcome) {
  const Criterion& criterion = a.question.criterion;
  const std::string& name = a.question.steps[a.weakest].name;
  const bool supported = outcome == Outcome::kSupported;
  if (criterion.shape == Shape::kWithin)
    return fmt::format("the interval of {} lies {} ±{:.4g} point{}", name,
                       supported ? "within" : "outside", 100 * criterion.bound,
                       plural(criterion.bound));
  return fmt::format("the interval of {} lies {} {}", name, supported ? "above" : "below",
                     bound_in_words(criterion.bound));
}

std::string why_undecided(const Assessment& a) {
  const Criterion& criterion = a.question.criterion;
  const Step& step = a.question.steps[a.weakest];
  const std::string bound =
      criterion.shape == Shape::kWithin
          ? fmt::format("neither inside nor outside ±{:.4g} point{}", 100 * criterion.bound,
                        plural(criterion.bound))
          : fmt::format("on both sides of {}", bound_in_words(criterion.bound));
  const std::string lies = fmt::format("the interval of {} lies {}", step.name, bound);
  if (!a.evidence.splits.empty()) return lies;
  const auto row = stats::most_influential_row(a.evidence.table, a.evidence.metric, step.contrast);
  return fmt::format("{}; without test row {} ({}) the estimate of {} points would be {}", lies,
                     row.row, a.evidence.row_in_words(row.pattern, row.row),
                     points(a.steps[a.weakest].estimate), points(row.estimate_without));
}

// Cells of one configuration share their runs.
bool are_same_runs(const Assessment& a) {
  return a.question.cells.size() > 1 && a.evidence.run_keys.size() == a.evidence.seeds.size();
}

stats::FragilitySearch search_for(const Assessment& a, stats::RowChange change) {
  stats::FragilitySearch search;
  search.change = change;
  search.most_rows = 20;
  const stats::PredictionTable& table = a.evidence.table;
  if (table.runs.size() <= kManyRuns && table.runs.size() * table.labels.size() <= kManyPredictions)
    return search;
  search.most_rows = 5;
  search.candidates = 10;
  search.shortlist = stats::likeliest_edits(a.evidence.table, a.evidence.metric,
                                            a.question.steps[a.weakest].contrast, change, 40);
  return search;
}

// One row is tried exhaustively; more, and one of a shortlist, are an upper bound where found.
std::string in_words(const stats::Fragility& fragile, const stats::FragilitySearch& search) {
  if (fragile.rows && *fragile.rows == 1 && search.shortlist.empty()) return "1";
  if (fragile.rows) return fmt::format("at most {}", *fragile.rows);
  if (fragile.searched == 1 && search.shortlist.empty()) return "more than 1";
  return fmt::format("{} tried do not", fragile.searched);
}

}  // namespace

std::string points(double fraction, double bound) {
  const auto at = [&](int digits) { return fmt::format("{:+.{}f}", 100 * fraction, digits); };
  const std::string rough = at(1);
  const std::string finer = at(2);
  if (rough == "+0.0" || rough == "-0.0")
    return finer == "+0.00" || finer == "-0.00" ? "0.0" : finer;
  // On which side of what is asked for an end of an interval lies may be what decides.
  const bool hides = std::abs(std::abs(std::stod(rough)) - std::abs(100 * bound)) < 1e-9;
  return hides && std::abs(fraction) != std::abs(bound) ? finer : rough;
}

std::string points(const stats::Interval& interval, double bound) {
  return fmt::format("{} to {} points", points(interval.low, bound), points(interval.high, bound));
}

Outcome decide_or_not(const Criterion& criterion, const std::vector<Measured>& steps,
                      double alpha) {
  return steps.empty() ? Outcome::kUndecided : decide(criterion, steps, alpha);
}

Assessment assess(Question question, Evidence evidence, SeedNoise seed_noise) {
  Assessment out;
  out.question = std::move(question);
  out.evidence = std::move(evidence);
  out.seed_noise = seed_noise;
  out.nothing = out.evidence.nothing;
  if (!out.nothing.empty()) return out;
  const stats::PredictionTable rows = all_rows(out.evidence);
  StepScans scans(out.question, out.evidence, out.evidence.metric, seed_noise);
  out.steps = scans.at({rows.weights, {}});
  if (out.steps.empty()) {
    out.weakest = scans.without_spread({rows.weights, {}}).value();
    const Step& still = out.question.steps[out.weakest];
    const double estimate = estimate_of(out.evidence, still.contrast);
    out.unvaried_estimate = std::abs(estimate) < kRounding ? 0 : estimate;
    out.nothing = are_same_runs(out)
                      ? "zero variance: the arms are the same runs"
                      : fmt::format(
                            "zero variance: {} varies neither over seeds nor over {}, so that no "
                            "interval can be made",
                            still.name, out.evidence.splits.empty() ? "test rows" : "splits");
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
  StepScans scans(a.question, a.evidence, a.evidence.metric, a.seed_noise);
  const stats::Judge under = [&](const stats::ChangedRows& rows) {
    const auto steps = scans.at(rows);
    if (steps.empty()) return stats::Judgement{static_cast<int>(Outcome::kUndecided), 0};
    const Decision found = decide_with_slack(criterion, steps, alpha);
    return stats::Judgement{static_cast<int>(found.outcome), found.slack};
  };
  const stats::PredictionTable rows = all_rows(a.evidence);
  const auto drop = search_for(a, stats::RowChange::kDrop);
  const auto relabel = search_for(a, stats::RowChange::kRelabel);
  const auto dropped = stats::fragility(rows, under, drop);
  out.fragility_rows = in_words(dropped, drop);
  // Rows with counts have no other class to be given.
  if (!rows.book)
    out.fragility_relabelled = in_words(stats::fragility(rows, under, relabel), relabel);
  // Row indices of several splits would not say which split they are of.
  if (a.evidence.splits.empty()) out.fragile_rows = dropped.row_indices;
  out.rare_classes = rare_class_findings(a, out.outcome, alpha);
  if (!a.evidence.incomplete.empty()) {
    out.outcome = Outcome::kUndecided;
    out.because = Because::kRuns;
    out.reason = a.evidence.incomplete;
    return out;
  }
  out.reason = decided ? why_decided(a, out.outcome) : why_undecided(a);
  if (!decided) {
    out.because = Because::kInterval;
    return out;
  }
  if (const auto broken = resting_on_rare_class(a, out.outcome, out.rare_classes, dropped)) {
    out.outcome = Outcome::kUndecided;
    out.because = Because::kFewRows;
    out.reason = *broken;
  }
  return out;
}

}  // namespace ratbench::claims
