// Multilayer perceptron dim - hidden - classes with ReLU and dropout on the hidden layer, computed
// without autograd. Initialised like torch.nn.Linear: U(-1/sqrt(fan_in), 1/sqrt(fan_in)).
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "src/models/bfloat16.hpp"
#include "src/models/model.hpp"
#include "src/models/product.hpp"

namespace ratbench::models {

struct MlpShape {
  std::int64_t dim = 0;
  std::int64_t hidden = 512;
  std::int64_t classes = 0;
  double dropout = 0.1;  // [0, 1)
};

class Mlp final : public Model {
 public:
  // Draws the parameters from the initialisation stream of `seed`, one lane per tensor.
  Mlp(const MlpShape& shape, std::uint64_t seed, const at::Device& device,
      at::ScalarType type = at::kFloat, Product product = Product::kMkl);
  // The same in float32 with products in `precision`.
  Mlp(const MlpShape& shape, std::uint64_t seed, const at::Device& device,
      const Arithmetic& arithmetic, Precision precision);

  at::Tensor forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                     Activations& kept) override;
  at::Tensor backward(const Activations& kept, const at::Tensor& grad_logits, Want want) override;
  void clear_gradients() override;
  void complete_gradients() override;
  std::vector<Parameter>& parameters() override {
    complete_gradients();
    return parameters_;
  }

  // Replaces the parameters (copied, converted); shapes must agree.
  void load(const std::vector<at::Tensor>& values);

 private:
  enum Index : std::size_t { kHiddenWeight, kHiddenBias, kOutputWeight, kOutputBias };
  const at::Tensor& value(Index i) const { return parameters_[i].value; }
  void accumulate(Index weight, Index bias, const at::Tensor& grad_out, const at::Tensor& in,
                  Into into);

  // Has every parameter rounded as soon as it is written.
  void keep_rounded();
  at::Tensor forward_bf16(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                          Activations& kept);
  at::Tensor backward_bf16(const Activations& kept, const at::Tensor& grad_logits, Want want);
  void accumulate_bf16(Index weight, Index bias, const at::Tensor& grad_out, const at::Tensor& in,
                       Into into);

  // One backward pass whose gradient of the hidden layer is still to be computed. Its product reads
  // and writes a matrix as large as the layer for a few rows of input, so that the passes of an
  // attacked batch wait for each other.
  struct Owed {
    at::Tensor grad_hidden;  // [batch, hidden]
    at::Tensor input;        // [batch, dim]
  };

  MlpShape shape_;
  Arithmetic arithmetic_;
  Precision precision_ = Precision::kFp32;
  std::vector<at::Tensor> rounded_;  // the parameters in bfloat16; empty with 32 bits
  std::vector<Parameter> parameters_;
  std::vector<Owed> owed_;
  // Gradients of the layer hold nothing yet.
  bool fresh_output_ = true;
  bool fresh_hidden_ = true;
};

}  // namespace ratbench::models
