#include "src/stats/stochastic_order.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::stats {
namespace {

double quantile_of_sorted(std::span<const double> sorted, double p) {
  const double n = static_cast<double>(sorted.size());
  return sorted[static_cast<std::size_t>(std::clamp(std::ceil(n * p) - 1, 0.0, n - 1))];
}

std::vector<double> sorted_copy(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

std::vector<double> drawn(std::span<const double> sorted, std::span<const double> uniforms) {
  std::vector<double> sample;
  for (const double u : uniforms) sample.push_back(quantile_of_sorted(sorted, u));
  return sample;
}

}  // namespace

double violation_ratio(std::span<const double> a, std::span<const double> b, FirstPoint first,
                       double step) {
  RB_CHECK(!a.empty() && !b.empty() && step > 0);
  const std::vector<double> sorted_a = sorted_copy(a), sorted_b = sorted_copy(b);
  // Points are step + i step, as numpy's arange computes them: which side of a jump of the quantile
  // function they fall on depends on their last bit.
  const auto points = static_cast<std::size_t>(std::ceil((1 - step) / step));
  double violated = 0, total = 0;
  for (std::size_t i = 0; i < points; ++i) {
    const double t = step + static_cast<double>(i) * step;
    const double f = quantile_of_sorted(sorted_a, t), g = quantile_of_sorted(sorted_b, t);
    const double area = (g - f) * (g - f) * step;
    total += area;
    if (f < g && (i > 0 || first == FirstPoint::kCounts)) violated += area;
  }
  return total == 0 ? 0.5 : violated / total;
}

double StochasticOrder::eps_min(double confidence) const {
  return std::clamp(ratio - sigma / scale * normal_quantile(1 - confidence), 0.0, 1.0);
}

StochasticOrder almost_stochastic_order(std::span<const double> a, std::span<const double> b,
                                        std::span<const double> u_a, std::span<const double> u_b) {
  RB_CHECK_EQ(u_a.size() / a.size(), u_b.size() / b.size());
  const std::vector<double> sorted_a = sorted_copy(a), sorted_b = sorted_copy(b);
  StochasticOrder order;
  order.ratio = violation_ratio(a, b);
  const double n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  order.scale = std::sqrt(n * m / (n + m));
  std::vector<double> distances;
  for (std::size_t i = 0; i < u_a.size() / a.size(); ++i) {
    order.replicates.push_back(
        violation_ratio(drawn(sorted_a, u_a.subspan(i * a.size(), a.size())),
                        drawn(sorted_b, u_b.subspan(i * b.size(), b.size()))));
    distances.push_back(order.scale * (order.replicates.back() - order.ratio));
  }
  const double centre = mean(distances);
  double squares = 0;
  for (const double distance : distances) squares += (distance - centre) * (distance - centre);
  order.sigma = std::sqrt(squares / static_cast<double>(distances.size()));
  return order;
}

}  // namespace ratbench::stats
