#include "src/attacks/freelb.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/zeros_like.h>

#include "src/attacks/passes.hpp"
#include "src/attacks/shared_rows.hpp"

namespace ratbench::attacks {
namespace {

constexpr double kSmallestNorm = 1e-8;  // of a gradient, as in the published algorithm

}  // namespace

AttackOutcome free_passes(Objective& objective, const Batch& batch, at::Tensor delta, int steps,
                          double weight, const Ascent& ascent) {
  const double share = 1.0 / steps;
  at::Tensor loss;
  for (int k = 0; k < steps; ++k) {
    const bool last = k + 1 == steps;
    const at::Tensor x = delta.defined() ? batch.x + delta : batch.x;
    const TaskPass pass =
        task_pass(objective, x, weight * share, last ? Want::kParameters : Want::kBoth);
    loss = k == 0 ? pass.loss * share : weighted_sum(loss, share, pass.loss);
    if (!last) delta = ascend_in(batch, delta, pass.grad_x, ascent);
  }
  return {loss, delta.defined() ? delta : at::zeros_like(batch.x)};
}

at::Tensor FreeLb::start(const Batch& batch, const NoiseSource& noise, const Ascent& ascent) const {
  if (p_.init == Init::kZero) return {};
  const at::Tensor& x = batch.x;
  // Elements of a sample that may be perturbed, [batch, 1 (, 1)].
  const double dim = static_cast<double>(x.size(x.dim() - 1));
  const at::Tensor elements =
      batch.mask.defined()
          ? batch.mask.to(x.scalar_type()).sum(1).clamp_min(1).mul(dim).reshape({-1, 1, 1})
          : at::full({}, static_cast<double>(x.numel() / x.size(0)), x.options());
  const at::Tensor delta = noise.uniform_like(x) * p_.noise / elements.sqrt();
  // A step along a zero gradient is the projection alone: epsilon = 0 perturbs nothing.
  return ascend_in(batch, shared_noise(delta, batch, p_.norm), at::zeros_like(x), ascent);
}

AttackOutcome FreeLb::apply(Objective& objective, const Batch& batch,
                            const NoiseSource& noise) const {
  const Ascent ascent{.step = p_.step_size,
                      .radius = p_.epsilon,
                      .floor = kSmallestNorm,
                      .norm = p_.norm,
                      .ball = p_.ball};
  at::Tensor clean;
  if (p_.add_clean) clean = task_pass(objective, batch.x, 1, Want::kParameters).loss;
  AttackOutcome outcome = free_passes(objective, batch, start(batch, noise, ascent), p_.steps,
                                      p_.add_clean ? p_.weight : 1, ascent);
  if (p_.add_clean) outcome.loss = weighted_sum(clean, p_.weight, outcome.loss);
  return outcome;
}

Passes FreeLb::passes(const AttackParameters& p) {
  const int passes = p.steps + (p.add_clean ? 1 : 0);
  return {passes, passes};
}

}  // namespace ratbench::attacks
