#include "src/attacks/random_control.hpp"

#include <ATen/TensorOperators.h>

#include "src/attacks/passes.hpp"
#include "src/attacks/perturbation.hpp"

namespace ratbench::attacks {

AttackOutcome RandomControl::apply(Objective& objective, const Batch& batch,
                                   const NoiseSource& noise) const {
  const Ascent ascent{.step = p_.epsilon, .norm = p_.norm, .ball = p_.ball};
  const at::Tensor r = ascend({}, noise.normal_like(batch.x), batch.mask, ascent);
  const at::Tensor perturbed = batch.x + r;
  if (p_.pass == PassMode::kConcatenated) {
    return {stacked_pass(objective, batch.x, perturbed, p_.weight), r};
  }
  const TaskPass clean = task_pass(objective, batch.x, 1, Want::kParameters);
  const TaskPass attacked = task_pass(objective, perturbed, p_.weight, Want::kParameters);
  return {weighted_sum(clean.loss, p_.weight, attacked.loss), r};
}

}  // namespace ratbench::attacks
