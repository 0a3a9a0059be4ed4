#include "src/stats/summary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"

namespace ratbench::stats {
namespace {

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

}  // namespace

Interval clipped(const Interval& interval, const Interval& range) {
  return {std::clamp(interval.low, range.low, range.high),
          std::clamp(interval.high, range.low, range.high)};
}

double mean(std::span<const double> values) {
  RB_CHECK(!values.empty());
  const double n = static_cast<double>(values.size());
  return std::accumulate(values.begin(), values.end(), 0.0) / n;
}

double variance(std::span<const double> values) {
  RB_CHECK_GT(values.size(), 1u);
  const double centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return squares / static_cast<double>(values.size() - 1);
}

double median(std::span<const double> values) { return percentile(values, 0.5); }

double interquartile_mean(std::span<const double> values) {
  RB_CHECK(!values.empty());
  const std::vector<double> order = sorted(values);
  const std::size_t cut = order.size() / 4;
  return mean(std::span(order).subspan(cut, order.size() - 2 * cut));
}

double percentile(std::span<const double> values, double q) {
  RB_CHECK(!values.empty());
  RB_CHECK(q >= 0 && q <= 1);
  const std::vector<double> order = sorted(values);
  const double position = static_cast<double>(order.size() - 1) * q;
  const std::size_t below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, order.size() - 1);
  return std::lerp(order[below], order[above], position - static_cast<double>(below));
}

std::optional<Interval> t_interval(std::span<const double> values, double confidence) {
  if (values.size() < 2) return std::nullopt;
  const double n = static_cast<double>(values.size());
  const double centre = mean(values);
  const double half = t_quantile(0.5 + confidence / 2, n - 1) * std::sqrt(variance(values) / n);
  return Interval{centre - half, centre + half};
}

Summary summarise(std::span<const double> values) {
  Summary summary;
  summary.n = values.size();
  if (values.empty()) return summary;
  summary.mean = mean(values);
  summary.median = median(values);
  summary.iqm = interquartile_mean(values);
  if (values.size() > 1) summary.sd = std::sqrt(variance(values));
  summary.t95 = t_interval(values);
  return summary;
}

}  // namespace ratbench::stats
