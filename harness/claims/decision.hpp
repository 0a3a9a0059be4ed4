// The decision table of claims: from estimates with standard errors to supported, refuted or
// undecided. Pure arithmetic; the same interval gives the outcome and the p value.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "src/stats/summary.hpp"

namespace ratbench::claims {

enum class Outcome { kUndecided, kSupported, kRefuted };
// "undecided", "supported", "refuted".
std::string_view to_text(Outcome outcome);

enum class Shape {
  kAbove,  // supported when every step's interval lies above `bound`, refuted when any lies below
           // at refuting_error
  kWithin  // supported when the 1 - 2 alpha interval lies inside (-bound, bound), refuted when the
           // 1 - alpha interval lies outside; `bound` > 0
};

struct Criterion {
  Shape shape = Shape::kAbove;
  double bound = 0;
};

// One contrast as measured; se > 0, df > 0.
struct Measured {
  double estimate = 0;
  double se = 0;
  double df = 0;
};

// The error of the interval that refutes one of `steps` contrasts: alpha for one and two, and 2
// alpha over their number beyond, as any of them may lie below by chance (Bonferroni; each interval
// errs at one end).
double refuting_error(std::size_t steps, double alpha);

// The two-sided interval with error `alpha` in (0, 1).
stats::Interval interval(const Measured& measured, double alpha);

// The error of the interval of step `shown` in which the outcome at `alpha` shows: 2 alpha where
// the estimate lies within the bounds of kWithin, which two one-sided tests show or leave open;
// refuting_error where kAbove is refuted; else alpha.
double deciding_error(const Criterion& criterion, std::span<const Measured> steps,
                      std::size_t shown, double alpha);

// `steps`: one contrast, or several that must all hold (best_of, order); not empty (CHECKed).
Outcome decide(const Criterion& criterion, std::span<const Measured> steps, double alpha);

// `decide` and `slack` at once, for callers that ask very often.
struct Decision {
  Outcome outcome = Outcome::kUndecided;
  double slack = 0;
};
Decision decide_with_slack(const Criterion& criterion, std::span<const Measured> steps,
                           double alpha);

// The smallest alpha at which `decide` gives a verdict; 1 when none does.
double p_value(const Criterion& criterion, std::span<const Measured> steps);

// How far the deciding bound lies from where the outcome would change, >= 0.
double slack(const Criterion& criterion, std::span<const Measured> steps, double alpha);

// The step that decides: the one with the smallest lower bound; where the claim is refuted, the one
// that lies furthest below.
std::size_t weakest_step(const Criterion& criterion, std::span<const Measured> steps, double alpha);

// Smallest distance of a true value beyond the bound (kAbove), or smallest margin for a true
// difference of 0 (kWithin), that `steps` show together with probability `power` at `alpha`. Each
// step gets its share of the 1 - power, and the one that needs most counts. The same before
// training and after it. `steps` not empty (CHECKed); 0 for steps with se = 0.
double minimum_detectable_effect(Shape shape, std::span<const Measured> steps, double alpha,
                                 double power = 0.8);

// Holm's step-down over one family: p adjusted, and the error at which each claim's own interval
// says the same as Holm (that of the first claim not shown, for all after it).
struct HolmLevel {
  double p_adjusted = 1;
  double alpha = 0.05;
};
std::vector<HolmLevel> holm_levels(std::span<const double> p, double alpha);

}  // namespace ratbench::claims
