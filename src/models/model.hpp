// A trainable network: continuous input in, logits out, with its gradient in closed form.
// The trainer and the attacks see nothing else of a model; `registry.hpp` makes one by name.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::models {

// Identifies the dropout mask of one forward pass: masks depend on (seed, step, pass) and the
// position in the layer alone, so runs of one seed share them wherever shapes agree.
struct DropoutContext {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;  // global training step, from 0
  std::uint32_t pass = 0;  // forward pass within the step, from 0
};

// A parameter with its accumulated gradient, of equal shape and type. `grad` is meaningful after
// Model::complete_gradients(), until the next backward pass or clear.
struct Parameter {
  std::string name;
  at::Tensor value;
  at::Tensor grad;
  // Tells the model that elements [begin, end) of `value`, in memory order, have been written;
  // empty where the model derives nothing from them.
  std::function<void(std::int64_t begin, std::int64_t end)> written = {};

  // Copies numbers of the same shape in.
  void set(const at::Tensor& numbers) {
    value.copy_(numbers);
    if (written) written(0, value.numel());
  }
};

// What a backward pass computes. Gradients that nobody reads are not computed.
enum class Want { kParameters, kInput, kBoth };

// What a model of its own kind keeps of a forward pass.
struct Tape {
  virtual ~Tape() = default;
};

// What one forward pass leaves behind for its backward pass. Owned by the caller, so that several
// passes may be open at once; a reused object keeps its buffers.
struct Activations {
  at::Tensor input;            // [batch, dim], borrowed until the gradients are complete
  at::Tensor hidden;           // [batch, hidden], after ReLU and dropout
  at::Tensor gate;             // [batch, hidden], derivative of `hidden` by its pre-activation
  std::unique_ptr<Tape> tape;  // of a BERT, in place of the three
};

class Model {
 public:
  virtual ~Model() = default;

  // Logits [batch, classes] of x [batch, dim]. Without `dropout` the model is in evaluation mode.
  virtual at::Tensor forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                             Activations& kept) = 0;

  // From dL/dlogits [batch, classes] of the pass that filled `kept`: adds dL/dparameters to the
  // gradients and returns dL/dx [batch, dim], each as wanted (undefined tensor when not).
  virtual at::Tensor backward(const Activations& kept, const at::Tensor& grad_logits,
                              Want want) = 0;

  // Makes the gradients zero; cheap, since the next backward pass overwrites them.
  virtual void clear_gradients() = 0;

  // Computes what backward passes have left for later: one product serves all passes of a step. The
  // inputs of those passes must not be written before.
  virtual void complete_gradients() {}

  // Parameters in a fixed order, name and shape included in what run records hash. Completes the
  // gradients.
  virtual std::vector<Parameter>& parameters() = 0;
};

}  // namespace ratbench::models
