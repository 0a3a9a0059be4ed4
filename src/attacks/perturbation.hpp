// Geometry of perturbations: norms of gradients, ascent steps of a given length, projection on the
// ball. A gradient whose norm is 0 moves nothing; padding is masked before any norm is taken.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "src/attacks/attack.hpp"

namespace ratbench::attacks {

// delta <- Pi(delta + step * g / max(norm(g), floor)).
struct Ascent {
  double step = 0;
  std::optional<double> radius = std::nullopt;  // of the ball; nothing: no projection
  double floor = 0;                             // 1e-8 for FreeLB, 0: the exact norm
  Norm norm = Norm::kSample;
  Ball ball = Ball::kL2;
};

// `delta` undefined stands for 0; `gradient` and the result have the shape of x. `mask` as in
// Batch. The norms do not underflow or overflow where the gradient itself does not.
at::Tensor ascend(const at::Tensor& delta, const at::Tensor& gradient, const at::Tensor& mask,
                  const Ascent& ascent);

// The same for a batch whose mask it takes; with Norm::kWeights the ascent happens in the matrix:
// g is the sum over the positions of a token, `delta` must be equal at all of them, and norms are
// those of the whole matrix (Frobenius for Ball::kL2).
at::Tensor ascend_in(const Batch& batch, const at::Tensor& delta, const at::Tensor& gradient,
                     const Ascent& ascent);

// t with padded positions set to 0; t itself when `mask` is undefined.
at::Tensor masked(const at::Tensor& t, const at::Tensor& mask);

// epsilon * sign(g), sign(0) = 0 (FGSM; Goodfellow et al., "Explaining and harnessing adversarial
// examples", 2015).
at::Tensor sign_step(const at::Tensor& gradient, const at::Tensor& mask, double epsilon);

namespace detail {
// The two implementations of ascend() for a masked gradient: raw loops over float32 or float64 in
// contiguous CPU memory, and ATen operations anywhere.
at::Tensor ascend_cpu(const at::Tensor& delta, const at::Tensor& gradient, const Ascent& ascent);
at::Tensor ascend_anywhere(const at::Tensor& delta, const at::Tensor& gradient,
                           const Ascent& ascent);
}  // namespace detail

}  // namespace ratbench::attacks
