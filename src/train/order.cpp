#include "src/train/order.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "src/base/check.hpp"
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

std::vector<std::int64_t> bucketed(std::span<const std::int64_t> order,
                                   std::span<const std::int64_t> lengths, std::size_t batch_size,
                                   std::uint64_t seed, std::int64_t epoch) {
  RB_CHECK_EQ(order.size(), lengths.size());
  std::vector<std::size_t> places(order.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t begin = 0; begin < places.size(); begin += kPoolBatches * batch_size) {
    const std::size_t end = std::min(begin + kPoolBatches * batch_size, places.size());
    std::stable_sort(places.begin() + static_cast<std::ptrdiff_t>(begin),
                     places.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
  }
  const RandomStream stream(seed, Purpose::kOrder);
  std::vector<std::pair<std::uint64_t, std::size_t>> batches;  // whole ones: key, first place
  for (std::size_t begin = 0; begin + batch_size <= places.size(); begin += batch_size)
    batches.emplace_back(stream.bits(static_cast<std::uint32_t>(epoch),
                                     static_cast<std::uint64_t>(order[places[begin]])),
                         begin);
  std::sort(batches.begin(), batches.end());
  std::vector<std::int64_t> rows;
  rows.reserve(order.size());
  for (const auto& [key, begin] : batches)
    for (std::size_t i = begin; i < begin + batch_size; ++i) rows.push_back(order[places[i]]);
  for (std::size_t i = rows.size(); i < places.size(); ++i) rows.push_back(order[places[i]]);
  return rows;
}

bool batch_is_attacked(std::uint64_t seed, std::int64_t step, double p_rat) {
  const RandomStream stream(seed, Purpose::kAttackDecision);
  return stream.uniform(0, static_cast<std::uint64_t>(step)) < p_rat;
}

}  // namespace ratbench::train
