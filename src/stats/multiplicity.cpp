#include "src/stats/multiplicity.hpp"

#include <algorithm>
#include <numeric>

namespace ratbench::stats {
namespace {

std::vector<std::size_t> ascending(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

// min over j >= i of factor * m / j * p_(j), at most 1.
std::vector<double> step_up(std::span<const double> p, double factor) {
  const std::vector<std::size_t> order = ascending(p);
  const double m = static_cast<double>(p.size());
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    least = std::min(least, factor * m / static_cast<double>(i + 1) * p[order[i]]);
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace

std::vector<double> holm(std::span<const double> p) {
  const std::vector<std::size_t> order = ascending(p);
  std::vector<double> adjusted(p.size());
  double most = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    most = std::max(most, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    adjusted[order[i]] = most;
  }
  return adjusted;
}

std::vector<double> bonferroni(std::span<const double> p) {
  std::vector<double> adjusted;
  for (const double value : p)
    adjusted.push_back(std::min(1.0, static_cast<double>(p.size()) * value));
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) { return step_up(p, 1); }

std::vector<double> benjamini_yekutieli(std::span<const double> p) {
  double harmonic = 0;
  for (std::size_t i = 1; i <= p.size(); ++i) harmonic += 1 / static_cast<double>(i);
  return step_up(p, harmonic);
}

}  // namespace ratbench::stats
