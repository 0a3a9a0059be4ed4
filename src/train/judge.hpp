// How a task turns logits into predictions, and predictions into confusion counts and the scores
// of validation.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/data/task.hpp"
#include "src/specs/config.hpp"
#include "src/train/learner.hpp"

namespace ratbench::train {

class Judge {
 public:
  // Throws DataError for names of classes that the data do not have.
  Judge(const specs::Config& config, const std::vector<std::string>& class_names);

  // Multilabel: one threshold per label, for the probabilities of `logits` against `truth`, with
  // the largest micro-F1 where that selects the weights, else with the largest F1 of each label.
  // Empty for the other tasks.
  std::vector<double> thresholds(const at::Tensor& logits, const Truth& truth) const;
  // One per unit: the largest logit's class, the first on ties; multilabel: 0 or 1.
  std::vector<std::int32_t> predictions(const at::Tensor& logits,
                                        std::span<const double> thresholds) const;
  // As in SplitPredictions.
  std::vector<std::int64_t> confusion(const Truth& truth,
                                      std::span<const std::int32_t> predictions) const;
  // Scalar metrics of an evaluation in 0..1, by their names in the store.
  std::map<std::string, double> scores(const Truth& truth,
                                       std::span<const std::int32_t> predictions) const;

 private:
  std::map<std::string, double> entity_scores(const Truth& truth,
                                              std::span<const std::int32_t> predictions) const;
  std::map<std::string, double> label_scores(const Truth& truth,
                                             std::span<const std::int32_t> predictions) const;
  std::map<std::string, double> class_scores(const Truth& truth,
                                             std::span<const std::int32_t> predictions) const;

  data::Task task_;
  std::vector<std::string> class_names_;
  bool for_micro_f1_;
  std::vector<std::size_t> minority_;
  std::int64_t negative_ = -1;  // class that means no relation
};

// The validation metric that chooses a task's weights unless the configuration names one.
std::string default_select_metric(data::Task task);

}  // namespace ratbench::train
