#include "src/attacks/smart.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros_like.h>

#include "src/attacks/passes.hpp"
#include "src/attacks/perturbation.hpp"
#include "src/attacks/shared_rows.hpp"
#include "src/base/check.hpp"

namespace ratbench::attacks {
namespace {

// Largest entry of each token, or L2 norm of each sample, broadcastable over t; of the whole
// tensor for the norms of batch and matrix.
at::Tensor mtdnn_norm(const at::Tensor& t, Norm norm, Ball ball) {
  if (norm != Norm::kSample) {
    return ball == Ball::kLinf ? t.abs().max() : at::linalg_vector_norm(t, 2);
  }
  if (ball == Ball::kLinf) return t.abs().amax(-1, /*keepdim=*/true);
  std::vector<std::int64_t> dims;
  for (std::int64_t d = 1; d < t.dim(); ++d) dims.push_back(d);
  return at::linalg_vector_norm(t, 2, at::IntArrayRef(dims), /*keepdim=*/true);
}

at::Tensor symmetric_ascent(const at::Tensor& perturbed, const at::Tensor& clean) {
  return symmetric_kl(perturbed, clean, Targets::kDifferentiated).d_perturbed;
}

}  // namespace

Smart::Smart(const AttackParameters& parameters)
    : Smart(
          parameters,
          SmartRule{.targets = parameters.variant == SmartVariant::kPaper ? Targets::kDifferentiated
                                                                          : Targets::kDetached},
          BregmanTerm{.weight = 0, .teacher_logits = nullptr}) {}

Smart::Smart(const AttackParameters& parameters, SmartRule rule, BregmanTerm bregman)
    : p_(parameters), rule_(rule), bregman_(std::move(bregman)) {
  if (p_.variant == SmartVariant::kPaper) rule_.ascent_gradient = symmetric_ascent;
}

at::Tensor Smart::next(const at::Tensor& delta, const at::Tensor& gradient,
                       const Batch& batch) const {
  if (p_.variant == SmartVariant::kPaper) {
    return ascend_in(
        batch, delta, gradient,
        {.step = p_.step_size, .radius = p_.epsilon, .norm = p_.norm, .ball = p_.ball});
  }
  if (p_.norm != Norm::kWeights) {
    const at::Tensor moved = delta + p_.step_size * masked(gradient, batch.mask);
    return moved / (mtdnn_norm(moved, p_.norm, p_.ball) + p_.epsilon);
  }
  const SharedRows rows(batch);
  const at::Tensor moved =
      rows.taken(delta) + p_.step_size * rows.summed(masked(gradient, batch.mask));
  return rows.spread(moved / (mtdnn_norm(moved, p_.norm, p_.ball) + p_.epsilon));
}

AttackOutcome Smart::apply(Objective& objective, const Batch& batch,
                           const NoiseSource& noise) const {
  at::Tensor start = shared_noise(noise.normal_like(batch.x) * p_.noise, batch, p_.norm);
  if (p_.variant == SmartVariant::kPaper) {
    // A step along a zero gradient is the projection alone: the start is inside the ball too.
    start = ascend_in(batch, start, at::zeros_like(start),
                      {.radius = p_.epsilon, .norm = p_.norm, .ball = p_.ball});
  }
  return apply_from(objective, batch, start);
}

AttackOutcome Smart::apply_from(Objective& objective, const Batch& batch, at::Tensor delta) const {
  const at::Tensor clean = objective.forward(batch.x, Slot::kFirst);
  for (int k = 0; k < p_.steps; ++k) {
    const at::Tensor logits = objective.forward(batch.x + delta, Slot::kSecond);
    const at::Tensor gradient =
        objective.backward(Slot::kSecond, rule_.ascent_gradient(logits, clean), Want::kInput);
    delta = masked(next(delta, gradient, batch), batch.mask);
  }
  const at::Tensor perturbed = objective.forward(batch.x + delta, Slot::kSecond);
  const Divergence smooth = symmetric_kl(perturbed, clean, rule_.targets);
  objective.backward(Slot::kSecond, smooth.d_perturbed * p_.weight, Want::kParameters);

  const losses::LossValue task = objective.loss(clean);
  at::Tensor dclean = task.dlogits + smooth.d_clean * p_.weight;
  at::Tensor loss = weighted_sum(task.value, p_.weight, smooth.value);
  if (bregman_.teacher_logits) {
    const Divergence distance =
        symmetric_kl(clean, bregman_.teacher_logits(batch.x), Targets::kDifferentiated);
    dclean = dclean + distance.d_perturbed * bregman_.weight;
    loss = weighted_sum(loss, bregman_.weight, distance.value);
  }
  objective.backward(Slot::kFirst, dclean, Want::kParameters);
  return {loss, delta};
}

void update_teacher(std::span<at::Tensor> teacher, std::span<const at::Tensor> student,
                    double beta) {
  RB_CHECK_EQ(teacher.size(), student.size());
  for (std::size_t i = 0; i < teacher.size(); ++i) {
    teacher[i].mul_(beta).add_(student[i], 1 - beta);
  }
}

}  // namespace ratbench::attacks
