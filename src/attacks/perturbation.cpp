#include "src/attacks/perturbation.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "src/attacks/shared_rows.hpp"
#include "src/base/check.hpp"

namespace ratbench::attacks {
namespace {

// [samples, elements], or one row for the norm of the whole tensor.
at::Tensor as_rows(const at::Tensor& t, Norm norm) {
  return norm == Norm::kSample ? t.reshape({t.size(0), -1}) : t.reshape({1, -1});
}

// Norm of every row, [rows, 1].
at::Tensor row_norms(const at::Tensor& rows, Ball ball) {
  const at::Tensor largest = rows.abs().amax(1, /*keepdim=*/true);
  if (ball == Ball::kLinf) return largest;
  const at::Tensor unit = at::where(largest > 0, largest, at::ones_like(largest));
  const at::Tensor relative =
      at::linalg_vector_norm(rows / unit, 2, at::IntArrayRef{1}, /*keepdim=*/true);
  return relative * largest;
}

at::Tensor projected(const at::Tensor& rows, const Ascent& ascent) {
  const double radius = *ascent.radius;
  if (ascent.ball == Ball::kLinf) return rows.clamp(-radius, radius);
  const at::Tensor norms = row_norms(rows, Ball::kL2);
  const at::Tensor factor = at::where(norms > radius, radius / norms, at::ones_like(norms));
  return rows * factor;
}

}  // namespace

at::Tensor detail::ascend_anywhere(const at::Tensor& delta, const at::Tensor& gradient,
                                   const Ascent& ascent) {
  const at::Tensor g = as_rows(gradient, ascent.norm);
  const at::Tensor norms = row_norms(g, ascent.ball);
  const at::Tensor divisor =
      at::where(norms > 0, norms.clamp_min(ascent.floor), at::ones_like(norms));
  // A NaN norm moves nothing either; the NaN shows in the loss of the same batch.
  at::Tensor moved = at::where(norms > 0, g / divisor * ascent.step, at::zeros_like(g));
  if (delta.defined()) moved = as_rows(delta, ascent.norm) + moved;
  if (ascent.radius) moved = projected(moved, ascent);
  return moved.reshape(gradient.sizes());
}

at::Tensor ascend(const at::Tensor& delta, const at::Tensor& gradient, const at::Tensor& mask,
                  const Ascent& ascent) {
  const at::Tensor g = masked(gradient, mask);
  const auto type = g.scalar_type();
  const bool raw = g.device().is_cpu() && (type == at::kFloat || type == at::kDouble) &&
                   g.is_contiguous() && (!delta.defined() || delta.is_contiguous());
  return raw ? detail::ascend_cpu(delta, g, ascent) : detail::ascend_anywhere(delta, g, ascent);
}

at::Tensor ascend_in(const Batch& batch, const at::Tensor& delta, const at::Tensor& gradient,
                     const Ascent& ascent) {
  if (ascent.norm != Norm::kWeights) return ascend(delta, gradient, batch.mask, ascent);
  const SharedRows rows(batch);
  Ascent whole = ascent;
  whole.norm = Norm::kBatch;
  return rows.spread(ascend(delta.defined() ? rows.taken(delta) : delta,
                            rows.summed(masked(gradient, batch.mask)), at::Tensor(), whole));
}

at::Tensor masked(const at::Tensor& t, const at::Tensor& mask) {
  if (!mask.defined()) return t;
  RB_CHECK_EQ(t.dim(), 3);
  RB_CHECK_EQ(mask.dim(), 2);
  return t * mask.to(t.scalar_type()).unsqueeze(2);
}

at::Tensor sign_step(const at::Tensor& gradient, const at::Tensor& mask, double epsilon) {
  return masked(gradient, mask).sign() * epsilon;
}

}  // namespace ratbench::attacks
