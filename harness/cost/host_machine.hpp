// The machine that this program runs on, as the kernel's files and the GPU's driver describe it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cost/conditions.hpp"
#include "harness/cost/energy.hpp"
#include "harness/cost/nvml.hpp"

namespace ratbench::cost {

// Process ids of ratbench workers on this machine that are not children of this process. For tests,
// RATBENCH_FAKE_WORKERS="17 18" stands for them.
std::vector<pid_t> other_workers();

// Whether the machine runs on its battery; absent where it has none. `root` stands for "/".
std::optional<bool> on_battery(const std::filesystem::path& root = "/");

struct WatchedDevice {
  std::string device = "cpu";        // or "cuda:K"
  std::optional<int> core;           // that the worker is pinned to
  std::filesystem::path root = "/";  // of the kernel's files
};

class HostMachine final : public Machine {
 public:
  explicit HostMachine(WatchedDevice watched);
  void block_begins() override;
  Conditions block_ended() override;

  // Where energy comes from, or "not available: ..." with the reason.
  const std::string& energy_source() const { return energy_.source; }

 private:
  struct Ticks {
    std::uint64_t all = 0;
    std::uint64_t steal = 0;
  };
  std::optional<Ticks> processor_ticks() const;
  std::optional<int> running_tasks() const;
  // Of the core in use, else of all.
  std::optional<std::int64_t> throttle_count() const;
  std::optional<double> hottest_c() const;
  void ask_gpu(Conditions& now) const;

  WatchedDevice watched_;
  std::vector<std::filesystem::path> cores_;  // in use: one when pinned, else all
  std::unique_ptr<Nvml> nvml_;                // null on a CPU
  Energy energy_;
  std::optional<Ticks> ticks_;
  std::optional<std::int64_t> throttled_;
};

}  // namespace ratbench::cost
