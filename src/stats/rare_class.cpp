#include "src/stats/rare_class.hpp"

#include <cmath>

#include "src/stats/clopper_pearson.hpp"

namespace ratbench::stats {
namespace {

// Moves rows of one class between its right and its wrong predictions, their number kept.
void move_recall(std::span<double> row, std::size_t own, RecallEnd end) {
  double rows = 0;
  for (const double count : row) rows += count;
  if (rows == 0) return;
  const double hits = row[own];
  const double misses = rows - hits;
  const Interval recall = clopper_pearson(static_cast<std::size_t>(std::lround(hits)),
                                          static_cast<std::size_t>(std::lround(rows)));
  row[own] = rows * (end == RecallEnd::kLow ? recall.low : recall.high);
  for (std::size_t p = 0; p < row.size(); ++p) {
    if (p == own) continue;
    const double share = misses > 0 ? row[p] / misses : 1 / static_cast<double>(row.size() - 1);
    row[p] = (rows - row[own]) * share;
  }
}

// The metric with the recall of `rare` moved, its false positives kept.
double moved_value(ClassCounts counts, const MetricFunction& metric, std::size_t rare,
                   RecallEnd end) {
  if (counts.support[rare] > 0) {
    const Interval recall =
        clopper_pearson(static_cast<std::size_t>(std::lround(counts.tp[rare])),
                        static_cast<std::size_t>(std::lround(counts.support[rare])));
    const double hits = counts.support[rare] * (end == RecallEnd::kLow ? recall.low : recall.high);
    counts.predicted[rare] += hits - counts.tp[rare];
    counts.tp[rare] = hits;
  }
  MetricPartials partials;
  metric_partials(metric, counts, partials);
  return partials.value;
}

double moved_value_of_class(const PredictionTable& table, std::span<const double> weights,
                            std::size_t cell, std::size_t seed, const MetricFunction& metric,
                            std::size_t rare, RecallEnd end) {
  auto counts = confusion_counts(table, weights, cell, seed);
  move_recall(std::span(counts).subspan(rare * table.classes, table.classes), rare, end);
  return metric_value(metric, counts, table.classes);
}

}  // namespace

std::vector<double> support(const PredictionTable& table, std::span<const double> weights) {
  std::vector<double> rows(table.classes, 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!table.book) {
      rows[static_cast<std::size_t>(table.labels[i])] += weights[i];
      continue;
    }
    for (const ColumnCount& one : (*table.book)[table.labels[i]])
      rows[one.column] += weights[i] * one.gold;
  }
  return rows;
}

std::vector<std::size_t> rare_classes(const PredictionTable& table,
                                      std::span<const double> weights) {
  std::vector<std::size_t> rare;
  const auto rows = support(table, weights);
  for (std::size_t c = 0; c < rows.size(); ++c)
    if (rows[c] > 0 && rows[c] < kRareRows && (!table.book || !table.book->names()[c].empty()))
      rare.push_back(c);
  return rare;
}

std::vector<double> weights_without_class(const PredictionTable& table,
                                          std::span<const double> weights, std::size_t left_out) {
  std::vector<double> rest(weights.begin(), weights.end());
  // A row with counts holds other classes as well: the metric alone leaves this one out.
  if (table.book) return rest;
  for (std::size_t i = 0; i < rest.size(); ++i)
    if (static_cast<std::size_t>(table.labels[i]) == left_out) rest[i] = 0;
  return rest;
}

double estimate_at_recall_end(const PredictionTable& table, std::span<const double> weights,
                              const MetricFunction& metric, const Contrast& contrast,
                              std::size_t rare, RecallEnd end) {
  double sum = 0;
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    if (contrast.coefficients[cell] == 0) continue;
    for (std::size_t seed = 0; seed < table.seeds; ++seed) {
      sum += contrast.coefficients[cell] *
             (table.book ? moved_value(class_counts(table, weights, cell, seed), metric, rare, end)
                         : moved_value_of_class(table, weights, cell, seed, metric, rare, end));
    }
  }
  return contrast.constant + sum / static_cast<double>(table.seeds);
}

}  // namespace ratbench::stats
