#include "src/train/accumulation.hpp"

#include <ATen/ops/zeros_like.h>

#include "src/base/check.hpp"

namespace ratbench::train {

void Accumulation::add(std::int64_t rows) {
  RB_CHECK_LT(added_, batches_);
  ++added_;
  if (batches_ == 1) return;
  rows_ += rows;
  auto& parameters = model_->parameters();
  if (sums_.empty())
    for (const models::Parameter& p : parameters) sums_.push_back(at::zeros_like(p.grad));
  for (std::size_t i = 0; i < sums_.size(); ++i)
    sums_[i].add_(parameters[i].grad, static_cast<double>(rows));
}

void Accumulation::finish() {
  added_ = 0;
  if (batches_ == 1) return;
  auto& parameters = model_->parameters();
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    parameters[i].grad.copy_(sums_[i]).div_(static_cast<double>(rows_));
    sums_[i].zero_();
  }
  rows_ = 0;
}

}  // namespace ratbench::train
