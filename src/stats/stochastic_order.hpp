// Almost stochastic order (Dror, Shlomov, Reichart, "Deep dominance", ACL 2019): how far score
// distribution A is from dominating B. 0: A dominates; below 0.5: A better than B.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ratbench::stats {

inline constexpr double kOrderStep = 0.005;

// Which points count as violation. The definition counts all; the library deepsig leaves out the
// first.
enum class FirstPoint { kCounts, kLeftOut };

// Share of the squared distance between the quantile functions where A lies below B; 0.5 when they
// are equal. Quantiles at step, 2 step, ... < 1: sorted[ceil(n p) - 1].
double violation_ratio(std::span<const double> a, std::span<const double> b,
                       FirstPoint first = FirstPoint::kLeftOut, double step = kOrderStep);

struct StochasticOrder {
  double ratio = 0;
  std::vector<double> replicates;  // ratio of every bootstrap replicate
  double sigma = 0;                // population deviation of c (replicate - ratio)
  double scale = 0;                // c = sqrt(n m / (n + m))
  // Upper bound of the ratio, clipped to [0, 1]; confidence in (0, 1).
  double eps_min(double confidence) const;
};

// u_a [replicates, n] and u_b [replicates, m]: uniform draws that the caller makes; a replicate is
// the quantiles at its draws.
StochasticOrder almost_stochastic_order(std::span<const double> a, std::span<const double> b,
                                        std::span<const double> u_a, std::span<const double> u_b);

}  // namespace ratbench::stats
