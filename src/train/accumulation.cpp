#include "src/train/accumulation.hpp"

#include <ATen/ops/zeros_like.h>

#include <utility>

#include "src/base/check.hpp"

namespace ratbench::train {

void Accumulation::end_batch() {
  RB_CHECK_LT(added_, batches_);
  ++added_;
}

void Accumulation::add(double divisor) {
  auto& parameters = model_->parameters();
  if (sums_.empty()) {
    std::vector<at::Tensor> sums;
    for (const models::Parameter& p : parameters) sums.push_back(at::zeros_like(p.grad));
    sums_ = std::move(sums);
  }
  summed_ = true;
  divisors_ += divisor;
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i].add_(parameters[i].grad, divisor);
}

void Accumulation::finish() {
  added_ = 0;
  if (!summed_) return;
  summed_ = false;
  auto& parameters = model_->parameters();
  // Where no row counts all gradients are 0, and any divisor will do.
  const double divisor = divisors_ > 0 ? divisors_ : 1;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    parameters[i].grad.copy_(sums_[i]).div_(divisor);
    sums_[i].zero_();
  }
  divisors_ = 0;
}

}  // namespace ratbench::train
