// The order of the arms in every round, counterbalanced: over one cycle each arm stands equally
// often at each place and follows each other arm equally often, so that drift and what one block
// leaves behind in the caches falls on all arms alike.
#pragma once

#include <cstddef>
#include <vector>

namespace ratbench::cost {

// Rounds of one cycle over `arms` >= 1 arms: `arms`, or twice as many for an odd number.
std::size_t cycle_rounds(std::size_t arms);

// The arms, each once, in the order of round `round` (from 0; cycles repeat). A Williams design
// (Williams, "Experimental designs balanced for the estimation of residual effects of treatments",
// 1949).
std::vector<std::size_t> block_order(std::size_t arms, std::size_t round);

}  // namespace ratbench::cost
