#include "src/stats/mcnemar.hpp"

#include <algorithm>
#include <cmath>

#include "src/stats/distributions.hpp"

namespace ratbench::stats {

McNemar mcnemar(unsigned b, unsigned c) {
  McNemar test;
  const unsigned n = b + c;
  if (n == 0) return test;
  const unsigned least = std::min(b, c);
  if (b != c) {
    test.exact_p = std::min(1.0, 2 * fair_binomial_cdf(least, n));
    test.mid_p = 2 * fair_binomial_cdf(least, n) - fair_binomial_pmf(least, n);
  }
  const double gap = std::abs(static_cast<double>(b) - static_cast<double>(c));
  const auto chi2 = [&](double distance) {
    const double statistic = distance * distance / n;
    return ChiSquared{statistic, chi2_1_upper_tail(statistic)};
  };
  test.chi2 = chi2(gap);
  test.chi2_corrected = chi2(gap - 1);
  return test;
}

}  // namespace ratbench::stats
