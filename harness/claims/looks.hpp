// Sequential seeds: looks fixed beforehand, each with its share of the error, and for every claim
// whether more seeds can still decide it. Valid under any stopping, because the shares add up.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/claims/verdict.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::claims {

struct Look {
  std::size_t seeds = 0;
  double alpha = 0;  // of this look; those of all looks sum to kAlpha
};

// The looks that the file plans, all of them. Without looks one, over all seeds.
std::vector<Look> planned_looks(const spec::Experiment& experiment);

// Those that there will be: up to the one that --seeds ends with.
// alpha_k = kAlpha * n_k / sum of n: by the union bound over looks no claim is falsely shown or
// refuted at any of them with more than kAlpha. Later looks know more, so they get more.
std::vector<Look> looks_of(const spec::Experiment& experiment);

// The experiment with the seeds of one look; `looks` stay.
spec::Experiment at_look(const spec::Experiment& experiment, std::size_t look);

// The last look all of whose runs the database holds done or diverged; the first when there is
// none. 0 without looks.
std::size_t look_reached(const store::Reader& reader, const spec::Experiment& experiment);

// What training more seeds can do for a claim.
enum class Prospect {
  kDecided,      // supported or refuted
  kOpen,         // more seeds may decide it
  kUndecidable,  // they cannot: the test rows, a diverged run or the arms stand in the way
  kNotBySeeds    // cost_ratio and reproduces
};
// "decided", "open", "undecidable", "not by seeds".
std::string_view to_text(Prospect prospect);

// How far, to either side, the estimate may still move with more seeds: the half-width of the 95 %
// t interval of its `seeds` > 1 seeds (CHECKed), whose variance `with_seeds` has beyond
// `rows_only`.
double seed_reach(const Measured& with_seeds, const Measured& rows_only, std::size_t seeds);

struct JudgedLook {
  std::size_t index = 0;
  Look look;
  std::vector<Verdict> verdicts;    // one per claim
  std::vector<Prospect> prospects;  // of each
  // No claim that training waits for is open. It waits for the primary claims, because they are
  // what the experiment was planned for; for all when none is primary.
  bool settled = false;
};

// Verdicts at `look`: each family by Holm at the look's alpha. The reason of an undecidable claim
// says so. An undecided claim is undecidable when, with no variance of seeds left and the largest
// alpha of this and the later looks, it would still be undecided (by its interval or by the rule of
// rare classes) where the estimate is and wherever it may still move.
JudgedLook judge_look(const store::Reader& reader, const spec::Experiment& experiment,
                      std::size_t look);
// At the look reached.
JudgedLook judge_look(const store::Reader& reader, const spec::Experiment& experiment);

}  // namespace ratbench::claims
