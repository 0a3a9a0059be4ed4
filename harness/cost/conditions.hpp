// What the machine tells about itself while a block runs, and when that means that the block was
// disturbed. Numbers that the machine does not tell are absent, never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::cost {

// Over one block.
struct Conditions {
  std::optional<double> load;             // mean of runnable tasks over the last minute
  std::optional<double> steal_share;      // of all cores' time, taken by the hypervisor
  std::optional<double> frequency_mhz;    // of the first core, at the block's end
  std::optional<double> temperature_c;    // hottest thermal zone, at the block's end
  std::optional<std::int64_t> throttled;  // times that the first core was slowed down by heat
  int other_workers = 0;                  // ratbench workers that are not ours
};

class Machine {
 public:
  virtual ~Machine() = default;
  virtual void block_begins() = 0;
  // Since the latest block_begins().
  virtual Conditions block_ended() = 0;
};

// Why a block of `wall_s` with `cpu_s` of processor time does not count; empty when it does. On a
// GPU (`on_cpu` false) the host's share of the processor says nothing.
std::vector<std::string> disturbances(double wall_s, double cpu_s, bool on_cpu, int threads,
                                      const Conditions& conditions);

}  // namespace ratbench::cost
