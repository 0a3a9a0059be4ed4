// A small two-layer network with plain ATen operations behind the attacks' interface. It counts
// passes.
#pragma once

#include "src/losses/loss.hpp"
#include "tests/parity/recorded_objective.hpp"

namespace ratbench::tests {

enum class Activation { kRelu, kTanh };

// logits = W2 act(W1 x + b1) + b2; x [n, ...] is flattened per row.
struct MlpWeights {
  at::Tensor w1, b1, w2, b2;
};

// Normal weights of the given shape from a fixed stream.
MlpWeights random_weights(std::int64_t inputs, std::int64_t hidden, std::int64_t classes,
                          std::uint64_t seed, at::ScalarType type);

// Gradients are of "W1", "b1", "W2" and "b2".
class ReferenceMlp : public RecordedObjective {
 public:
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

  attacks::Passes passes{0, 0};

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
