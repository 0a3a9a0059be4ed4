// Every metric of one evaluation, whatever the task: from the units of its rows, or from the
// confusion counts alone where predictions were not kept. What the store records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/metrics/row_counts.hpp"

namespace ratbench::metrics {

using NamedValues = std::vector<std::pair<std::string, double>>;

// Labels of a split, one per unit. starts [rows + 1]: the units of row i are those from starts[i]
// to before starts[i + 1]; empty when every unit is a row.
struct SplitUnits {
  std::span<const std::int32_t> labels;
  std::span<const std::int64_t> starts;

  std::size_t rows() const { return starts.empty() ? labels.size() : starts.size() - 1; }
  // Units of a row in `values`, which has one value per unit.
  std::span<const std::int32_t> of_row(std::span<const std::int32_t> values, std::size_t row) const;
};

// Values that a unit may have: classes, tags, or 0 and 1.
std::size_t unit_values(const TaskSetting& setting);

// Rows of `names` units each for multilabel data; sums of positives there, units of each class
// else.
std::vector<std::int64_t> class_support(const TaskSetting& setting,
                                        std::span<const std::int32_t> labels);

// Confusion counts in the form that runs report them: true class (or tag) x predicted, row-major;
// of multilabel [labels, 4], true negatives, false positives, false negatives, true positives.
std::vector<std::int64_t> unit_confusion(const TaskSetting& setting,
                                         std::span<const std::int32_t> labels,
                                         std::span<const std::int32_t> predictions);
std::size_t confusion_size(const TaskSetting& setting);

// All metrics of predictions, one per unit, by the names they have in the store. Values 0..1.
NamedValues task_metrics(const TaskSetting& setting, const SplitUnits& truth,
                         std::span<const std::int32_t> predictions);

// Those that follow from confusion counts: none for ner; no whole rows and no hierarchy for
// multilabel. `confusion` of confusion_size (CHECKed).
NamedValues confusion_metrics(const TaskSetting& setting, std::span<const std::int64_t> confusion);

}  // namespace ratbench::metrics
