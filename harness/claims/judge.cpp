#include "harness/claims/judge.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/claims/rare_rule.hpp"
#include "src/base/check.hpp"
#include "src/stats/fragility.hpp"

namespace ratbench::claims {
namespace {

const char* plural(double fraction) { return std::abs(fraction) == 0.01 ? "" : "s"; }

// "0", "-1 point", "+2.5 points".
std::string bound_in_words(double bound) {
  if (bound == 0) return "0";
  return fmt::format("{:+.4g} point{}", 100 * bound, plural(bound));
}

std::string why_decided(const Assessment& a, Outcome outcome, double alpha) {
  const Criterion& criterion = a.question.criterion;
  const std::string& name = a.question.steps[a.weakest].name;
  const std::string ci = points(interval(a.steps[a.weakest], alpha));
  const bool supported = outcome == Outcome::kSupported;
  if (criterion.shape == Shape::kWithin)
    return supported ? fmt::format("the 1 - 2 alpha interval of {} lies within ±{:.4g} point{}",
                                   name, 100 * criterion.bound, plural(criterion.bound))
                     : fmt::format("the interval of {}, {}, lies outside ±{:.4g} point{}", name, ci,
                                   100 * criterion.bound, plural(criterion.bound));
  return fmt::format("the interval of {}, {}, lies {} {}", name, ci, supported ? "above" : "below",
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
                     row.row, a.evidence.truth_of(row.pattern), points(a.steps[a.weakest].estimate),
                     points(row.estimate_without));
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

std::string points(double fraction) {
  const std::string text = fmt::format("{:+.1f}", 100 * fraction);
  if (text != "+0.0" && text != "-0.0") return text;
  // On which side of 0 an end of an interval lies may be what decides.
  const std::string finer = fmt::format("{:+.2f}", 100 * fraction);
  return finer == "+0.00" || finer == "-0.00" ? "0.0" : finer;
}

std::string points(const stats::Interval& interval) {
  return fmt::format("{} to {} points", points(interval.low), points(interval.high));
}

Outcome decide_or_not(const Criterion& criterion, const std::vector<Measured>& steps,
                      double alpha) {
  return steps.empty() ? Outcome::kUndecided : decide(criterion, steps, alpha);
}

Assessment assess(Question question, Evidence evidence, SeedNoise seed_noise) {
  Assessment out{std::move(question), std::move(evidence), {}, "", std::nullopt, 0, seed_noise};
  out.nothing = out.evidence.nothing;
  if (!out.nothing.empty()) return out;
  const stats::PredictionTable rows = all_rows(out.evidence);
  out.steps =
      StepScans(out.question, out.evidence, out.evidence.metric, seed_noise).at({rows.weights, {}});
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
  out.reason = decided ? why_decided(a, out.outcome, alpha) : why_undecided(a);
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
