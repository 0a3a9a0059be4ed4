#include "src/stats/interaction.hpp"

#include <cmath>
#include <vector>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

struct Weights {
  double base, a, b, ab;
};

std::optional<TTest> contrast(const TwoByTwo& cells, const Weights& weights) {
  const std::size_t n = cells.base.size();
  RB_CHECK_EQ(cells.a.size(), n);
  RB_CHECK_EQ(cells.b.size(), n);
  RB_CHECK_EQ(cells.ab.size(), n);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i)
    values.push_back(weights.base * cells.base[i] + weights.a * cells.a[i] +
                     weights.b * cells.b[i] + weights.ab * cells.ab[i]);
  return paired_t(values);
}

}  // namespace

std::optional<TTest> interaction(const TwoByTwo& cells) { return contrast(cells, {1, -1, -1, 1}); }

std::optional<TTest> main_effect_a(const TwoByTwo& cells) {
  return contrast(cells, {-0.5, 0.5, -0.5, 0.5});
}

std::optional<TTest> main_effect_b(const TwoByTwo& cells) {
  return contrast(cells, {-0.5, -0.5, 0.5, 0.5});
}

std::optional<TTest> interaction_unpaired(const TwoByTwo& cells) {
  double total = 0, squares = 0;
  for (const auto cell : {cells.base, cells.a, cells.b, cells.ab}) {
    if (cell.size() < 2) return std::nullopt;
    const double n = static_cast<double>(cell.size());
    const double share = variance(cell) / n;
    total += share;
    squares += share * share / (n - 1);
  }
  if (total == 0) return std::nullopt;
  const double estimate = mean(cells.ab) - mean(cells.a) - mean(cells.b) + mean(cells.base);
  return t_test(estimate, std::sqrt(total), total * total / squares);
}

}  // namespace ratbench::stats
