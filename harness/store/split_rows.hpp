// A split as statistics see it: rows that are drawn anew, each with the units that were predicted.
// Turns stored labels and predictions of any task into tables of one metric.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/store/reader.hpp"
#include "src/metrics/row_counts.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::store {

struct SplitRows {
  metrics::TaskSetting setting;      // with the negative class that the runs name
  std::vector<std::int32_t> labels;  // per unit
  std::vector<std::int64_t> starts;  // [rows + 1]; empty where every unit is a row

  std::size_t rows() const { return starts.empty() ? labels.size() : starts.size() - 1; }
  // What is true of a row, for readers: its class, its labels, the number of entities of each type.
  std::string describe(std::size_t row) const;
};

SplitRows split_rows(const Reader& reader, const std::string& dataset, const std::string& split,
                     const std::string& negative_class = "");

// True for one prediction per unit, each a value that the task can give.
bool are_predictions_of(const SplitRows& rows, std::span<const std::int32_t> values);

// The same rows with the same truth, whatever the inputs were encoded with: runs of both can be
// paired row by row.
bool same_rows(const SplitRows& a, const SplitRows& b);

// The classes that metrics of a data set name: entity types for ner.
std::vector<std::string> named_classes(const metrics::TaskSetting& setting);
// Every metric of the task, those of single classes apart.
std::vector<std::string> metric_names(const metrics::TaskSetting& setting);

// One metric of a task as a function of counts, with the tables that it needs.
class MetricTables {
 public:
  // Nothing for a metric that the task does not have and for an unknown class. `classes` of
  // minority_recall are empty when `minority_classes` names none.
  static std::optional<MetricTables> of(const metrics::TaskSetting& setting,
                                        const std::string& metric,
                                        std::span<const std::string> minority_classes);

  // Mean of the F1 of each of `classes`; nothing where the task does not have one of them.
  static std::optional<MetricTables> mean_f1(const metrics::TaskSetting& setting,
                                             std::span<const std::string> classes);

  // Share of the items of these classes together that are right; nothing as above.
  static std::optional<MetricTables> pooled_recall(const metrics::TaskSetting& setting,
                                                   std::span<const std::string> classes);

  const stats::MetricFunction& function() const { return function_; }
  // predictions [cells][seeds][units]. Tables of one object share their book.
  stats::PredictionTable table(
      const SplitRows& split,
      const std::vector<std::vector<std::vector<std::int32_t>>>& predictions);

 private:
  explicit MetricTables(const metrics::TaskSetting& setting);
  // "f1/A" and "f1/B" as one function of the classes A and B, of the kind that one class has.
  static std::optional<MetricTables> joined(const metrics::TaskSetting& setting,
                                            const std::string& score,
                                            std::span<const std::string> classes);
  std::vector<std::int32_t> entries(const SplitRows& split, std::span<const std::int32_t> units,
                                    std::vector<std::int32_t>* truth);

  metrics::RowCounter counter_;
  std::size_t classes_ = 0;
  stats::MetricFunction function_;
  std::shared_ptr<stats::CountBook> book_;  // null: rows of one class
};

}  // namespace ratbench::store
