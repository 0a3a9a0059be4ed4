#include "src/attacks/fgm.hpp"

#include <ATen/TensorOperators.h>

#include "src/attacks/passes.hpp"
#include "src/attacks/perturbation.hpp"

namespace ratbench::attacks {

AttackOutcome Fgm::apply(Objective& objective, const Batch& batch,
                         const NoiseSource& /*noise*/) const {
  const bool separate = p_.pass == PassMode::kSeparate;
  const TaskPass clean = task_pass(objective, batch.x, 1, separate ? Want::kBoth : Want::kInput);
  const Ascent ascent{.step = p_.epsilon, .norm = p_.norm, .ball = p_.ball};
  const at::Tensor r = ascend_in(batch, {}, clean.grad_x, ascent);
  const at::Tensor perturbed = batch.x + r;
  if (!separate) return {stacked_pass(objective, batch.x, perturbed, p_.weight), r};
  const TaskPass attacked = task_pass(objective, perturbed, p_.weight, Want::kParameters);
  return {weighted_sum(clean.loss, p_.weight, attacked.loss), r};
}

Passes Fgm::passes(const AttackParameters& p) {
  return p.pass == PassMode::kSeparate ? Passes{2, 2} : Passes{3, 3};
}

}  // namespace ratbench::attacks
