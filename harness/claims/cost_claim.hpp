// Verdicts about time, from the interleaved measurements that a database holds.
// Internal to this folder.
#pragma once

#include <string>
#include <vector>

#include "harness/claims/verdict.hpp"

namespace ratbench::claims {

// The ratio of the claim's first arm to its second, as v_cost has it with the second as baseline;
// of three arms both counted beyond the third. Of each device the latest measurement counts, and of
// several devices the one with the largest upper bound. `trained`: what the steps are of, in words.
Verdict judge_cost(const store::Reader& reader, const std::string& experiment,
                   const spec::Claim& claim, const std::string& trained);

// "rat is not worse than at by more than 1.0 points of macro_f1 and takes 0.78 [0.76, 0.80] of its
// time", or what of it is refuted or undecided and why: from a non_inferiority and a cost_ratio
// verdict on the same two arms in the same order.
std::string cost_and_quality(const spec::Claim& quality_claim, const Verdict& quality,
                             const spec::Claim& cost_claim, const Verdict& cost);

// Adds that sentence to every cost_ratio verdict that has such a partner; `verdicts` are those of
// the experiment's claims in their order.
void join_cost_and_quality(const spec::Experiment& experiment, std::vector<Verdict>& verdicts);

}  // namespace ratbench::claims
