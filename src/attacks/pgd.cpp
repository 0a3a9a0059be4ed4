#include "src/attacks/pgd.hpp"

#include <ATen/TensorOperators.h>

#include "src/attacks/passes.hpp"

namespace ratbench::attacks {

at::Tensor climb(Objective& objective, const Batch& batch, at::Tensor delta, int steps,
                 const Ascent& ascent) {
  for (int k = 0; k < steps; ++k) {
    const TaskPass pass = task_pass(objective, batch.x + delta, 1, Want::kInput);
    delta = ascend_in(batch, delta, pass.grad_x, ascent);
  }
  return delta;
}

AttackOutcome Pgd::apply(Objective& objective, const Batch& batch,
                         const NoiseSource& /*noise*/) const {
  const bool separate = p_.pass == PassMode::kSeparate;
  const Ascent ascent{.step = p_.step_size, .radius = p_.epsilon, .norm = p_.norm, .ball = p_.ball};
  const TaskPass clean = task_pass(objective, batch.x, 1, separate ? Want::kBoth : Want::kInput);
  const at::Tensor first = ascend_in(batch, {}, clean.grad_x, ascent);
  const at::Tensor r = climb(objective, batch, first, p_.steps - 1, ascent);
  const at::Tensor perturbed = batch.x + r;
  if (!separate) return {stacked_pass(objective, batch.x, perturbed, p_.weight), r};
  const TaskPass attacked = task_pass(objective, perturbed, p_.weight, Want::kParameters);
  return {weighted_sum(clean.loss, p_.weight, attacked.loss), r};
}

Passes Pgd::passes(const AttackParameters& p) {
  const int passes = p.steps + (p.pass == PassMode::kSeparate ? 1 : 2);
  return {passes, passes};
}

}  // namespace ratbench::attacks
