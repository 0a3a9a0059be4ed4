#include "src/metrics/task_metrics.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/metrics/relations.hpp"

namespace ratbench::metrics {
namespace {

bool is_multilabel(const TaskSetting& setting) { return setting.task == "multilabel"; }

// True where the metrics of a class list apply: one class per row.
bool has_one_class(const TaskSetting& setting) {
  return setting.task == "classification" || setting.task == "relation";
}

// Metrics of one class per row; of relations the micro ones over the classes that are relations.
NamedValues class_metrics(const TaskSetting& setting, const Confusion& confusion) {
  const Classification scores = classify(confusion);
  NamedValues named = named_metrics(scores, setting.class_names);
  if (setting.task != "relation") return named;
  Scores micro = scores.micro;
  const auto& names = setting.class_names;
  const auto negative = std::find(names.begin(), names.end(), setting.negative_class);
  if (negative != names.end())
    micro = relation_scores(confusion, static_cast<std::size_t>(negative - names.begin())).micro;
  for (auto& [name, value] : named)
    if (name == "micro_f1") value = micro.f1;
  named.emplace_back("micro_precision", micro.precision);
  named.emplace_back("micro_recall", micro.recall);
  return named;
}

void append(NamedValues& out, const std::vector<CountedMetric>& metrics,
            std::span<const ItemCounts> sums) {
  for (const CountedMetric& metric : metrics)
    out.emplace_back(metric.name, counted_value(metric, sums));
}

}  // namespace

std::span<const std::int32_t> SplitUnits::of_row(std::span<const std::int32_t> values,
                                                 std::size_t row) const {
  if (starts.empty()) return values.subspan(row, 1);
  const auto begin = static_cast<std::size_t>(starts[row]);
  return values.subspan(begin, static_cast<std::size_t>(starts[row + 1]) - begin);
}

std::size_t unit_values(const TaskSetting& setting) {
  return is_multilabel(setting) ? 2 : setting.class_names.size();
}

std::vector<std::int64_t> class_support(const TaskSetting& setting,
                                        std::span<const std::int32_t> labels) {
  const std::size_t classes = setting.class_names.size();
  std::vector<std::int64_t> support(classes, 0);
  for (std::size_t unit = 0; unit < labels.size(); ++unit) {
    const auto value = static_cast<std::size_t>(labels[unit]);
    // A negative value becomes huge and fails too.
    RB_CHECK_LT(value, unit_values(setting));
    if (!is_multilabel(setting)) {
      ++support[value];
    } else if (value == 1) {
      ++support[unit % classes];
    }
  }
  return support;
}

std::size_t confusion_size(const TaskSetting& setting) {
  const std::size_t classes = setting.class_names.size();
  return is_multilabel(setting) ? 4 * classes : classes * classes;
}

std::vector<std::int64_t> unit_confusion(const TaskSetting& setting,
                                         std::span<const std::int32_t> labels,
                                         std::span<const std::int32_t> predictions) {
  const std::size_t classes = setting.class_names.size();
  if (!is_multilabel(setting)) return confusion_matrix(labels, predictions, classes).counts;
  RB_CHECK_EQ(labels.size(), predictions.size());
  std::vector<std::int64_t> counts(4 * classes, 0);
  for (std::size_t unit = 0; unit < labels.size(); ++unit)
    ++counts[4 * (unit % classes) + static_cast<std::size_t>(2 * labels[unit] + predictions[unit])];
  return counts;
}

NamedValues task_metrics(const TaskSetting& setting, const SplitUnits& truth,
                         std::span<const std::int32_t> predictions) {
  NamedValues named;
  if (has_one_class(setting))
    named = class_metrics(setting,
                          confusion_matrix(truth.labels, predictions, setting.class_names.size()));
  const RowCounter counter(setting);
  if (counter.columns() == 0) return named;
  std::vector<ItemCounts> sums(counter.columns());
  for (std::size_t row = 0; row < truth.rows(); ++row)
    for (const RowCount& one :
         counter.count(truth.of_row(truth.labels, row), truth.of_row(predictions, row))) {
      sums[one.column].right += one.right;
      sums[one.column].predicted += one.predicted;
      sums[one.column].gold += one.gold;
    }
  append(named, counted_metrics(counter), sums);
  return named;
}

NamedValues confusion_metrics(const TaskSetting& setting, std::span<const std::int64_t> confusion) {
  RB_CHECK_EQ(confusion.size(), confusion_size(setting));
  const std::vector<std::int64_t> counts(confusion.begin(), confusion.end());
  if (has_one_class(setting)) return class_metrics(setting, {setting.class_names.size(), counts});
  NamedValues named;
  if (!is_multilabel(setting)) return named;
  TaskSetting flat = setting;
  flat.hierarchy.clear();
  const RowCounter counter(flat);
  std::vector<ItemCounts> sums(counter.columns());
  for (std::size_t c = 0; c < setting.class_names.size(); ++c)
    sums[c] = {counts[4 * c + 3], counts[4 * c + 1] + counts[4 * c + 3],
               counts[4 * c + 2] + counts[4 * c + 3]};
  std::vector<CountedMetric> metrics = counted_metrics(counter);
  std::erase_if(metrics, [](const CountedMetric& metric) { return metric.name == "exact_match"; });
  append(named, metrics, sums);
  return named;
}

}  // namespace ratbench::metrics
