// A sweep trained look by look: so many seeds, then the claims are judged, then more seeds while
// one that more seeds can decide is open. A sweep without looks is trained in one go.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/claims/looks.hpp"
#include "harness/grid/cell.hpp"
#include "harness/sched/sweep_run.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::cli {

struct LooksReport {
  sched::SweepReport sweep;  // of all looks of this call together
  std::size_t trained_look = 0;
  std::vector<claims::JudgedLook> judged;  // in this call, in order; empty without looks
  // "every claim is decided or cannot be", "the last look", "interrupted", "failed runs", ...;
  // empty without looks.
  std::string stopped;
};

// Trains one sweep, resuming what the database holds.
using TrainSweep = std::function<sched::SweepReport(const grid::Sweep&)>;

// Goes on from the look that the database `db` has reached. `sweep` has all seeds of `experiment`.
// Says on stderr what every look showed.
LooksReport train_by_looks(const spec::Experiment& experiment, const grid::Sweep& sweep,
                           const std::filesystem::path& db, const TrainSweep& train);

// "look 2 of 3, 10 of at most 20 seeds, alpha 0.0143: gain supported, synergy open".
std::string describe(const claims::JudgedLook& look, const spec::Experiment& experiment);

}  // namespace ratbench::cli
