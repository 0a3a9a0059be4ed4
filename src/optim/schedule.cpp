#include "src/optim/schedule.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"

namespace ratbench::optim {

Decay decay_named(std::string_view name) {
  RB_CHECK(name == "constant" || name == "linear");
  return name == "linear" ? Decay::kLinear : Decay::kConstant;
}

Schedule::Schedule(Decay decay, double warmup, std::int64_t total_steps)
    : decay_(decay), total_steps_(total_steps) {
  RB_CHECK(warmup >= 0 && warmup <= 1);
  RB_CHECK_GE(total_steps, 1);
  // The product of a decimal fraction and a count may lie a rounding error above a whole number,
  // which must not cost one more step: 0.1 of 30 is 3.
  const double exact = warmup * static_cast<double>(total_steps);
  warmup_steps_ = static_cast<std::int64_t>(std::ceil(exact * (1 - 1e-12)));
}

double Schedule::factor(std::int64_t k) const {
  if (k < warmup_steps_) return static_cast<double>(k) / static_cast<double>(warmup_steps_);
  if (decay_ == Decay::kConstant) return 1;
  const std::int64_t length = std::max<std::int64_t>(1, total_steps_ - warmup_steps_);
  return std::max(0.0, static_cast<double>(total_steps_ - k) / static_cast<double>(length));
}

double layer_rate_scale(double decay, int layers, int layer) {
  RB_CHECK(layer >= 0 && layer <= layers);
  return std::pow(decay, layers - layer);
}

}  // namespace ratbench::optim
