#include "harness/claims/decision.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"

namespace ratbench::claims {
namespace {

// Two p of one contrast differ by this share at most.
constexpr double kSameP = 1e-9;

double two_sided_p(double distance, const Measured& step) {
  return std::min(1.0, 2 * stats::t_upper_tail(std::abs(distance) / step.se, step.df));
}

double p_above(double bound, std::span<const Measured> steps) {
  double all_above = 0;
  double any_below = 1;
  const double times = 1 / refuting_error(steps.size(), 1);
  for (const Measured& step : steps) {
    const double p = two_sided_p(step.estimate - bound, step);
    all_above = std::max(all_above, step.estimate > bound ? p : 1);
    if (step.estimate < bound) any_below = std::min(any_below, times * p);
  }
  return std::min(all_above, any_below);
}

double p_within(double bound, const Measured& step) {
  const double beyond = std::abs(step.estimate) - bound;
  return beyond < 0 ? stats::t_upper_tail(-beyond / step.se, step.df) : two_sided_p(beyond, step);
}

// Room between the deciding bounds and the criterion: positive when the outcome is given.
struct Room {
  double supported = 0;
  double refuted = 0;
};

Room room(const Criterion& criterion, std::span<const Measured> steps, double alpha) {
  RB_CHECK(!steps.empty());
  if (criterion.shape == Shape::kWithin) {
    const stats::Interval narrow = interval(steps.front(), 2 * alpha);
    const stats::Interval wide = interval(steps.front(), alpha);
    return {criterion.bound - std::max(std::abs(narrow.low), std::abs(narrow.high)),
            std::max(wide.low - criterion.bound, -criterion.bound - wide.high)};
  }
  Room out{INFINITY, -INFINITY};
  const double refuting = refuting_error(steps.size(), alpha);
  for (const Measured& step : steps) {
    const stats::Interval ci = interval(step, alpha);
    out.supported = std::min(out.supported, ci.low - criterion.bound);
    // Fragility asks very often, and quantiles are what takes time.
    const double high = refuting == alpha ? ci.high : interval(step, refuting).high;
    out.refuted = std::max(out.refuted, criterion.bound - high);
  }
  return out;
}

}  // namespace

std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSupported:
      return "supported";
    case Outcome::kRefuted:
      return "refuted";
    case Outcome::kUndecided:
      break;
  }
  return "undecided";
}

double refuting_error(std::size_t steps, double alpha) {
  return std::min(1.0, 2.0 / static_cast<double>(steps)) * alpha;
}

stats::Interval interval(const Measured& measured, double alpha) {
  RB_CHECK_GT(measured.se, 0.0);
  const double half = stats::t_quantile(1 - alpha / 2, measured.df) * measured.se;
  return {measured.estimate - half, measured.estimate + half};
}

double deciding_error(const Criterion& criterion, std::span<const Measured> steps,
                      std::size_t shown, double alpha) {
  const double estimate = steps[shown].estimate;
  if (criterion.shape == Shape::kWithin)
    return std::abs(estimate) < criterion.bound ? 2 * alpha : alpha;
  return decide(criterion, steps, alpha) == Outcome::kRefuted ? refuting_error(steps.size(), alpha)
                                                              : alpha;
}

Decision decide_with_slack(const Criterion& criterion, std::span<const Measured> steps,
                           double alpha) {
  const Room left = room(criterion, steps, alpha);
  // Several steps could each say something else; a step shown to fail refutes the whole.
  if (left.refuted > 0) return {Outcome::kRefuted, left.refuted};
  if (left.supported > 0) return {Outcome::kSupported, left.supported};
  return {Outcome::kUndecided, std::min(-left.refuted, -left.supported)};
}

Outcome decide(const Criterion& criterion, std::span<const Measured> steps, double alpha) {
  return decide_with_slack(criterion, steps, alpha).outcome;
}

double p_value(const Criterion& criterion, std::span<const Measured> steps) {
  RB_CHECK(!steps.empty());
  return criterion.shape == Shape::kAbove ? p_above(criterion.bound, steps)
                                          : p_within(criterion.bound, steps.front());
}

double slack(const Criterion& criterion, std::span<const Measured> steps, double alpha) {
  return decide_with_slack(criterion, steps, alpha).slack;
}

std::size_t weakest_step(const Criterion& criterion, std::span<const Measured> steps,
                         double alpha) {
  const bool refuted =
      criterion.shape == Shape::kAbove && decide(criterion, steps, alpha) == Outcome::kRefuted;
  const double error = refuted ? refuting_error(steps.size(), alpha) : alpha;
  const auto end = [&](const Measured& step) {
    const stats::Interval ci = interval(step, error);
    return refuted ? ci.high : ci.low;
  };
  const auto weakest =
      std::min_element(steps.begin(), steps.end(),
                       [&](const Measured& a, const Measured& b) { return end(a) < end(b); });
  return static_cast<std::size_t>(weakest - steps.begin());
}

double minimum_detectable_effect(Shape shape, std::span<const Measured> steps, double alpha,
                                 double power) {
  RB_CHECK(!steps.empty());
  const double missed = (1 - power) / static_cast<double>(steps.size());
  double worst = 0;
  for (const Measured& step : steps) {
    if (step.se <= 0) continue;
    // Both ends of the 1 - 2 alpha interval must lie inside; each may fail half of the time
    // allowed.
    const bool within = shape == Shape::kWithin;
    const double quantiles = stats::t_quantile(within ? 1 - alpha : 1 - alpha / 2, step.df) +
                             stats::t_quantile(1 - (within ? missed / 2 : missed), step.df);
    worst = std::max(worst, quantiles * step.se);
  }
  return worst;
}

std::vector<HolmLevel> holm_levels(std::span<const double> p, double alpha) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<HolmLevel> levels(p.size());
  double adjusted = 0;
  double level = 0;
  bool stopped = false;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto left = static_cast<double>(p.size() - rank);
    const double own = p[order[rank]];
    adjusted = std::min(1.0, std::max(adjusted, left * own));
    // Equal claims are treated alike, whichever the file names first.
    const bool tied = rank > 0 && own <= (1 + kSameP) * p[order[rank - 1]];
    if (!stopped && !tied) level = alpha / left;
    stopped = stopped || own > level;
    levels[order[rank]] = {adjusted, level};
  }
  return levels;
}

}  // namespace ratbench::claims
