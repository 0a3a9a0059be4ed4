#include "harness/cost/block_length.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::cost {
namespace {

constexpr double kBlock_s = 0.02;
constexpr double kFewestSteps = 2;
constexpr double kMostSteps = 2000;

// By arm, the lowest of all arms that comparisons join it with.
std::vector<std::size_t> groups_of(std::size_t arms, const std::vector<Comparison>& comparisons) {
  std::vector<std::size_t> group(arms);
  std::iota(group.begin(), group.end(), std::size_t{0});
  const auto join = [&](std::size_t a, std::size_t b) {
    const std::size_t low = std::min(group[a], group[b]);
    const std::size_t high = std::max(group[a], group[b]);
    std::replace(group.begin(), group.end(), high, low);
  };
  for (const Comparison& c : comparisons) {
    join(c.arm, c.baseline);
    if (c.floor) join(c.arm, *c.floor);
  }
  return group;
}

}  // namespace

std::vector<std::int64_t> block_lengths(std::span<const double> step_s,
                                        const std::vector<Comparison>& comparisons) {
  const std::vector<std::size_t> group = groups_of(step_s.size(), comparisons);
  std::vector<double> fastest_s(step_s.begin(), step_s.end());
  for (std::size_t arm = 0; arm < step_s.size(); ++arm) {
    RB_CHECK(step_s[arm] > 0);
    fastest_s[group[arm]] = std::min(fastest_s[group[arm]], step_s[arm]);
  }
  std::vector<std::int64_t> steps;
  for (std::size_t arm = 0; arm < step_s.size(); ++arm)
    steps.push_back(std::llround(
        std::clamp(std::ceil(kBlock_s / fastest_s[group[arm]]), kFewestSteps, kMostSteps)));
  return steps;
}

}  // namespace ratbench::cost
