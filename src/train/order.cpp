#include "src/train/order.hpp"

#include <algorithm>
#include <utility>

#include "src/base/random.hpp"

namespace ratbench::train {

std::vector<std::int64_t> epoch_order(std::span<const std::int64_t> rows, std::uint64_t seed,
                                      std::int64_t epoch) {
  const RandomStream stream(seed, Purpose::kOrder);
  std::vector<std::pair<std::uint64_t, std::int64_t>> keyed;
  keyed.reserve(rows.size());
  for (const std::int64_t row : rows)
    keyed.emplace_back(
        stream.bits(static_cast<std::uint32_t>(epoch), static_cast<std::uint64_t>(row)), row);
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::int64_t> order;
  order.reserve(rows.size());
  for (const auto& [key, row] : keyed) order.push_back(row);
  return order;
}

bool batch_is_attacked(std::uint64_t seed, std::int64_t step, double p_rat) {
  const RandomStream stream(seed, Purpose::kAttackDecision);
  return stream.uniform(0, static_cast<std::uint64_t>(step)) < p_rat;
}

}  // namespace ratbench::train
