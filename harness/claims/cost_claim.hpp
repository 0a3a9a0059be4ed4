// Verdicts about time, from the interleaved measurements that a database holds.
// Internal to this folder.
#pragma once

#include <string>

#include "harness/claims/verdict.hpp"

namespace ratbench::claims {

// The ratio of the claim's first arm to its second, as v_cost has it with the second as baseline;
// of three arms both counted beyond the third. Of each device the latest measurement counts, and of
// several devices the one with the largest upper bound.
Verdict judge_cost(const store::Reader& reader, const std::string& experiment,
                   const spec::Claim& claim);

}  // namespace ratbench::claims
