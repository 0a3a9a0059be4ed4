// Joules that a device took, from a counter of the hardware: RAPL for a processor, NVML for a GPU.
// Where there is none or it may not be read, the reason stands in its place; never zero.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cost/nvml.hpp"

namespace ratbench::cost {

class EnergyMeter {
 public:
  virtual ~EnergyMeter() = default;
  virtual void begin() = 0;
  // Since the latest begin(); absent when the counter could not be read.
  virtual std::optional<double> joules() = 0;
};

struct Energy {
  std::unique_ptr<EnergyMeter> meter;  // null when not available
  std::string source;                  // "RAPL (package-0, dram)" or "not available: ..."
};

// The packages and memory of all processors (powercap, intel-rapl, which AMD's driver serves too):
// everything that the machine does meanwhile is counted. `root` stands for "/".
Energy rapl_energy(const std::filesystem::path& root = "/");

// The counter of one GPU. Borrows `nvml`, which must live as long as the meter.
Energy nvml_energy(const Nvml& nvml);

// Microjoules from `before` to `now` of a counter that starts over after `range`; at most once.
std::uint64_t counted(std::uint64_t before, std::uint64_t now, std::uint64_t range);

}  // namespace ratbench::cost
