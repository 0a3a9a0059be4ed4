// McNemar's test of two classifiers on the same rows, from their two disagreement counts.
// b: rows that only A has right; c: rows that only B has right.
#pragma once

#include <optional>

namespace ratbench::stats {

struct ChiSquared {
  double statistic = 0;
  double p = 1;
};

struct McNemar {
  double exact_p = 1;                        // two-sided binomial; 1 when b = c
  double mid_p = 1;                          // half the probability of the observed split counted
  std::optional<ChiSquared> chi2;            // (b - c)^2 / (b + c); absent when b + c = 0
  std::optional<ChiSquared> chi2_corrected;  // (|b - c| - 1)^2 / (b + c)
};

McNemar mcnemar(unsigned b, unsigned c);

}  // namespace ratbench::stats
