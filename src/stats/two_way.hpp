// Contrasts between arms that count both sources of noise, training seeds and test rows: estimate,
// two-way variance of its pseudo-values, and Satterthwaite's degrees of freedom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "src/stats/count_book.hpp"
#include "src/stats/influence.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::stats {

// Predictions of several cells, seeds and test rows, paired by seed and row. Rows with the same
// label and the same predictions in every run are kept once, as a pattern with their number.
struct PredictionTable {
  std::size_t classes = 0;  // of rows with counts: columns
  std::size_t cells = 0;
  std::size_t seeds = 0;
  std::vector<std::int32_t> labels;             // [patterns]
  std::vector<std::vector<std::int32_t>> runs;  // [cells * seeds][patterns], seeds fastest
  std::vector<double> weights;                  // [patterns], rows of each
  std::vector<std::vector<std::size_t>> rows;   // [patterns], row indices of the test split
  // Rows with counts: labels and runs are entries of the book. Null: they are classes.
  std::shared_ptr<const CountBook> book;

  const std::vector<std::int32_t>& run(std::size_t cell, std::size_t seed) const {
    return runs[cell * seeds + seed];
  }
};

// predictions [cells][seeds][rows]; class indices in [0, classes), all of equal shape (CHECKed).
PredictionTable prediction_table(
    std::span<const std::int32_t> labels,
    const std::vector<std::vector<std::vector<std::int32_t>>>& predictions, std::size_t classes);

// The same of rows with counts: `truth` and `answers` are entries of the book.
PredictionTable count_table(std::shared_ptr<const CountBook> book,
                            std::span<const std::int32_t> truth,
                            const std::vector<std::vector<std::vector<std::int32_t>>>& answers);

// sum_k coefficients[k] * metric(cell k) + constant, averaged over seeds.
struct Contrast {
  std::vector<double> coefficients;  // [cells]
  double constant = 0;
};

// What the contrast can come to where every metric lies between 0 and 1.
Interval possible_values(const Contrast& contrast);

struct TwoWay {
  double estimate = 0;
  double variance_seed = 0;      // var over seeds of the mean over rows, divided by seeds
  double variance_row = 0;       // var over rows of the mean over seeds, divided by rows
  double variance_residual = 0;  // of the interaction of both, divided by seeds * rows
  double se = 0;  // sqrt(max(seed + row - residual, seed, row)); 0 when nothing varies
  double df = 0;  // Satterthwaite; 0 when se = 0
  std::vector<double> per_seed;  // the contrast of each seed
};

// Pseudo-value of seed s and row i: X = T_s + N dT_s/dw_i with row weights w. `weights` [patterns]
// replace those of the table, whole numbers. Absent for fewer than two seeds or two rows.
std::optional<TwoWay> two_way(const PredictionTable& table, std::span<const double> weights,
                              const MetricFunction& metric, const Contrast& contrast);

// From the contrast of each seed and the deviations of its pseudo-values from that, [seeds][units],
// with mean 0 over units; at least two seeds and units (CHECKed).
TwoWay two_way_of(std::vector<double> per_seed, const std::vector<std::vector<double>>& deviations);

// Fills se and df from the variances of `seeds` seeds and `units` rows or sentences.
void fill_error(TwoWay& out, double seeds, double units);

// The contrast alone. Seeds > 0 (CHECKed).
double contrast_estimate(const PredictionTable& table, std::span<const double> weights,
                         const MetricFunction& metric, const Contrast& contrast);

// Weighted counts [classes, classes] of one run. Not of rows with counts (CHECKed).
std::vector<double> confusion_counts(const PredictionTable& table, std::span<const double> weights,
                                     std::size_t cell, std::size_t seed);

// Weighted sums of one run.
ClassCounts class_counts(const PredictionTable& table, std::span<const double> weights,
                         std::size_t cell, std::size_t seed);

}  // namespace ratbench::stats
