#include "src/models/length_batches.hpp"

#include <algorithm>
#include <exception>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/heap.hpp"

namespace ratbench::models {

std::vector<std::size_t> longest_first(std::span<const std::int32_t> lengths) {
  std::vector<std::size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
  return order;
}

void for_each_batch(std::span<const std::int32_t> lengths, std::int64_t& tokens,
                    const std::function<void(std::span<const std::size_t>)>& compute,
                    const std::function<void(const std::string&)>& remark) {
  const std::vector<std::size_t> order = longest_first(lengths);
  for (std::size_t first = 0; first < order.size();) {
    const std::int64_t longest = lengths[order[first]];
    RB_CHECK_GT(longest, 0);
    const auto fitting = static_cast<std::size_t>(tokens / longest);
    const auto batch =
        std::span(order).subspan(first, std::clamp<std::size_t>(fitting, 1, order.size() - first));
    try {
      compute(batch);
      first += batch.size();
    } catch (const std::exception& error) {
      if (batch.size() == 1 || !lacks_memory(error)) throw;
      return_freed_memory();
      tokens = longest * static_cast<std::int64_t>(batch.size()) / 2;
      remark("out of memory with " + std::to_string(batch.size()) +
             " texts at once; going on with batches of at most " + std::to_string(tokens) +
             " tokens");
    }
  }
}

}  // namespace ratbench::models
