// Paired bootstrap of two prediction vectors on the same test rows, with p values by the several
// conventions in use. The metric is the caller's: it sees rows, not labels.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/stats/summary.hpp"

namespace ratbench::stats {

struct PredictionBootstrap {
  double delta = 0;                // metric(A) - metric(B) on the rows as they are
  std::vector<double> replicates;  // the same on every replicate
  Interval ci95;                   // percentiles
  double p_gt_2delta = 1;          // share of replicates above 2 delta (one-sided, A better)
  double p_gt_2delta_plus1 = 1;    // (count + 1) / (B + 1)
  double p_le_0 = 1;               // share of replicates at or below 0
  double p_le_0_plus1 = 1;
  double p_two_sided = 1;          // twice the smaller share at or beyond 0, at most 1
  double p_shifted_two_sided = 1;  // share at least |delta| away from delta
};

// `delta_of` gives metric(A) - metric(B) over a list of rows; `index` [replicates, rows] is drawn
// by the caller.
PredictionBootstrap prediction_bootstrap(
    std::size_t rows, std::span<const std::int64_t> index,
    const std::function<double(std::span<const std::int64_t> rows)>& delta_of);

}  // namespace ratbench::stats
