// Forward, task loss and backward as the attacks combine them: one pass at one input, or the clean
// and the perturbed batch in one stacked forward.
#pragma once

#include "src/attacks/attack.hpp"

namespace ratbench::attacks {

struct TaskPass {
  at::Tensor loss;    // 0-dim, without the weight
  at::Tensor grad_x;  // of weight * loss; undefined unless wanted
};

// One forward and one backward of weight * loss(x).
TaskPass task_pass(Objective& objective, const at::Tensor& x, double weight, Want want);

// loss(x) + weight * loss(perturbed) with parameter gradients, in one forward of both.
at::Tensor stacked_pass(Objective& objective, const at::Tensor& x, const at::Tensor& perturbed,
                        double weight);

// a + weight * b of two losses.
at::Tensor weighted_sum(const at::Tensor& a, double weight, const at::Tensor& b);

}  // namespace ratbench::attacks
