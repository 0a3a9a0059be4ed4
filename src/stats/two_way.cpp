#include "src/stats/two_way.hpp"

#include <map>

#include "src/base/check.hpp"
#include "src/stats/contrast_scan.hpp"

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
  return ContrastScan(table, metric, contrast).two_way({weights, {}});
}

}  // namespace ratbench::stats
