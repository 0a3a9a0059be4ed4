// Precision, recall and F1 of single-label classification, all computed from a confusion matrix.
// The only place where these numbers are made: store and reports both call it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ratbench::metrics {

// counts [classes, classes], row-major: counts[t * classes + p] rows of class t predicted as p.
struct Confusion {
  std::size_t classes = 0;
  std::vector<std::int64_t> counts;

  std::int64_t at(std::size_t truth, std::size_t predicted) const {
    return counts[truth * classes + predicted];
  }
};

// Labels and predictions are class indices in [0, classes), one per row and equally many (CHECKed).
Confusion confusion_matrix(std::span<const std::int32_t> labels,
                           std::span<const std::int32_t> predictions, std::size_t classes);

struct Scores {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

struct Classification {
  std::vector<Scores> per_class;
  std::vector<std::int64_t> support;    // true rows per class
  std::vector<std::int64_t> predicted;  // predicted rows per class
  Scores micro;                         // over all classes: precision = recall = accuracy
  Scores macro;                         // means over the full class list
  Scores weighted;                      // means weighted by support
  double macro_f1_of_means = 0;         // F1 of macro precision and macro recall
  double macro_f1_present = 0;          // mean F1 over classes that occur in truth or prediction
  double accuracy = 0;
  double balanced_accuracy = 0;  // mean recall over classes that occur in truth
  double mcc = 0;                // Matthews correlation (Gorodkin 2004), 0 when undefined
};

// All values in 0..1 (mcc -1..1). A class F1 is 2tp / (2tp + fp + fn), undefined only when all
// three are 0. `undefined` stands for every undefined precision, recall and F1.
Classification classify(const Confusion& confusion, double undefined = 0);

// Mean of class F1 over the full class list, undefined 0, without any allocation. `counts` as in
// Confusion.
double macro_f1(std::span<const std::int64_t> counts, std::size_t classes);

// Mean recall over the listed class indices (CHECKed); 0 for an empty list.
double minority_recall(const Classification& scores, std::span<const std::size_t> classes);

// Every metric under the name it has in the store: macro_f1, macro_f1_of_means, micro_f1,
// weighted_f1, accuracy, balanced_accuracy, then precision/CLASS, recall/CLASS, f1/CLASS per class.
// `class_names` is as long as the class list (CHECKed).
std::vector<std::pair<std::string, double>> named_metrics(const Classification& scores,
                                                          std::span<const std::string> class_names);

}  // namespace ratbench::metrics
