// ReLU and dropout in one pass, with the mask drawn from the counter-based dropout stream.
// An element takes 16 bits: kept when they are >= threshold, so the rate is a multiple of 1/65536.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>

#include "src/models/model.hpp"

namespace ratbench::models {

// Fills `keep` with the factor of each element: 0 when dropped, 1 / (1 - rate) otherwise.
// Element e of group g = e / 128 with k = e % 128 takes block 16 g + k % 16 of the stream's lane
// `step` (block numbers of pass q start at q * 2^40), word (k / 16) % 4, low half when k < 64: the
// layout that lets 16 blocks be made at once without shuffling.
void dropout_factors(const DropoutContext& context, double rate, std::span<float> keep);

// The same stream from any place on.
class DropoutMask {
 public:
  DropoutMask(const DropoutContext& context, double rate);
  // Factors of the elements from `first`, a multiple of 128, on.
  void factors(std::int64_t first, std::span<float> keep) const;

 private:
  DropoutContext context_;
  std::uint32_t threshold_;
};

// hidden := factor * max(z, 0) and gate := its derivative by z, where z = `hidden` on entry.
// Both [batch, units], contiguous, of one type and device; without `context` the factor is 1.
void relu_dropout(at::Tensor& hidden, at::Tensor& gate,
                  const std::optional<DropoutContext>& context, double rate);

}  // namespace ratbench::models
