// How much of a contrast rests on a class with few test rows: the contrast without the class, and
// with the class's recall in every run at an end of its Clopper-Pearson interval.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "src/stats/two_way.hpp"

namespace ratbench::stats {

// A class with fewer test rows than this carries a verdict only when the verdict survives it.
inline constexpr double kRareRows = 10;

// Rows per class, [classes]; of rows with counts the true items per column.
std::vector<double> support(const PredictionTable& table, std::span<const double> weights);

// Classes with at least one and fewer than kRareRows rows.
std::vector<std::size_t> rare_classes(const PredictionTable& table,
                                      std::span<const double> weights);

// `weights` with the rows of `left_out` at 0; all of them for rows with counts.
std::vector<double> weights_without_class(const PredictionTable& table,
                                          std::span<const double> weights, std::size_t left_out);

enum class RecallEnd { kLow, kHigh };

// The contrast with the recall of `rare` in each run replaced by the chosen 95 % end of that run's
// own interval, in all runs alike; its wrong rows keep their shares, or spread evenly when the run
// has none. Of rows with counts the false positives stay. Whole weights. Without a row of the class
// nothing moves.
double estimate_at_recall_end(const PredictionTable& table, std::span<const double> weights,
                              const MetricFunction& metric, const Contrast& contrast,
                              std::size_t rare, RecallEnd end);

}  // namespace ratbench::stats
