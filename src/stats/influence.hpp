// Classification metrics as functions of a confusion matrix of real counts, with their derivatives:
// what one test row contributes to a metric (its influence) is a derivative by its cell's count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ratbench::stats {

enum class MetricKind {
  kMacroF1,         // mean of class F1 over the full class list, undefined = 0
  kMacroF1OfMeans,  // F1 of mean precision and mean recall
  kWeightedF1,      // class F1 weighted by support
  kMicroF1,         // equals accuracy for single labels
  kAccuracy,
  kPrecision,  // mean over `classes`; one class for "precision/CLASS"
  kRecall,     // mean over `classes`; "recall/CLASS", minority recall
  kF1,         // mean over `classes`; "f1/CLASS"
  // Of the sums over `classes`: micro scores of some classes, of entities, of labels.
  kPooledPrecision,
  kPooledRecall,
  kPooledF1,
  kSupportWeightedF1,  // F1 of each of `classes` weighted by its support
};

struct MetricFunction {
  MetricKind kind = MetricKind::kMacroF1;
  // Class indices averaged by the kinds that say so; for the macro kinds the class list, where an
  // empty list means all classes.
  std::vector<std::size_t> classes;
};

// Rows of each class that are right, that it has, and that are predicted as it; and of all classes.
struct ClassCounts {
  std::vector<double> tp, support, predicted;  // [classes]
  double rows = 0;
};

// A metric with its derivatives by the numbers of ClassCounts.
struct MetricPartials {
  double value = 0;
  std::vector<double> tp, support, predicted;  // [classes]
  double rows = 0;

  // By the count of rows of class `label` that are predicted as `guess`.
  double of_row(std::size_t label, std::size_t guess) const {
    return (label == guess ? tp[label] : 0) + support[label] + predicted[guess] + rows;
  }
};

// Counts not negative; undefined ratios and their derivatives are 0. `out` is reused storage.
void metric_partials(const MetricFunction& metric, const ClassCounts& counts, MetricPartials& out);

// The same metric over a class list without `left_out`; the rows of that class must be dropped as
// well. Its `classes` are empty where nothing is left to average.
MetricFunction without_class(const MetricFunction& metric, std::size_t left_out,
                             std::size_t classes);

// counts [classes, classes] row-major, true class first, not negative. Undefined ratios are 0.
double metric_value(const MetricFunction& metric, std::span<const double> counts,
                    std::size_t classes);

// d metric / d counts [classes, classes]; 0 where a ratio is undefined. The metrics do not change
// when all counts are multiplied, so the count-weighted sum of the derivatives is 0.
std::vector<double> metric_gradient(const MetricFunction& metric, std::span<const double> counts,
                                    std::size_t classes);

}  // namespace ratbench::stats
