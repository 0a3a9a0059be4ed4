// Gradients of several batches, or of parts of a batch, before one step of the optimiser: their
// mean, in which each counts by what its loss divides by, as if all rows had been one batch. (The
// divergence of SMART is a mean over rows whatever the loss; beside a loss that divides by class
// weights it is shared out by those.)
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "src/models/model.hpp"

namespace ratbench::train {

class Accumulation {
 public:
  // A step takes `batches` >= 1 of them. Borrows `model` for its life.
  Accumulation(models::Model& model, std::int64_t batches) : model_(&model), batches_(batches) {}

  // Whether whole batches are summed at all; where a step takes one, its gradients stay where they
  // are.
  bool sums_batches() const { return batches_ > 1; }
  // Takes over what the model accumulated on the latest batch, or part of one, whose loss divides
  // by `divisor` >= 0. When it throws for lack of memory nothing is taken.
  void add(double divisor);
  void end_batch();
  // True when a step is due.
  bool full() const { return added_ == batches_; }
  // Leaves the mean in the model's gradients, where the optimiser reads it, and begins anew.
  void finish();

 private:
  models::Model* model_;
  std::int64_t batches_;
  std::int64_t added_ = 0;
  double divisors_ = 0;
  bool summed_ = false;
  std::vector<at::Tensor> sums_;  // one per parameter, of gradient times divisor
};

}  // namespace ratbench::train
