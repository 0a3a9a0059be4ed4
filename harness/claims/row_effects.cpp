#include "harness/claims/row_effects.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "src/stats/contrast_scan.hpp"
#include "src/stats/rare_class.hpp"

namespace ratbench::claims {
namespace {

bool has_class(const stats::PredictionTable& table, std::size_t pattern, std::size_t wanted) {
  const std::int32_t label = table.labels[pattern];
  if (!table.book) return static_cast<std::size_t>(label) == wanted;
  const auto counts = (*table.book)[label];
  return std::any_of(counts.begin(), counts.end(),
                     [&](const stats::ColumnCount& one) { return one.column == wanted; });
}

// Rows of which the same is true.
double rows_like(const stats::PredictionTable& table, std::size_t pattern) {
  double rows = 0;
  for (std::size_t i = 0; i < table.labels.size(); ++i)
    if (table.labels[i] == table.labels[pattern]) rows += table.weights[i];
  return rows;
}

// The pattern that moves most, of one class or of all; the first of several equal ones.
std::optional<std::size_t> largest(const stats::PredictionTable& table, double all,
                                   const std::vector<double>& without,
                                   std::optional<std::size_t> wanted) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < without.size(); ++i) {
    if (wanted && !has_class(table, i, *wanted)) continue;
    if (!found || std::abs(without[i] - all) > std::abs(without[*found] - all)) found = i;
  }
  return found;
}

}  // namespace

std::vector<RowEffect> row_effects(const Evidence& evidence, const stats::Contrast& contrast) {
  const stats::PredictionTable& table = evidence.table;
  if (std::accumulate(table.weights.begin(), table.weights.end(), 0.0) < 2) return {};
  stats::ContrastScan scan(table, evidence.metric, contrast);
  const double all = scan.estimate(table.weights, std::vector<double>(table.seeds, 1));
  const std::vector<double> without = scan.estimates_without_row();
  std::vector<RowEffect> out;
  const auto add = [&](std::optional<std::size_t> pattern) {
    if (!pattern) return;
    const std::size_t row = table.rows[*pattern].front();
    if (std::any_of(out.begin(), out.end(), [&](const RowEffect& e) { return e.row == row; }))
      return;
    out.push_back({row, evidence.truth_of(*pattern),
                   static_cast<std::size_t>(rows_like(table, *pattern)), without[*pattern]});
  };
  add(largest(table, all, without, std::nullopt));
  for (const std::size_t c : stats::rare_classes(table, table.weights))
    add(largest(table, all, without, c));
  return out;
}

}  // namespace ratbench::claims
