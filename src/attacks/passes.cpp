#include "src/attacks/passes.hpp"

#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mul.h>

namespace ratbench::attacks {

TaskPass task_pass(Objective& objective, const at::Tensor& x, double weight, Want want) {
  const at::Tensor logits = objective.forward(x, Slot::kFirst);
  const losses::LossValue loss = objective.loss(logits);
  const at::Tensor dlogits = weight == 1 ? loss.dlogits : loss.dlogits.mul(weight);
  return {loss.value, objective.backward(Slot::kFirst, dlogits, want)};
}

at::Tensor stacked_pass(Objective& objective, const at::Tensor& x, const at::Tensor& perturbed,
                        double weight) {
  const at::Tensor logits = objective.forward(at::cat({x, perturbed}), Slot::kFirst);
  const std::int64_t n = logits.size(0) / 2;  // rows of x, or its words
  const losses::LossValue clean = objective.loss(logits.narrow(0, 0, n));
  const losses::LossValue attacked = objective.loss(logits.narrow(0, n, n));
  const at::Tensor scaled = weight == 1 ? attacked.dlogits : attacked.dlogits.mul(weight);
  objective.backward(Slot::kFirst, at::cat({clean.dlogits, scaled}), Want::kParameters);
  return weighted_sum(clean.value, weight, attacked.value);
}

at::Tensor weighted_sum(const at::Tensor& a, double weight, const at::Tensor& b) {
  return at::add(a, b, weight);
}

}  // namespace ratbench::attacks
