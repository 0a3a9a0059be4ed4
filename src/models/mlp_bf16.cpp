// The passes of the MLP with products in bfloat16; parameters, activations between the products and
// gradients are float32.
#include <ATen/ops/empty_like.h>

#include "src/models/dropout.hpp"
#include "src/models/mlp.hpp"

namespace ratbench::models {

void Mlp::keep_rounded() {
  for (Parameter& parameter : parameters_) {
    const at::Tensor rounded = models::rounded(precision_, parameter.value);
    rounded_.push_back(rounded);
    parameter.written = [value = parameter.value, rounded](std::int64_t begin, std::int64_t end) {
      round_part(value, begin, end, rounded);
    };
  }
}

at::Tensor Mlp::forward_bf16(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                             Activations& kept) {
  kept.input = rounded(precision_, x);
  at::Tensor hidden =
      linear_bf16(arithmetic_, kept.input, rounded_[kHiddenWeight], rounded_[kHiddenBias]);
  kept.gate = at::empty_like(hidden);
  relu_dropout(hidden, kept.gate, dropout, shape_.dropout);
  kept.hidden = rounded(precision_, hidden);
  return linear_bf16(arithmetic_, kept.hidden, rounded_[kOutputWeight], rounded_[kOutputBias]);
}

void Mlp::accumulate_bf16(Index weight, Index bias, const at::Tensor& grad_out,
                          const at::Tensor& in, Into into) {
  multiply_into_bf16(arithmetic_, grad_out.t(), in, into, parameters_[weight].grad);
  const at::Tensor grad_bias = rounded(precision_, grad_out.to(at::kFloat).sum(0)).to(at::kFloat);
  at::Tensor& sum = parameters_[bias].grad;
  into == Into::kOverwrite ? sum.copy_(grad_bias) : sum.add_(grad_bias);
}

at::Tensor Mlp::backward_bf16(const Activations& kept, const at::Tensor& grad_logits, Want want) {
  const at::Tensor grad_output = rounded(precision_, grad_logits);
  const at::Tensor grad_hidden = rounded(
      precision_, multiply_bf16(arithmetic_, grad_output, rounded_[kOutputWeight]).mul_(kept.gate));
  if (want != Want::kInput) {
    accumulate_bf16(kOutputWeight, kOutputBias, grad_output, kept.hidden,
                    fresh_output_ ? Into::kOverwrite : Into::kAdd);
    fresh_output_ = false;
    owed_.push_back({grad_hidden, kept.input});
  }
  return want == Want::kParameters
             ? at::Tensor()
             : multiply_bf16(arithmetic_, grad_hidden, rounded_[kHiddenWeight]);
}

}  // namespace ratbench::models
