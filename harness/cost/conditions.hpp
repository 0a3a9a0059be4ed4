// What the machine tells about itself while a block runs, and when that means that the block was
// disturbed. Numbers that the machine does not tell are absent, never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/protocol/cost_messages.hpp"

namespace ratbench::cost {

// Over one block.
struct Conditions {
  std::optional<double> load;             // mean of runnable tasks over the last minute
  std::optional<double> steal_share;      // of the time of the core in use (of all without
                                          // one), taken by the hypervisor
  std::optional<double> frequency_mhz;    // of the core in use, else the first, at the block's end
  std::optional<double> temperature_c;    // hottest thermal zone, of a GPU its own; at the end
  std::optional<std::int64_t> throttled;  // times that a core or the GPU was slowed down by heat
  std::optional<bool> on_battery;
  std::optional<int> running;           // tasks that run or wait for a core at the block's end
  std::optional<int> device_processes;  // of others that compute on the GPU
  std::optional<double> energy_j;       // of the whole package or GPU
  int other_workers = 0;                // ratbench workers that are not ours
};

class Machine {
 public:
  virtual ~Machine() = default;
  virtual void block_begins() = 0;
  // Since the latest block_begins().
  virtual Conditions block_ended() = 0;
};

// Why a block does not count; empty when it does. On a GPU (`on_cpu` false) the host's share of the
// processor says nothing.
std::vector<std::string> disturbances(const protocol::CostTimes& times, bool on_cpu, int threads,
                                      const Conditions& conditions);

}  // namespace ratbench::cost
