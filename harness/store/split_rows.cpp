#include "harness/store/split_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/metrics/task_metrics.hpp"
#include "src/stats/metric_name.hpp"

namespace ratbench::store {
namespace {

stats::MetricKind kind_of(metrics::CountFormula formula) {
  using metrics::CountFormula;
  using stats::MetricKind;
  switch (formula) {
    case CountFormula::kPooledPrecision:
      return MetricKind::kPooledPrecision;
    case CountFormula::kPooledRecall:
      return MetricKind::kPooledRecall;
    case CountFormula::kPooledF1:
      return MetricKind::kPooledF1;
    case CountFormula::kMeanPrecision:
      return MetricKind::kPrecision;
    case CountFormula::kMeanRecall:
      return MetricKind::kRecall;
    case CountFormula::kMeanF1:
      return MetricKind::kF1;
    case CountFormula::kF1OfMeans:
      return MetricKind::kMacroF1OfMeans;
    case CountFormula::kWeightedF1:
      break;
  }
  return MetricKind::kSupportWeightedF1;
}

// Micro scores of relations: over the classes other than the negative one.
std::optional<stats::MetricFunction> relation_metric(const metrics::TaskSetting& setting,
                                                     const std::string& metric) {
  const std::map<std::string, stats::MetricKind> kinds = {
      {"micro_f1", stats::MetricKind::kPooledF1},
      {"micro_precision", stats::MetricKind::kPooledPrecision},
      {"micro_recall", stats::MetricKind::kPooledRecall}};
  const auto found = kinds.find(metric);
  if (setting.task != "relation" || found == kinds.end()) return std::nullopt;
  stats::MetricFunction function{found->second, {}};
  for (std::size_t c = 0; c < setting.class_names.size(); ++c)
    if (setting.class_names[c] != setting.negative_class) function.classes.push_back(c);
  return function;
}

// The metric as a function of the counter's columns.
std::optional<stats::MetricFunction> counted_function(
    const metrics::RowCounter& counter, const std::string& metric,
    std::span<const std::string> minority_classes) {
  const std::vector<std::string>& names = counter.names();
  if (metric == "minority_recall" && !names.empty()) {
    stats::MetricFunction function{stats::MetricKind::kRecall, {}};
    for (const std::string& name : minority_classes) {
      const auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end()) return std::nullopt;
      function.classes.push_back(static_cast<std::size_t>(at - names.begin()));
    }
    return function;
  }
  for (const metrics::CountedMetric& one : metrics::counted_metrics(counter))
    if (one.name == metric) return stats::MetricFunction{kind_of(one.formula), one.columns};
  return std::nullopt;
}

// Names of the columns that the metric looks at; of whole rows and of nodes of a tree there are
// none.
std::shared_ptr<stats::CountBook> book_for(const metrics::RowCounter& counter,
                                           const stats::MetricFunction& function) {
  std::vector<std::string> names(counter.columns());
  const std::size_t classes = counter.names().size();
  for (const std::size_t column : function.classes)
    if (column != counter.exact_column() && column != counter.hierarchy_column())
      names[column] = counter.names()[column % classes];
  return std::make_shared<stats::CountBook>(std::move(names));
}

}  // namespace

std::string SplitRows::describe(std::size_t row) const {
  const metrics::SplitUnits units{labels, starts};
  std::map<std::string, std::size_t> counts;
  const auto values = units.of_row(labels, row);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<std::size_t>(values[i]);
    if (setting.task == "multilabel") {
      if (value == 1) ++counts[setting.class_names[i]];
    } else if (setting.task != "ner") {
      ++counts[setting.class_names[value]];
    } else if (setting.class_names[value].starts_with("B-")) {
      ++counts[setting.class_names[value].substr(2)];
    }
  }
  std::string text;
  for (const auto& [name, count] : counts)
    text += (text.empty() ? "" : ", ") + (count > 1 ? std::to_string(count) + " " : "") + name;
  return text.empty() ? "none" : text;
}

SplitRows split_rows(const Reader& reader, const std::string& dataset, const std::string& split,
                     const std::string& negative_class) {
  SplitRows out{reader.task_setting(dataset), reader.labels(dataset, split),
                reader.row_starts(dataset, split)};
  const std::size_t allowed = metrics::unit_values(out.setting);
  for (std::size_t unit = 0; unit < out.labels.size(); ++unit)
    if (out.labels[unit] < 0 || static_cast<std::size_t>(out.labels[unit]) >= allowed)
      throw StoreError(reader.file().string(), 0,
                       fmt::format("the {} split of the data set {:.12}: label {} of row {} was "
                                   "altered, allowed are 0 to {}",
                                   split, dataset, out.labels[unit], unit, allowed - 1));
  if (out.setting.task == "relation") out.setting.negative_class = negative_class;
  return out;
}

