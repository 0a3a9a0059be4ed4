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

void TaskObjective::begin_step(std::int64_t step, int epoch, losses::Targets targets) {
  step_ = static_cast<std::uint32_t>(step);
  pass_ = 0;
  epoch_ = epoch;
  targets_ = std::move(targets);
  model_->clear_gradients();
}

std::int64_t TaskObjective::batch_equivalents(const at::Tensor& rows) const {
  RB_CHECK_EQ(rows.size(0) % targets_.labels.size(0), 0);
  return rows.size(0) / targets_.labels.size(0);
}

at::Tensor TaskObjective::forward(const at::Tensor& x, attacks::Slot slot) {
  forward_passes_ += batch_equivalents(x);
  const models::DropoutContext dropout = {seed_, step_, pass_++};
  return model_->forward(x, dropout, slots_[static_cast<std::size_t>(slot)]);
}

losses::LossValue TaskObjective::loss(const at::Tensor& logits) {
  return loss_->evaluate(logits, targets_, epoch_);
}

at::Tensor TaskObjective::backward(attacks::Slot slot, const at::Tensor& dlogits,
                                   attacks::Want want) {
  backward_passes_ += batch_equivalents(dlogits);
  return model_->backward(slots_[static_cast<std::size_t>(slot)], dlogits, model_want(want));
}

}  // namespace ratbench::train
