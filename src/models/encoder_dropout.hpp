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

// x with elements dropped at `rate` and the others scaled by 1 / (1 - rate); x itself without
// `context` or at rate 0. The mask depends on (seed, step, pass, site) and the element's index.
// Other devices than the CPU draw from LibTorch's own generator, seeded with the same four, since
// making masks on the host would keep the device waiting; their masks differ from the CPU's.
at::Tensor encoder_dropout(const at::Tensor& x, const std::optional<DropoutContext>& context,
                           std::uint32_t site, double rate);

}  // namespace ratbench::models
