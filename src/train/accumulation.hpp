// Gradients of several batches, or of parts of a batch, before one step of the optimiser: their
// mean, in which each counts by its rows, as if all rows had been one batch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "src/models/model.hpp"

namespace ratbench::train {

class Accumulation {
 public:
  // A step takes `batches` >= 1 of them. Borrows `model` for its life; with 1 whole batch it never
  // touches its gradients.
  Accumulation(models::Model& model, std::int64_t batches) : model_(&model), batches_(batches) {}

  // Takes over what the model accumulated on the latest batch of `rows` rows.
  void add(std::int64_t rows);
  // The same for one of several parts of a batch, then that the batch has ended.
  void add_part(std::int64_t rows);
  void end_batch();
  // True when a step is due.
  bool full() const { return added_ == batches_; }
  // Leaves the mean in the model's gradients, where the optimiser reads it, and begins anew.
  void finish();

 private:
  models::Model* model_;
  std::int64_t batches_;
  std::int64_t added_ = 0;
  std::int64_t rows_ = 0;
  bool summed_ = false;
  std::vector<at::Tensor> sums_;  // one per parameter, of gradient times rows
};

}  // namespace ratbench::train
