// Self-attention with dropout over the tokens of a batch, and its gradient. LibTorch's fused
// routines draw masks of their own, which another run could not share, and keep padding.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "src/models/encoder_dropout.hpp"
#include "src/models/token_layout.hpp"

namespace ratbench::models {

// What attention is computed over: `projected` [tokens, 3 hidden] holds query, key and value of
// every token. Products of bfloat16 numbers are taken in float32 on the CPU.
struct AttentionInput {
  at::Tensor projected;
  const TokenLayout& layout;
  std::int64_t heads = 1;
  DropoutSite dropout;  // of the probabilities
};

// softmax(Q K^T / sqrt(d)) V of every head, dropout on the probabilities; [tokens, hidden] in the
// type of `projected`. `probabilities`, when not null, receives one tensor [rows, heads, length,
// length] for every group of the layout: what the gradient needs.
at::Tensor attend(const AttentionInput& input, std::vector<at::Tensor>* probabilities);

// d/d projected from d/d output, both in the type of `projected`.
at::Tensor attend_backward(const AttentionInput& input,
                           const std::vector<at::Tensor>& probabilities,
                           const at::Tensor& grad_output);

}  // namespace ratbench::models
