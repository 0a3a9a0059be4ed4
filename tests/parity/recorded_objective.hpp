// What every network behind the attacks' interface remembers in tests: each input, output, loss
// and gradient, so that a test can look at every step of an attack.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/attacks/attack.hpp"

namespace ratbench::tests {

using Gradients = std::map<std::string, at::Tensor>;  // by the parameter's name

class RecordedObjective : public attacks::Objective {
 public:
  // Sum over all backward passes.
  Gradients accumulated() const;

  std::vector<at::Tensor> inputs;       // of every forward
  std::vector<at::Tensor> outputs;      // logits of every forward
  std::vector<double> losses;           // of every loss()
  std::vector<at::Tensor> input_grads;  // of every backward that computes them
  std::vector<Gradients> parameter_grads;
};

}  // namespace ratbench::tests
