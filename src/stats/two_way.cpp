#include "src/stats/two_way.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

// Pseudo-values less T_s, [seeds][patterns], and T_s.
struct PseudoValues {
  std::vector<double> per_seed;
  std::vector<std::vector<double>> deviations;
};

PseudoValues pseudo_values(const PredictionTable& table, std::span<const double> weights,
                           double rows, const MetricFunction& metric, const Contrast& contrast) {
  PseudoValues out;
  for (std::size_t seed = 0; seed < table.seeds; ++seed) {
    double value = contrast.constant;
    std::vector<double> deviations(table.labels.size(), 0);
    for (std::size_t cell = 0; cell < table.cells; ++cell) {
      const double coefficient = contrast.coefficients[cell];
      if (coefficient == 0) continue;
      const auto counts = confusion_counts(table, weights, cell, seed);
      value += coefficient * metric_value(metric, counts, table.classes);
      const auto gradient = metric_gradient(metric, counts, table.classes);
      const auto& predicted = table.run(cell, seed);
      for (std::size_t i = 0; i < deviations.size(); ++i) {
        const auto at = static_cast<std::size_t>(table.labels[i]) * table.classes +
                        static_cast<std::size_t>(predicted[i]);
        deviations[i] += coefficient * rows * gradient[at];
      }
    }
    out.per_seed.push_back(value);
    out.deviations.push_back(std::move(deviations));
  }
  return out;
}

void fill_variances(TwoWay& out, const PseudoValues& x, std::span<const double> weights,
                    double rows) {
  const std::size_t patterns = weights.size();
  const auto seeds = static_cast<double>(x.per_seed.size());
  // The row-weighted mean of the deviations is 0 for every seed, so T_s is the mean over rows.
  out.variance_seed = variance(x.per_seed) / seeds;
  std::vector<double> row_means(patterns, 0);
  for (const auto& deviations : x.deviations)
    for (std::size_t i = 0; i < patterns; ++i) row_means[i] += deviations[i] / seeds;
  double between_rows = 0;
  double residual = 0;
  for (std::size_t i = 0; i < patterns; ++i) {
    between_rows += weights[i] * row_means[i] * row_means[i];
    double squares = 0;
    for (const auto& deviations : x.deviations) {
      const double rest = deviations[i] - row_means[i];
      squares += rest * rest;
    }
    residual += weights[i] * squares;
  }
  out.variance_row = between_rows / ((rows - 1) * rows);
  out.variance_residual = residual / ((seeds - 1) * (rows - 1) * seeds * rows);
}

}  // namespace

PredictionTable prediction_table(
    std::span<const std::int32_t> labels,
    const std::vector<std::vector<std::vector<std::int32_t>>>& predictions, std::size_t classes) {
  RB_CHECK(!predictions.empty());
  PredictionTable table;
  table.classes = classes;
  table.cells = predictions.size();
  table.seeds = predictions.front().size();
  std::vector<const std::vector<std::int32_t>*> runs;
  for (const auto& cell : predictions) {
    RB_CHECK_EQ(cell.size(), table.seeds);
    for (const auto& run : cell) {
      RB_CHECK_EQ(run.size(), labels.size());
      runs.push_back(&run);
    }
  }
  table.runs.resize(runs.size());
  std::map<std::vector<std::int32_t>, std::size_t> known;
  std::vector<std::int32_t> pattern(runs.size() + 1);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    pattern[0] = labels[row];
    for (std::size_t r = 0; r < runs.size(); ++r) pattern[r + 1] = (*runs[r])[row];
    for (const std::int32_t value : pattern)
      // A negative index becomes huge and fails too.
      RB_CHECK_LT(static_cast<std::size_t>(value), classes);
    const auto [place, is_new] = known.try_emplace(pattern, table.labels.size());
    if (is_new) {
      table.labels.push_back(labels[row]);
      for (std::size_t r = 0; r < runs.size(); ++r) table.runs[r].push_back(pattern[r + 1]);
      table.weights.push_back(0);
      table.rows.emplace_back();
    }
    table.weights[place->second] += 1;
    table.rows[place->second].push_back(row);
  }
  return table;
}

std::vector<double> confusion_counts(const PredictionTable& table, std::span<const double> weights,
                                     std::size_t cell, std::size_t seed) {
  std::vector<double> counts(table.classes * table.classes, 0);
  const auto& predicted = table.run(cell, seed);
  for (std::size_t i = 0; i < weights.size(); ++i)
    counts[static_cast<std::size_t>(table.labels[i]) * table.classes +
           static_cast<std::size_t>(predicted[i])] += weights[i];
  return counts;
}

double contrast_estimate(const PredictionTable& table, std::span<const double> weights,
                         const MetricFunction& metric, const Contrast& contrast) {
  RB_CHECK_GT(table.seeds, 0U);
  double sum = 0;
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    if (contrast.coefficients[cell] == 0) continue;
    for (std::size_t seed = 0; seed < table.seeds; ++seed)
      sum += contrast.coefficients[cell] *
             metric_value(metric, confusion_counts(table, weights, cell, seed), table.classes);
  }
  return contrast.constant + sum / static_cast<double>(table.seeds);
}

std::optional<TwoWay> two_way(const PredictionTable& table, std::span<const double> weights,
                              const MetricFunction& metric, const Contrast& contrast) {
  RB_CHECK_EQ(contrast.coefficients.size(), table.cells);
  RB_CHECK_EQ(weights.size(), table.labels.size());
  const double rows = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (table.seeds < 2 || rows < 2) return std::nullopt;
  const PseudoValues x = pseudo_values(table, weights, rows, metric, contrast);
  TwoWay out;
  out.per_seed = x.per_seed;
  out.estimate = mean(x.per_seed);
  fill_variances(out, x, weights, rows);
  const double both = out.variance_seed + out.variance_row - out.variance_residual;
  const double total = std::max({both, out.variance_seed, out.variance_row});
  // Below this the spread is rounding of equal numbers.
  constexpr double kNothing = 1e-24;
  if (total <= kNothing) return out;
  out.se = std::sqrt(total);
  const double s = static_cast<double>(table.seeds) - 1;
  const double r = rows - 1;
  out.df = total * total /
           (out.variance_seed * out.variance_seed / s + out.variance_row * out.variance_row / r +
            out.variance_residual * out.variance_residual / (s * r));
  return out;
}

}  // namespace ratbench::stats
