// Whether a number that a paper states can be compared with cells of ours: only where data and
// encoder are known to be the same.
#pragma once

#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "src/specs/config.hpp"

namespace ratbench::claims {

// Why not, as a clause ("the source used encoder.name qwen3, here none"); empty when every cell has
// all values of `paper.used`, data and encoder among them.
// For minority_recall the minority classes must be known as well.
std::string not_comparable(const spec::Paper& paper, const std::string& metric,
                           const std::vector<const specs::Config*>& cells);

}  // namespace ratbench::claims
