#include "reports/evidence.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/stats/mcnemar.hpp"
#include "src/stats/paired.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::reports {
namespace {

// The variances of seeds and of rows each hold the residual once.
TwoWayMetric shown(const stats::TwoWay& found) {
  const double residual = found.variance_residual;
  const double seed = std::max(0.0, found.variance_seed - residual);
  const double row = std::max(0.0, found.variance_row - residual);
  const double all = seed + row + residual;
  return {found.estimate, stats::t_test(found.estimate, found.se, found.df).ci95, seed / all,
          row / all, residual / all};
}

// Mid-p of one seed from the rows that only one of the two has right.
double mcnemar_p(std::span<const std::int32_t> labels, const std::vector<std::int32_t>& a,
                 const std::vector<std::int32_t>& b) {
  unsigned only_a = 0, only_b = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool a_right = a[i] == labels[i];
    const bool b_right = b[i] == labels[i];
    only_a += a_right && !b_right ? 1 : 0;
    only_b += b_right && !a_right ? 1 : 0;
  }
  return stats::mcnemar(only_a, only_b).mid_p;
}

}  // namespace

std::vector<std::optional<TwoWayMetric>> two_way_metrics(
    std::span<const std::int32_t> labels, const SeedPredictions& predictions, std::size_t classes,
    std::span<const stats::MetricFunction> metrics) {
  std::vector<std::optional<TwoWayMetric>> out(metrics.size());
  if (predictions.size() < 2 || labels.size() < 2) return out;
  const auto table = stats::prediction_table(labels, {predictions}, classes);
  for (std::size_t m = 0; m < metrics.size(); ++m) out[m] = two_way_metric(table, metrics[m]);
  return out;
}

std::optional<TwoWayMetric> two_way_metric(const stats::PredictionTable& table,
                                           const stats::MetricFunction& metric) {
  const auto found = stats::two_way(table, table.weights, metric, {{1}});
  if (!found || found->se <= 0) return std::nullopt;
  return shown(*found);
}

std::optional<PairedDifference> paired_difference(const stats::PredictionTable& table,
                                                  const stats::MetricFunction& metric) {
  const auto found = stats::two_way(table, table.weights, metric, {{1, -1}});
  if (!found || found->se <= 0) return std::nullopt;
  const stats::TTest test = stats::t_test(found->estimate, found->se, found->df);
  return PairedDifference{found->estimate, test.ci95, test.p_two_sided, 1, table.seeds, {}};
}

std::optional<TwoWayMetric> two_way_metric(std::span<const std::int32_t> labels,
                                           const SeedPredictions& predictions, std::size_t classes,
                                           const stats::MetricFunction& metric) {
  return two_way_metrics(labels, predictions, classes, std::span(&metric, 1)).front();
}

std::optional<PairedDifference> paired_difference(std::span<const std::int32_t> labels,
                                                  const SeedPredictions& cell,
                                                  const SeedPredictions& baseline,
                                                  std::size_t classes,
                                                  const stats::MetricFunction& metric) {
  RB_CHECK_EQ(cell.size(), baseline.size());
  if (cell.size() < 2 || labels.size() < 2) return std::nullopt;
  auto out = paired_difference(stats::prediction_table(labels, {cell, baseline}, classes), metric);
  for (std::size_t s = 0; out && s < cell.size(); ++s)
    out->mcnemar_p.push_back(mcnemar_p(labels, cell[s], baseline[s]));
  return out;
}

}  // namespace ratbench::reports
