// A small two-layer network with plain ATen operations behind the attacks' interface. It counts
// passes and remembers every input, loss and gradient, so that tests can look at each step.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/attacks/attack.hpp"
#include "src/losses/loss.hpp"

namespace ratbench::tests {

enum class Activation { kRelu, kTanh };

// logits = W2 act(W1 x + b1) + b2; x [n, ...] is flattened per row.
struct MlpWeights {
  at::Tensor w1, b1, w2, b2;
};

// Normal weights of the given shape from a fixed stream.
MlpWeights random_weights(std::int64_t inputs, std::int64_t hidden, std::int64_t classes,
                          std::uint64_t seed, at::ScalarType type);

class ReferenceMlp : public attacks::Objective {
 public:
  using Gradients = std::map<std::string, at::Tensor>;  // "W1", "b1", "W2", "b2"

  ReferenceMlp(MlpWeights weights, Activation activation, at::Tensor labels,
               const losses::Loss& loss)
      : weights_(std::move(weights)),
        activation_(activation),
        labels_(std::move(labels)),
        loss_(&loss) {}

  at::Tensor forward(const at::Tensor& x, attacks::Slot slot) override;
  losses::LossValue loss(const at::Tensor& logits) override;
  at::Tensor backward(attacks::Slot slot, const at::Tensor& dlogits, attacks::Want want) override;

  at::Tensor logits(const at::Tensor& x) const;
  // Sum over all backward passes.
  Gradients accumulated() const;

  attacks::Passes passes{0, 0};
  std::vector<at::Tensor> inputs;       // of every forward
  std::vector<at::Tensor> outputs;      // logits of every forward
  std::vector<double> losses;           // of every loss()
  std::vector<at::Tensor> input_grads;  // of every backward that wants them
  std::vector<Gradients> parameter_grads;

 private:
  struct Kept {
    at::Tensor x, hidden;
  };
  MlpWeights weights_;
  Activation activation_;
  at::Tensor labels_;
  const losses::Loss* loss_;
  Kept kept_[2];
};

}  // namespace ratbench::tests
