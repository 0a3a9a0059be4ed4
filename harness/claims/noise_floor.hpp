// The noise floor: how much of the spread between seeds is rounding. The same cells and seeds are
// trained again with every parameter moved by one unit in the last place after initialisation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::claims {

// The experiment that holds the moved runs of `experiment`, and what makes them: options for
// loading the file.
std::string rounding_experiment(const std::string& experiment);
std::vector<std::string> rounding_overrides(const std::string& experiment);

// Fractions of 1, squared where a variance.
struct CellFloor {
  std::string cell;
  std::size_t seeds = 0;         // finished in both
  std::size_t unchanged = 0;     // of them with exactly the same value
  double seed_variance = 0;      // of the ordinary runs over seeds, divisor n - 1
  double rounding_variance = 0;  // mean over seeds of half the squared move
  double largest_move = 0;       // of a single run
};

struct NoiseFloor {
  std::string metric;
  std::vector<CellFloor> cells;       // with at least two seeds in both
  std::vector<std::string> left_out;  // the others, and why
  // Sum over cells of the rounding variance over that of the seed variance; absent when nothing
  // varies. The interval is the 95 % percentile one over resampled seeds.
  std::optional<double> share;
  std::optional<stats::Interval> share_ci;
};

// One for every metric of the claims (macro_f1 without claims), test split, at the epoch that the
// cells select. Empty when the database holds no moved runs. Throws UsageError when they were
// trained from another configuration than the ordinary ones.
std::vector<NoiseFloor> noise_floor(const store::Reader& reader,
                                    const spec::Experiment& experiment);

}  // namespace ratbench::claims
