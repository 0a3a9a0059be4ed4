// What test predictions say about a cell beyond its scores: intervals that count test rows as well
// as seeds, and the paired comparison with another cell. Pure functions; nothing reads a store
// here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/stats/influence.hpp"
#include "src/stats/summary.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::reports {

// One metric of a cell, averaged over seeds. Shares of the variance sum to 1.
struct TwoWayMetric {
  double estimate = 0;
  stats::Interval t95;  // two-way t interval: seeds and test rows
  double seed_share = 0;
  double row_share = 0;
  double residual_share = 0;
};

// A cell less the baseline cell in the primary metric, paired by seed and test row.
struct PairedDifference {
  double estimate = 0;
  stats::Interval t95;  // two-way t interval: seeds and test rows
  double p = 1;
  double p_holm = 1;  // over all cells that are compared
  std::size_t seeds = 0;
  std::vector<double> mcnemar_p;  // mid-p of each seed
};

// Class indices [seeds][rows].
using SeedPredictions = std::vector<std::vector<std::int32_t>>;

// Absent for fewer than two seeds or rows, and where nothing varies. `labels` [rows].
std::optional<TwoWayMetric> two_way_metric(std::span<const std::int32_t> labels,
                                           const SeedPredictions& predictions, std::size_t classes,
                                           const stats::MetricFunction& metric);
// The same for several metrics of one cell, which share the counting of rows.
std::vector<std::optional<TwoWayMetric>> two_way_metrics(
    std::span<const std::int32_t> labels, const SeedPredictions& predictions, std::size_t classes,
    std::span<const stats::MetricFunction> metrics);

// The same from a table of one cell; rows may carry counts.
std::optional<TwoWayMetric> two_way_metric(const stats::PredictionTable& table,
                                           const stats::MetricFunction& metric);

// First less second of a table of two cells; `p_holm` is left at 1, `mcnemar_p` empty.
std::optional<PairedDifference> paired_difference(const stats::PredictionTable& table,
                                                  const stats::MetricFunction& metric);

// `cell` and `baseline` have the same seeds in the same order (CHECKed). `p_holm` is left at 1.
std::optional<PairedDifference> paired_difference(std::span<const std::int32_t> labels,
                                                  const SeedPredictions& cell,
                                                  const SeedPredictions& baseline,
                                                  std::size_t classes,
                                                  const stats::MetricFunction& metric);

}  // namespace ratbench::reports
