// The smallest change that a run can start with: every parameter one unit in the last place up or
// down. What it does to the results is rounding alone, the floor below which seeds say nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "src/models/model.hpp"

namespace ratbench::train {

// Moves each 32-bit value (CHECKed) to the neighbouring number, up or down as the stream of `seed`
// and `probe` (1 to 100,000) says; zeros stay. `parameters` keep their storage.
void move_by_one_ulp(std::vector<models::Parameter>& parameters, std::uint64_t seed,
                     std::int64_t probe);

}  // namespace ratbench::train
