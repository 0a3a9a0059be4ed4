// A model over feature vectors as the training loop sees it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/train/dataset.hpp"
#include "src/train/learner.hpp"
#include "src/train/training_set.hpp"

namespace ratbench::train {

class FeatureLearner final : public Learner {
 public:
  FeatureLearner(const Dataset& data, const RunSpec& run, const models::Arithmetic& arithmetic);

  models::Model& model() override { return *model_; }
  std::string precision() const override { return precision_; }
  const Examples& examples() const override { return training_.examples(); }
  BatchInputs begin_batch(std::span<const std::int64_t> ids) override;
  at::Tensor unit_logits(Split split) override;
  const Truth& truth(Split split) const override;

 private:
  const Dataset& data_;
  TrainingSet training_;
  std::unique_ptr<models::Model> model_;
  std::string precision_;
};

}  // namespace ratbench::train
