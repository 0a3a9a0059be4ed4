#include "src/train/accumulation.hpp"

#include <ATen/ops/zeros_like.h>

#include <algorithm>

#include "src/base/check.hpp"

namespace ratbench::train {

void Accumulation::add(std::int64_t rows) {
  if (batches_ > 1) add_part(rows);
  end_batch();
}

void Accumulation::end_batch() {
  RB_CHECK_LT(added_, batches_);
  ++added_;
}

void Accumulation::add_part(std::int64_t rows) {
  summed_ = true;
  rows_ += rows;
  auto& parameters = model_->parameters();
  if (sums_.empty())
    for (const models::Parameter& p : parameters) sums_.push_back(at::zeros_like(p.grad));
  for (std::size_t i = 0; i < sums_.size(); ++i)
    sums_[i].add_(parameters[i].grad, static_cast<double>(rows));
}

void Accumulation::finish() {
  added_ = 0;
  if (!summed_) return;
  summed_ = false;
  auto& parameters = model_->parameters();
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    parameters[i].grad.copy_(sums_[i]).div_(static_cast<double>(std::max<std::int64_t>(rows_, 1)));
    sums_[i].zero_();
  }
  rows_ = 0;
}

}  // namespace ratbench::train
