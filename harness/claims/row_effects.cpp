#include "harness/claims/row_effects.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "harness/claims/measure.hpp"
#include "src/stats/contrast_scan.hpp"

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

// Of one table; `share` of a change in it reaches the contrast over all of them.
class TableEffects {
 public:
  TableEffects(const Evidence& evidence, const stats::PredictionTable& table, std::string split,
               const stats::Contrast& contrast, double share)
      : evidence_(evidence), table_(table), split_(std::move(split)), share_(share) {
    stats::ContrastScan scan(table, evidence.metric, contrast);
    own_ = scan.estimate(table.weights, std::vector<double>(table.seeds, 1));
    without_ = scan.estimates_without_row();
  }

  // Of all rows, or of those of a class; nothing where the class has none.
  std::optional<RowEffect> largest_effect(double all, std::optional<std::size_t> wanted) const {
    const auto pattern = largest(table_, own_, without_, wanted);
    if (!pattern) return std::nullopt;
    return RowEffect{table_.rows[*pattern].front(), split_, evidence_.truth_of(table_, *pattern),
                     static_cast<std::size_t>(rows_like(table_, *pattern)),
                     all + share_ * (without_[*pattern] - own_)};
  }

 private:
  const Evidence& evidence_;
  const stats::PredictionTable& table_;
  std::string split_;
  double share_;
  double own_ = 0;
  std::vector<double> without_;
};

std::vector<TableEffects> tables_of(const Evidence& evidence, const stats::Contrast& contrast) {
  std::vector<TableEffects> out;
  if (evidence.splits.empty()) out.emplace_back(evidence, evidence.table, "", contrast, 1);
  for (const Split& split : evidence.splits)
    out.emplace_back(evidence, split.table, split.name,
                     contrast_of_split(contrast, split, evidence.splits.size()),
                     1 / static_cast<double>(evidence.splits.size()));
  return out;
}

}  // namespace

std::vector<RowEffect> row_effects(const Evidence& evidence, const stats::Contrast& contrast) {
  for (const stats::PredictionTable* table : evidence.tables())
    if (std::accumulate(table->weights.begin(), table->weights.end(), 0.0) < 2) return {};
  const std::vector<TableEffects> tables = tables_of(evidence, contrast);
  const double all = estimate_of(evidence, contrast);
  std::vector<RowEffect> out;
  const auto add = [&](std::optional<std::size_t> wanted) {
    std::optional<RowEffect> most;
    for (const TableEffects& table : tables) {
      auto found = table.largest_effect(all, wanted);
      if (found && (!most || std::abs(found->estimate_without - all) >
                                 std::abs(most->estimate_without - all)))
        most = std::move(found);
    }
    const bool known = most && std::any_of(out.begin(), out.end(), [&](const RowEffect& e) {
                         return e.row == most->row && e.split == most->split;
                       });
    if (most && !known) out.push_back(std::move(*most));
  };
  add(std::nullopt);
  for (const auto& [c, support] : evidence.rare_classes()) add(c);
  return out;
}

}  // namespace ratbench::claims
