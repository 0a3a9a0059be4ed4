// Tail probabilities and quantiles of the reference distributions that the tests need.
// The one place that includes Boost.Math, whose headers are slow to compile.
#pragma once

namespace ratbench::stats {

// Quantile of Student's t; p in (0, 1), df > 0, not necessarily whole.
double t_quantile(double p, double df);
// P(T > t).
double t_upper_tail(double t, double df);
double normal_quantile(double p);
// P(Z > z).
double normal_upper_tail(double z);
// P(chi-squared with one degree of freedom > x); x >= 0.
double chi2_1_upper_tail(double x);
// P(Bin(n, 1/2) <= k) and P(Bin(n, 1/2) = k); 0 <= k <= n.
double fair_binomial_cdf(unsigned k, unsigned n);
double fair_binomial_pmf(unsigned k, unsigned n);

}  // namespace ratbench::stats
