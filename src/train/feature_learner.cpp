#include "src/train/feature_learner.hpp"

#include "src/models/registry.hpp"
#include "src/train/evaluation.hpp"

namespace ratbench::train {

FeatureLearner::FeatureLearner(const Dataset& data, const RunSpec& run,
                               const models::Arithmetic& arithmetic)
    : data_(data), training_(data, run.config, run.seed) {
  const models::ModelContext context = {.dim = data.dim(),
                                        .classes = data.classes(),
                                        .seed = run.seed,
                                        .device = data.device(),
                                        .arithmetic = arithmetic};
  model_ = models::make_model(run.config, context);
  precision_ = models::name(models::precision_of(run.config, context));
}

BatchInputs FeatureLearner::begin_batch(std::span<const std::int64_t> ids) {
  TrainingBatch batch = training_.batch(ids);
  return {
      .x = std::move(batch.features), .mask = {}, .ids = {}, .targets = std::move(batch.targets)};
}

at::Tensor FeatureLearner::unit_logits(Split split) {
  if (split == Split::kTrain)
    return predict_logits(*model_, training_.batch(training_.ids()).features);
  return predict_logits(*model_, (split == Split::kVal ? data_.val() : data_.test()).features);
}

const Truth& FeatureLearner::truth(Split split) const {
  if (split == Split::kTrain) return training_.examples().truth;
  return (split == Split::kVal ? data_.val() : data_.test()).truth;
}

}  // namespace ratbench::train
