#include "src/train/placed_logits.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>

#include "src/base/check.hpp"

namespace ratbench::train {

at::Tensor PlacedLogits::begin_batch(models::TokenBatch batch, at::Tensor markers,
                                     at::Tensor places) {
  RB_CHECK(!places.defined() || places.size(0) > 0);
  places_ = std::move(places);
  positions_ = batch.ids.numel();
  return task_->begin_batch(std::move(batch), std::move(markers));
}

at::Tensor PlacedLogits::places_of(std::int64_t times) const {
  if (times == 1) return places_;
  const at::Tensor shifts = at::arange(times, places_.options()) * positions_;
  return (places_.unsqueeze(0) + shifts.unsqueeze(1)).flatten();
}

at::Tensor PlacedLogits::forward(const at::Tensor& x,
                                 const std::optional<models::DropoutContext>& dropout,
                                 models::Activations& kept) {
  at::Tensor logits = task_->forward(x, dropout, kept);
  if (!places_.defined()) return logits;
  return logits.index_select(0, places_of(logits.size(0) / positions_));
}

at::Tensor PlacedLogits::backward(const models::Activations& kept, const at::Tensor& grad_logits,
                                  models::Want want) {
  if (!places_.defined()) return task_->backward(kept, grad_logits, want);
  const std::int64_t times = grad_logits.size(0) / places_.size(0);
  at::Tensor grad = at::zeros({times * positions_, grad_logits.size(1)}, grad_logits.options());
  grad.index_copy_(0, places_of(times), grad_logits);
  return task_->backward(kept, grad, want);
}

}  // namespace ratbench::train
