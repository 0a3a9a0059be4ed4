// A/A: two arms that are the same cell under other seeds, judged like a claim. Whatever is "shown"
// there is a false positive. It checks seed noise only: both arms share the test rows.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::claims {

struct AaResult {
  std::string metric;
  double alpha = 0;                   // two-sided; the rate must not lie above it
  std::size_t seeds_per_arm = 0;      // of the smallest comparison
  std::size_t comparisons = 0;        // one a cell: no run stands in two of them
  std::size_t false_positives = 0;    // of these
  stats::Interval bound{0, 1};        // 95 % Clopper-Pearson of their share
  std::size_t halves = 0;             // random halves drawn of each cell
  double rate_over_halves = 0;        // over all of them; they share runs, so it has no bound
  std::vector<std::string> left_out;  // cells with too few finished seeds, and why
  bool too_many() const { return bound.low > alpha; }
};

// Halves of the finished seeds of each distinct cell of the experiment, for every metric of its
// claims (macro_f1 without claims). Comparisons are 0 when no cell has six finished seeds.
std::vector<AaResult> check_aa(const store::Reader& reader, const spec::Experiment& experiment);

// The metrics of an experiment's claims in file order, each once; macro_f1 when there are none.
std::vector<std::string> claimed_metrics(const spec::Experiment& experiment);

}  // namespace ratbench::claims
