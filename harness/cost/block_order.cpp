#include "harness/cost/block_order.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace ratbench::cost {

std::size_t cycle_rounds(std::size_t arms) {
  RB_CHECK_GE(arms, 1U);
  return arms % 2 == 0 || arms == 1 ? arms : 2 * arms;
}

std::vector<std::size_t> block_order(std::size_t arms, std::size_t round) {
  round %= cycle_rounds(arms);
  // The zigzag 0, n-1, 1, n-2, ... has every difference modulo n once, or for odd n once in either
  // direction; shifts of it give each arm each place, and for odd n their reverses complete it.
  std::vector<std::size_t> order;
  for (std::size_t place = 0; place < arms; ++place) {
    const std::size_t start = place % 2 == 0 ? place / 2 : arms - (place + 1) / 2;
    order.push_back((start + round) % arms);
  }
  if (round >= arms) std::reverse(order.begin(), order.end());
  return order;
}

}  // namespace ratbench::cost
