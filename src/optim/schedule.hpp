// Learning-rate factors over a run: constant or linear to zero, after a linear warm-up. Step number
// s (from 1) uses factor(s - 1), so with a warm-up the first step has rate 0.
#pragma once

#include <cstdint>
#include <string_view>

namespace ratbench::optim {

enum class Decay { kConstant, kLinear };
// "constant" or "linear".
Decay decay_named(std::string_view name);

class Schedule {
 public:
  // `warmup` is the fraction 0..1 of `total_steps` (>= 1), rounded up to whole steps.
  Schedule(Decay decay, double warmup, std::int64_t total_steps);
  // k / w for k < w; then 1, or (T - k) / (T - w) and never below 0.
  double factor(std::int64_t k) const;
  std::int64_t warmup_steps() const { return warmup_steps_; }

 private:
  Decay decay_;
  std::int64_t total_steps_;
  std::int64_t warmup_steps_;
};

// Layer-wise rate: decay^(layers - layer) for encoder layers 1..layers, the embeddings as layer 0;
// the head has scale 1.
double layer_rate_scale(double decay, int layers, int layer);

}  // namespace ratbench::optim