bool are_predictions_of(const SplitRows& rows, std::span<const std::int32_t> values) {
  const auto possible = static_cast<std::int32_t>(metrics::unit_values(rows.setting));
  return values.size() == rows.labels.size() &&
         std::all_of(values.begin(), values.end(),
                     [&](std::int32_t value) { return value >= 0 && value < possible; });
}

bool same_rows(const SplitRows& a, const SplitRows& b) {
  return a.setting.task == b.setting.task && a.setting.class_names == b.setting.class_names &&
         a.labels == b.labels && a.starts == b.starts;
}

std::vector<std::string> named_classes(const metrics::TaskSetting& setting) {
  return setting.task == "ner" ? metrics::RowCounter(setting).names() : setting.class_names;
}

std::vector<std::string> metric_names(const metrics::TaskSetting& setting) {
  std::vector<std::string> names;
  if (setting.task == "classification" || setting.task == "relation")
    names = {"macro_f1", "macro_f1_of_means", "micro_f1", "weighted_f1", "accuracy"};
  if (setting.task == "relation") names.insert(names.end(), {"micro_precision", "micro_recall"});
  for (const metrics::CountedMetric& one : metrics::counted_metrics(metrics::RowCounter(setting)))
    if (one.name.find('/') == std::string::npos) names.push_back(one.name);
  names.emplace_back("minority_recall");
  return names;
}

MetricTables::MetricTables(const metrics::TaskSetting& setting)
    : counter_(setting), classes_(setting.class_names.size()) {}

std::optional<MetricTables> MetricTables::of(const metrics::TaskSetting& setting,
                                             const std::string& metric,
                                             std::span<const std::string> minority_classes) {
  MetricTables out(setting);
  auto function = counted_function(out.counter_, metric, minority_classes);
  if (function) {
    out.book_ = book_for(out.counter_, *function);
  } else if (setting.task == "classification" || setting.task == "relation") {
    function = relation_metric(setting, metric);
    if (!function) function = stats::metric_by_name(metric, setting.class_names, minority_classes);
  }
  if (!function) return std::nullopt;
  out.function_ = std::move(*function);
  return out;
}

std::optional<MetricTables> MetricTables::joined(const metrics::TaskSetting& setting,
                                                 const std::string& score,
                                                 std::span<const std::string> classes) {
  std::optional<MetricTables> all;
  for (const std::string& name : classes) {
    auto one = of(setting, score + "/" + name, {});
    if (!one) return std::nullopt;
    if (!all) {
      all = std::move(one);
    } else {
      auto& columns = all->function_.classes;
      columns.insert(columns.end(), one->function_.classes.begin(), one->function_.classes.end());
    }
  }
  if (all && all->book_) all->book_ = book_for(all->counter_, all->function_);
  return all;
}

std::optional<MetricTables> MetricTables::mean_f1(const metrics::TaskSetting& setting,
                                                  std::span<const std::string> classes) {
  return joined(setting, "f1", classes);
}

std::optional<MetricTables> MetricTables::pooled_recall(const metrics::TaskSetting& setting,
                                                        std::span<const std::string> classes) {
  auto out = joined(setting, "recall", classes);
  if (out) out->function_.kind = stats::MetricKind::kPooledRecall;
  return out;
}

// Entries of the answers, or of the truth where that is asked for.
std::vector<std::int32_t> MetricTables::entries(const SplitRows& split,
                                                std::span<const std::int32_t> units,
                                                std::vector<std::int32_t>* truth) {
  const metrics::SplitUnits rows{split.labels, split.starts};
  const auto& columns = function_.classes;
  std::vector<std::int32_t> out;
  out.reserve(split.rows());
  std::vector<stats::ColumnCount> gold, answer;
  for (std::size_t row = 0; row < split.rows(); ++row) {
    gold.clear();
    answer.clear();
    for (const metrics::RowCount& one :
         counter_.count(rows.of_row(split.labels, row), rows.of_row(units, row))) {
      if (std::find(columns.begin(), columns.end(), one.column) == columns.end()) continue;
      if (one.gold > 0) gold.push_back({one.column, 0, 0, one.gold});
      if (one.predicted > 0) answer.push_back({one.column, one.right, one.predicted, 0});
    }
    if (truth != nullptr) truth->push_back(book_->entry(gold));
    out.push_back(book_->entry(answer));
  }
  return out;
}

stats::PredictionTable MetricTables::table(
    const SplitRows& split,
    const std::vector<std::vector<std::vector<std::int32_t>>>& predictions) {
  if (!book_) return stats::prediction_table(split.labels, predictions, classes_);
  std::vector<std::int32_t> truth;
  std::vector<std::vector<std::vector<std::int32_t>>> answers(predictions.size());
  for (std::size_t cell = 0; cell < predictions.size(); ++cell)
    for (const auto& run : predictions[cell]) {
      RB_CHECK_EQ(run.size(), split.labels.size());
      answers[cell].push_back(entries(split, run, truth.empty() ? &truth : nullptr));
    }
  return stats::count_table(book_, truth, answers);
}

}  // namespace ratbench::store
