// Bootstrap of a contrast over both of its levels: seeds and test rows are drawn with replacement,
// the same rows for every cell and seed, the same seeds for every cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "src/stats/influence.hpp"
#include "src/stats/summary.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::stats {

struct BootstrapOptions {
  std::size_t replicates = 10'000;
  std::uint64_t seed = 1;  // the draws depend on this alone
};

// Percentiles 2.5 and 97.5 of the replicates. Absent for fewer than two seeds or two rows. Beside
// the interval of two_way, never instead of it: with few seeds it under-covers where seeds dominate
// and over-covers where the residual does (Owen, "The pigeonhole bootstrap", 2007).
std::optional<Interval> two_level_bootstrap(const PredictionTable& table,
                                            const MetricFunction& metric, const Contrast& contrast,
                                            const BootstrapOptions& options = {});

}  // namespace ratbench::stats
