#include "src/stats/prediction_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/stats/aggregate.hpp"

namespace ratbench::stats {

PredictionBootstrap prediction_bootstrap(
    std::size_t rows, std::span<const std::int64_t> index,
    const std::function<double(std::span<const std::int64_t> rows)>& delta_of) {
  RB_CHECK(rows > 0 && !index.empty() && index.size() % rows == 0);
  std::vector<std::int64_t> all(rows);
  std::iota(all.begin(), all.end(), std::int64_t{0});
  PredictionBootstrap result;
  result.delta = delta_of(all);
  for (std::size_t begin = 0; begin < index.size(); begin += rows)
    result.replicates.push_back(delta_of(index.subspan(begin, rows)));
  result.ci95 = percentile_interval(result.replicates);
  const double replicates = static_cast<double>(result.replicates.size());
  const auto count = [&](const auto& holds) {
    return static_cast<double>(
        std::count_if(result.replicates.begin(), result.replicates.end(), holds));
  };
  const double beyond = count([&](double d) { return d > 2 * result.delta; });
  const double below = count([](double d) { return d <= 0; });
  const double above = count([](double d) { return d >= 0; });
  result.p_gt_2delta = beyond / replicates;
  result.p_gt_2delta_plus1 = (beyond + 1) / (replicates + 1);
  result.p_le_0 = below / replicates;
  result.p_le_0_plus1 = (below + 1) / (replicates + 1);
  result.p_two_sided = std::min(1.0, 2 * std::min(below, above) / replicates);
  result.p_shifted_two_sided =
      count([&](double d) { return std::abs(d - result.delta) >= std::abs(result.delta); }) /
      replicates;
  return result;
}

}  // namespace ratbench::stats
