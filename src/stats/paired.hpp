// Tests of paired differences: Student's t, Wilcoxon's signed ranks, and the corrected t test for
// overlapping training sets. Undefined statistics are absent, never zero or infinite.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "src/stats/summary.hpp"

namespace ratbench::stats {

struct TTest {
  double estimate = 0;  // mean difference
  double se = 0;
  double t = 0;
  double df = 0;
  double p_two_sided = 1;
  double p_greater = 1;  // against the alternative "mean > 0"
  Interval ci95;
};

// The t test that a known standard error and its degrees of freedom give; se > 0 (CHECKed).
TTest t_test(double estimate, double se, double df);

// One-sample t test of the differences against 0. Absent when n < 2 or all differences are equal up
// to rounding, where t is undefined or infinite.
std::optional<TTest> paired_t(std::span<const double> differences);

// Nadeau and Bengio (2003), "Inference for the generalization error": differences of k resamples
// whose training sets overlap; the variance is multiplied by 1/k + n_test/n_train.
std::optional<TTest> nadeau_bengio_t(std::span<const double> differences, double n_train,
                                     double n_test);

enum class Zeros { kDrop, kPratt };  // kPratt: zeros are ranked, then their ranks are dropped
enum class Alternative { kTwoSided, kGreater };
enum class WilcoxonMethod { kExact, kNormal, kNormalCorrected };

struct SignedRank {
  double statistic = 0;  // min(W+, W-) two-sided, W+ for kGreater
  double p = 1;
};

// Wilcoxon signed-rank test. Differences are rounded to 12 decimals first, so that ties are ties.
// kNormal uses the variance corrected for ties; kNormalCorrected also half a step of continuity.
// Absent when no difference is left, and for kExact with zeros or ties.
std::optional<SignedRank> wilcoxon(std::span<const double> differences, Zeros zeros,
                                   Alternative alternative, WilcoxonMethod method);

}  // namespace ratbench::stats
