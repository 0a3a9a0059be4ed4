#include "tests/parity/recorded_objective.hpp"

#include <ATen/TensorOperators.h>

namespace ratbench::tests {

Gradients RecordedObjective::accumulated() const {
  Gradients sum;
  for (const Gradients& gradients : parameter_grads) {
    for (const auto& [name, gradient] : gradients) {
      at::Tensor& total = sum[name];
      total = total.defined() ? total + gradient : gradient;
    }
  }
  return sum;
}

}  // namespace ratbench::tests
