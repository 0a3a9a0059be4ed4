#include "src/train/rounding_probe.hpp"

#include <cmath>
#include <limits>

#include "src/base/check.hpp"
#include "src/base/random.hpp"

namespace ratbench::train {
namespace {

// Lanes of the stream: so many parameter tensors to a probe.
constexpr std::size_t kMostTensors = 1U << 14U;

}  // namespace

void move_by_one_ulp(std::vector<models::Parameter>& parameters, std::uint64_t seed,
                     std::int64_t probe) {
  RB_CHECK_LT(parameters.size(), kMostTensors);
  const RandomStream stream(seed, Purpose::kRoundingProbe);
  constexpr float kUp = std::numeric_limits<float>::infinity();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const at::Tensor& value = parameters[p].value;
    RB_CHECK(value.scalar_type() == at::kFloat);
    const at::Tensor moved =
        value.to(at::kCPU, at::kFloat, /*non_blocking=*/false, /*copy=*/true).contiguous();
    auto* numbers = moved.mutable_data_ptr<float>();
    const auto lane =
        static_cast<std::uint32_t>(static_cast<std::size_t>(probe) * kMostTensors + p);
    std::uint64_t bits = 0;
    for (std::int64_t i = 0; i < moved.numel(); ++i) {
      if (i % 64 == 0) bits = stream.bits(lane, static_cast<std::uint64_t>(i) / 64);
      const bool up = (bits & 1U) != 0;
      bits >>= 1U;
      if (numbers[i] != 0) numbers[i] = std::nextafter(numbers[i], up ? kUp : -kUp);
    }
    parameters[p].set(moved);
  }
}

}  // namespace ratbench::train
