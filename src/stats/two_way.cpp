#include "src/stats/two_way.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "src/base/check.hpp"
#include "src/stats/contrast_scan.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::stats {
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

PredictionTable count_table(std::shared_ptr<const CountBook> book,
                            std::span<const std::int32_t> truth,
                            const std::vector<std::vector<std::vector<std::int32_t>>>& answers) {
  PredictionTable table = prediction_table(truth, answers, book->entries());
  table.classes = book->columns();
  table.book = std::move(book);
  return table;
}

ClassCounts class_counts(const PredictionTable& table, std::span<const double> weights,
                         std::size_t cell, std::size_t seed) {
  ClassCounts sums{std::vector<double>(table.classes), std::vector<double>(table.classes),
                   std::vector<double>(table.classes), 0};
  const auto& answers = table.run(cell, seed);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sums.rows += weights[i];
    if (!table.book) {
      const auto label = static_cast<std::size_t>(table.labels[i]);
      const auto answer = static_cast<std::size_t>(answers[i]);
      sums.support[label] += weights[i];
      sums.predicted[answer] += weights[i];
      if (label == answer) sums.tp[label] += weights[i];
      continue;
    }
    for (const ColumnCount& one : (*table.book)[table.labels[i]])
      sums.support[one.column] += weights[i] * one.gold;
    for (const ColumnCount& one : (*table.book)[answers[i]]) {
      sums.tp[one.column] += weights[i] * one.right;
      sums.predicted[one.column] += weights[i] * one.predicted;
    }
  }
  return sums;
}

std::vector<double> confusion_counts(const PredictionTable& table, std::span<const double> weights,
                                     std::size_t cell, std::size_t seed) {
  RB_CHECK(table.book == nullptr);
  std::vector<double> counts(table.classes * table.classes, 0);
  const auto& predicted = table.run(cell, seed);
  for (std::size_t i = 0; i < weights.size(); ++i)
    counts[static_cast<std::size_t>(table.labels[i]) * table.classes +
           static_cast<std::size_t>(predicted[i])] += weights[i];
  return counts;
}

Interval possible_values(const Contrast& contrast) {
  Interval possible{contrast.constant, contrast.constant};
  for (const double coefficient : contrast.coefficients)
    (coefficient < 0 ? possible.low : possible.high) += coefficient;
  return possible;
}

double contrast_estimate(const PredictionTable& table, std::span<const double> weights,
                         const MetricFunction& metric, const Contrast& contrast) {
  RB_CHECK_GT(table.seeds, 0U);
  double sum = 0;
  MetricPartials partials;
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    if (contrast.coefficients[cell] == 0) continue;
    for (std::size_t seed = 0; seed < table.seeds; ++seed) {
      metric_partials(metric, class_counts(table, weights, cell, seed), partials);
      sum += contrast.coefficients[cell] * partials.value;
    }
  }
  return contrast.constant + sum / static_cast<double>(table.seeds);
}

void fill_error(TwoWay& out, double seeds, double units) {
  const double both = out.variance_seed + out.variance_row - out.variance_residual;
  const double total = std::max({both, out.variance_seed, out.variance_row});
  // Below this the spread is rounding of equal numbers.
  constexpr double kNothing = 1e-24;
  if (total <= kNothing) return;
  out.se = std::sqrt(total);
  const double s = seeds - 1;
  const double r = units - 1;
  out.df = total * total /
           (out.variance_seed * out.variance_seed / s + out.variance_row * out.variance_row / r +
            out.variance_residual * out.variance_residual / (s * r));
}

TwoWay two_way_of(std::vector<double> per_seed,
                  const std::vector<std::vector<double>>& deviations) {
  RB_CHECK_GT(deviations.size(), 1U);
  const auto seeds = static_cast<double>(deviations.size());
  const auto units = static_cast<double>(deviations.front().size());
  RB_CHECK_GT(units, 1.0);
  TwoWay out;
  double between = 0;
  double residual = 0;
  for (std::size_t i = 0; i < deviations.front().size(); ++i) {
    double unit_mean = 0;
    for (const auto& of_seed : deviations) unit_mean += of_seed[i] / seeds;
    between += unit_mean * unit_mean;
    for (const auto& of_seed : deviations)
      residual += (of_seed[i] - unit_mean) * (of_seed[i] - unit_mean);
  }
  out.estimate = mean(per_seed);
  out.variance_seed = variance(per_seed) / seeds;
  out.variance_row = between / ((units - 1) * units);
  out.variance_residual = residual / ((seeds - 1) * (units - 1) * seeds * units);
  out.per_seed = std::move(per_seed);
  fill_error(out, seeds, units);
  return out;
}

std::optional<TwoWay> two_way(const PredictionTable& table, std::span<const double> weights,
                              const MetricFunction& metric, const Contrast& contrast) {
  return ContrastScan(table, metric, contrast).two_way({weights, {}});
}

}  // namespace ratbench::stats
