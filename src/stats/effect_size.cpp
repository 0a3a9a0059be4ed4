#include "src/stats/effect_size.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "src/base/check.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::stats {

std::optional<double> cohens_d_z(std::span<const double> a, std::span<const double> b) {
  RB_CHECK_EQ(a.size(), b.size());
  if (a.size() < 2) return std::nullopt;
  std::vector<double> differences(a.size());
  std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<>());
  const double deviation = std::sqrt(variance(differences));
  // Differences that are equal but for rounding have no deviation to speak of.
  if (deviation <= 1e-12 * std::max(1.0, std::abs(mean(differences)))) return std::nullopt;
  return mean(differences) / deviation;
}

std::optional<double> cohens_d_pooled(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return std::nullopt;
  const double deviation = std::sqrt((variance(a) + variance(b)) / 2);
  if (deviation == 0) return std::nullopt;
  return (mean(a) - mean(b)) / deviation;
}

std::optional<double> hedges_g(std::span<const double> a, std::span<const double> b) {
  const std::optional<double> d = cohens_d_pooled(a, b);
  if (!d) return std::nullopt;
  const double df = static_cast<double>(a.size() + b.size()) - 2;
  return *d * (1 - 3 / (4 * df - 1));
}

double cliffs_delta(std::span<const double> a, std::span<const double> b) {
  RB_CHECK(!a.empty() && !b.empty());
  double sum = 0;
  for (const double x : a)
    for (const double y : b) sum += x > y ? 1 : (x < y ? -1 : 0);
  return sum / static_cast<double>(a.size() * b.size());
}

}  // namespace ratbench::stats
