#include "src/losses/bce_loss.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "src/base/check.hpp"

namespace ratbench::losses {

LossValue BceLoss::evaluate(const at::Tensor& logits, const Targets& targets, int /*epoch*/) const {
  RB_CHECK(logits.sizes() == targets.labels.sizes());
  RB_CHECK(!targets.other.defined());
  const at::Tensor z = logits.to(at::kDouble);
  const at::Tensor counts = targets.labels != kIgnoredLabel;
  const at::Tensor y = targets.labels.to(at::kDouble);
  // max(z, 0) - z y + log(1 + e^-|z|): no exponential of a large number.
  const at::Tensor each = z.clamp_min(0) - z * y + (-z.abs()).exp().log1p();
  const at::Tensor slope = at::sigmoid(z) - y;
  const at::Tensor divisor = counts.sum().clamp_min(1).to(at::kDouble);
  const at::Tensor zero = at::zeros_like(z);
  return {at::where(counts, each, zero).sum() / divisor,
          (at::where(counts, slope, zero) / divisor).to(logits.scalar_type())};
}

double BceLoss::divisor(const Targets& targets, int /*epoch*/) const {
  return (targets.labels != kIgnoredLabel).sum().item<double>();
}

}  // namespace ratbench::losses
