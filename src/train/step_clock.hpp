// Splits the time of training steps into phases: each lap belongs to the phase that ends with it.
// A null clock costs a branch; only profiled blocks of a cost measurement have one.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace ratbench::train {

// `kForward` and `kBackward` are the batch's first passes, its loss included; `kAttack` is whatever
// else an attacked batch takes, the weight gradient that all its passes share included.
enum class Phase { kData, kForward, kAttack, kBackward, kOptimiser, kOther };
inline constexpr std::array<const char*, 6> kPhaseNames = {"data",     "forward",   "attack",
                                                           "backward", "optimiser", "other"};

class StepClock {
 public:
  void start() { last_ = Clock::now(); }
  void lap(Phase phase) {
    const Clock::time_point now = Clock::now();
    seconds_[static_cast<std::size_t>(phase)] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  double seconds(std::size_t phase) const { return seconds_[phase]; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_;
  std::array<double, kPhaseNames.size()> seconds_{};
};

inline void lap(StepClock* clock, Phase phase) {
  if (clock != nullptr) clock->lap(phase);
}

}  // namespace ratbench::train
