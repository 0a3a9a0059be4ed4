// The machine that this program runs on, as the kernel's files describe it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/cost/conditions.hpp"

namespace ratbench::cost {

// Process ids of ratbench workers on this machine that are not children of this process. For tests,
// RATBENCH_FAKE_WORKERS="17 18" stands for them.
std::vector<pid_t> other_workers();

// True while the machine runs on its battery.
bool on_battery();

class HostMachine final : public Machine {
 public:
  void block_begins() override;
  Conditions block_ended() override;

 private:
  struct Ticks {
    std::uint64_t all = 0;
    std::uint64_t steal = 0;
  };
  static std::optional<Ticks> processor_ticks();

  std::optional<Ticks> ticks_;
  std::optional<std::int64_t> throttled_;
};

}  // namespace ratbench::cost
