// Keeps a worker of one thread on one core, so that no block pays for a move between cores.
// The core is the one that was idlest while the worker started.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace ratbench::cost {

// Of every core since the machine started, in clock ticks.
using IdleTicks = std::map<int, std::uint64_t>;
// From /proc/stat under `root`; empty where it cannot be read.
IdleTicks idle_ticks(const std::filesystem::path& root = "/");

// The core of both that was idle longest between the two, of equal ones the last: interrupts
// favour the first.
std::optional<int> idlest_core(const IdleTicks& before, const IdleTicks& after);

struct Pinning {
  std::optional<int> core;
  std::string why_not;  // empty with a core
};

// Pins the process to the idlest core since `before` that it may use.
Pinning pin_to_idlest(pid_t pid, const IdleTicks& before);

}  // namespace ratbench::cost
