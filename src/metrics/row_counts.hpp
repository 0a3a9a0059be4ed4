// What one row (a sentence, a text) adds to the counts behind a metric: right, predicted and true
// items of each column. Metrics of tasks whose rows hold several answers are functions of the sums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/metrics/entities.hpp"
#include "src/metrics/hierarchy.hpp"

namespace ratbench::metrics {

// What the numbers of a split mean.
struct TaskSetting {
  std::string task = "classification";   // classification, multilabel, ner, relation
  std::vector<std::string> class_names;  // of ner the tags, "O" first
  std::string negative_class;            // of relation: the class that means none; "" for none
  Hierarchy hierarchy;
  bool operator==(const TaskSetting&) const = default;
};

struct ItemCounts {
  std::int64_t right = 0;
  std::int64_t predicted = 0;
  std::int64_t gold = 0;
};
struct RowCount {
  std::uint32_t column = 0;
  std::int32_t right = 0, predicted = 0, gold = 0;
};

// Columns of a task: of ner the entities of every type, first strictly IOB2, then as conlleval
// reads them; of multilabel the labels, then whole rows ("all labels right"); with a hierarchy
// last the nodes of true and predicted classes together.
class RowCounter {
 public:
  explicit RowCounter(const TaskSetting& setting);

  std::size_t columns() const { return columns_; }
  // Labels of multilabel, entity types of ner; empty otherwise.
  const std::vector<std::string>& names() const { return names_; }
  // Columns of the named kinds; absent ones are columns().
  std::size_t conlleval_begin() const { return conlleval_; }
  std::size_t exact_column() const { return exact_; }
  std::size_t hierarchy_column() const { return hierarchy_; }

  // Labels and predictions of the units of one row, equally many (CHECKed): one class for
  // classification and relation, a tag per word, 0 or 1 per label. Columns rise; those without any
  // count are left out.
  std::vector<RowCount> count(std::span<const std::int32_t> labels,
                              std::span<const std::int32_t> predictions) const;

 private:
  void count_entities(std::span<const std::int32_t> labels,
                      std::span<const std::int32_t> predictions, EntityScheme scheme,
                      std::size_t begin, std::vector<RowCount>& out) const;
  void count_labels(std::span<const std::int32_t> labels, std::span<const std::int32_t> predictions,
                    std::vector<RowCount>& out) const;
  RowCount count_nodes(std::span<const std::int32_t> labels,
                       std::span<const std::int32_t> predictions) const;
  // Sorted nodes of all classes that a row has.
  std::vector<std::int32_t> nodes(std::span<const std::int32_t> units) const;

  bool multilabel_ = false;
  std::vector<std::string> names_;
  std::vector<TypedTag> tags_;                    // of ner, by class index
  std::vector<std::vector<std::int32_t>> nodes_;  // by class; empty without a hierarchy
  std::size_t columns_ = 0, conlleval_ = 0, exact_ = 0, hierarchy_ = 0;
};

// How a metric follows from the sums of its columns.
enum class CountFormula {
  kPooledPrecision,  // right / predicted of all columns together
  kPooledRecall,
  kPooledF1,
  kMeanPrecision,  // mean over the columns
  kMeanRecall,
  kMeanF1,
  kF1OfMeans,   // F1 of mean precision and mean recall
  kWeightedF1,  // column F1 weighted by true items
};
struct CountedMetric {
  std::string name;
  CountFormula formula = CountFormula::kPooledF1;
  std::vector<std::size_t> columns;
};

// All metrics of the columns, by the names they have in the store.
std::vector<CountedMetric> counted_metrics(const RowCounter& counter);

// `sums` [columns]; undefined ratios are 0.
double counted_value(const CountedMetric& metric, std::span<const ItemCounts> sums);

}  // namespace ratbench::metrics
