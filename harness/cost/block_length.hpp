// How many steps a block of each arm has: arms that are compared with each other run the same
// batches, others (another network, other data) blocks of their own length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/cost/measurement.hpp"

namespace ratbench::cost {

// By arm, from the seconds of a step of each: as many as the fastest of those that are compared
// with it needs for 20 ms, 2 to 2000. step_s[i] > 0 (CHECKed); indices of `comparisons` below its
// size.
std::vector<std::int64_t> block_lengths(std::span<const double> step_s,
                                        const std::vector<Comparison>& comparisons);

}  // namespace ratbench::cost
