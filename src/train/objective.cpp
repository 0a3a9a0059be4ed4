#include "src/train/objective.hpp"

#include "src/base/check.hpp"

namespace ratbench::train {
namespace {

models::Want model_want(attacks::Want want) {
  switch (want) {
    case attacks::Want::kParameters:
      return models::Want::kParameters;
    case attacks::Want::kInput:
      return models::Want::kInput;
    case attacks::Want::kBoth:
      break;
  }
  return models::Want::kBoth;
}

}  // namespace

void TaskObjective::begin_step(std::int64_t step, int epoch, std::int64_t examples,
                               losses::Targets targets) {
  step_ = static_cast<std::uint32_t>(step);
  pass_ = 0;
  first_backward_ = true;
  epoch_ = epoch;
  counts_ = true;
  turn_to(examples, std::move(targets));
}

void TaskObjective::begin_part(std::int64_t examples, losses::Targets targets) {
  counts_ = false;
  turn_to(examples, std::move(targets));
}

void TaskObjective::forget_part() {
  passes_ = before_part_;
  for (models::Activations& slot : slots_) slot = {};
}

void TaskObjective::turn_to(std::int64_t examples, losses::Targets targets) {
  before_part_ = passes_;
  examples_ = examples;
  targets_ = std::move(targets);
  model_->clear_gradients();
}

at::Tensor TaskObjective::forward(const at::Tensor& x, attacks::Slot slot) {
  RB_CHECK_EQ(x.size(0) % examples_, 0);
  std::int64_t& times = times_[static_cast<std::size_t>(slot)];
  times = x.size(0) / examples_;
  passes_.forward += counts_ ? times : 0;
  const bool first = pass_ == 0;
  if (!first) lap(clock_, Phase::kAttack);
  const models::DropoutContext dropout = {seed_, step_, pass_++};
  at::Tensor logits = model_->forward(x, dropout, slots_[static_cast<std::size_t>(slot)]);
  lap(clock_, first ? Phase::kForward : Phase::kAttack);
  return logits;
}

losses::LossValue TaskObjective::loss(const at::Tensor& logits) {
  losses::LossValue value = loss_->evaluate(logits, targets_, epoch_);
  lap(clock_, pass_ == 1 ? Phase::kForward : Phase::kAttack);
  return value;
}

at::Tensor TaskObjective::backward(attacks::Slot slot, const at::Tensor& dlogits,
                                   attacks::Want want) {
  passes_.backward += counts_ ? times_[static_cast<std::size_t>(slot)] : 0;
  at::Tensor gradient =
      model_->backward(slots_[static_cast<std::size_t>(slot)], dlogits, model_want(want));
  lap(clock_, first_backward_ ? Phase::kBackward : Phase::kAttack);
  first_backward_ = false;
  return gradient;
}

}  // namespace ratbench::train
