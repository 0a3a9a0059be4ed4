// Perturbation of the word-embedding matrix itself: every position of a token moves alike. Only the
// rows of tokens in the batch have a gradient, so only those are held.
#pragma once

#include <ATen/core/Tensor.h>

#include "src/attacks/attack.hpp"

namespace ratbench::attacks {

// The rows of one batch's free positions. Positions that may not be perturbed share one row of
// their own, whose gradient is 0.
class SharedRows {
 public:
  // `batch` with ids; Norm::kWeights.
  explicit SharedRows(const Batch& batch);

  // Sum over the positions of each row: [rows, dim] of t [batch, len, dim]. The gradient of the
  // matrix from that of the word vectors.
  at::Tensor summed(const at::Tensor& t) const;
  // The value at one position of each row: [rows, dim] of t, which is equal at all of them or
  // noise of which one draw is as good as another.
  at::Tensor taken(const at::Tensor& t) const;
  // t with 0 at every position but the one that taken() reads.
  at::Tensor first_alone(const at::Tensor& t) const;
  // Rows back at their positions, [batch, len, dim].
  at::Tensor spread(const at::Tensor& rows) const;

 private:
  at::Tensor row_of_;    // [batch len] int64
  at::Tensor place_of_;  // [rows] int64, the first position of each row
  std::int64_t samples_;
};

// `noise` of the batch as noise of what is perturbed: itself, but one draw for each row of the
// matrix with Norm::kWeights. Padding holds 0 then.
at::Tensor shared_noise(const at::Tensor& noise, const Batch& batch, Norm norm);

}  // namespace ratbench::attacks
