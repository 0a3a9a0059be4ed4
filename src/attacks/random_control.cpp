#include "src/attacks/random_control.hpp"

#include <ATen/TensorOperators.h>

#include "src/attacks/passes.hpp"
#include "src/attacks/perturbation.hpp"
#include "src/attacks/shared_rows.hpp"

namespace ratbench::attacks {

namespace {

// Each number of what is perturbed is one draw. Of a row of the matrix only one position counts,
// since the ascent adds up all of them.
at::Tensor direction(const Batch& batch, const NoiseSource& noise, Norm norm) {
  const at::Tensor drawn = noise.normal_like(batch.x);
  return norm == Norm::kWeights ? SharedRows(batch).first_alone(drawn) : drawn;
}

}  // namespace

AttackOutcome RandomControl::apply(Objective& objective, const Batch& batch,
                                   const NoiseSource& noise) const {
  const Ascent ascent{.step = p_.epsilon, .norm = p_.norm, .ball = p_.ball};
  const at::Tensor r = ascend_in(batch, {}, direction(batch, noise, p_.norm), ascent);
  const at::Tensor perturbed = batch.x + r;
  if (p_.pass == PassMode::kConcatenated) {
    return {stacked_pass(objective, batch.x, perturbed, p_.weight), r};
  }
  const TaskPass clean = task_pass(objective, batch.x, 1, Want::kParameters);
  const TaskPass attacked = task_pass(objective, perturbed, p_.weight, Want::kParameters);
  return {weighted_sum(clean.loss, p_.weight, attacked.loss), r};
}

}  // namespace ratbench::attacks
