// Windows of a token file as one padded batch.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <span>

#include "src/data/token_file.hpp"
#include "src/models/bert.hpp"

namespace ratbench::train {

struct PaddedWindows {
  models::TokenBatch tokens;
  at::Tensor free;     // [windows, len] float32, 1 where an attack may perturb
  at::Tensor markers;  // [windows, 2] int64 positions in the window; undefined without
  // What is predicted: [n] places window * len + position of the tokens that have a tag, and their
  // tags (ner); otherwise undefined, and the labels of the windows' rows: [windows] int64, or
  // [windows, labels] for multilabel.
  at::Tensor places;
  at::Tensor labels;
  std::int64_t real_tokens = 0;
  std::int64_t padded_tokens = 0;
};

// `windows` of `file`, padded with token `padding` to the longest of them.
PaddedWindows padded_windows(const data::TokenSet& file, std::span<const std::int64_t> windows,
                             std::int64_t padding, const at::Device& device);

}  // namespace ratbench::train
