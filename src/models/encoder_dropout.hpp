// Dropout inside an encoder: every place of a forward pass draws a mask of its own, from the
// counter-based dropout stream on the CPU.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "src/models/model.hpp"

namespace ratbench::models {

// Places in one forward pass that can have masks of their own.
inline constexpr std::uint32_t kDropoutSites = 128;

// Elements of a mask start at multiples of this (dropout_factors).
inline constexpr std::int64_t kDropoutAlignment = 128;

// One place of dropout in one forward pass. Nothing is dropped without `context` or at rate 0.
struct DropoutSite {
  std::optional<DropoutContext> context = std::nullopt;
  std::uint32_t site = 0;  // < kDropoutSites
  double rate = 0;         // [0, 1)
  // Of the first element in the place's mask, a multiple of kDropoutAlignment.
  std::int64_t first_element = 0;

  bool drops() const { return context && rate > 0; }
};

// x with elements dropped at the place's rate and the others scaled by 1 / (1 - rate); x itself
// where nothing is dropped. The mask depends on (seed, step, pass, site) and the element's index.
// Other devices than the CPU draw from LibTorch's own generator, seeded with the same four, since
// making masks on the host would keep the device waiting; their masks differ from the CPU's.
// A gradient dropped at the same place is that of the dropped values.
at::Tensor encoder_dropout(const at::Tensor& x, const DropoutSite& place);

// The same plus `residual`, in the type of `residual`.
at::Tensor dropout_add(const at::Tensor& x, const DropoutSite& place, const at::Tensor& residual);

}  // namespace ratbench::models
