#include "harness/sched/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace ratbench::sched {
namespace {

// The bytes in a line "key: number kB" of the kernel's when it has this key.
std::optional<std::int64_t> bytes_in(const std::string& line, const std::string& key) {
  std::int64_t kib = 0;
  if (line.starts_with(key) && std::istringstream(line.substr(key.size())) >> kib)
    return kib * 1024;
  return std::nullopt;
}

std::optional<std::int64_t> available_bytes(const std::filesystem::path& root) {
  std::ifstream in(root / "proc/meminfo");
  std::string line;
  while (std::getline(in, line))
    if (const auto bytes = bytes_in(line, "MemAvailable:")) return bytes;
  return std::nullopt;
}

std::optional<std::int64_t> number_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::int64_t value = 0;
  if (in >> value) return value;
  return std::nullopt;
}

// What our control group may still take; absent without a limit.
std::optional<std::int64_t> left_in_control_group(const std::filesystem::path& root) {
  const auto group = control_group(root);
  if (!group) return std::nullopt;
  const auto limit = number_in(*group / "memory.max");
  const auto used = number_in(*group / "memory.current");
  if (limit && used) return std::max<std::int64_t>(*limit - *used, 0);
  return std::nullopt;
}

std::string gib(std::int64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / 1073741824.0);
}

}  // namespace

std::optional<std::filesystem::path> control_group(const std::filesystem::path& root) {
  std::ifstream in(root / "proc/self/cgroup");
  std::string line;
  while (std::getline(in, line))
    if (line.starts_with("0::/")) return root / "sys/fs/cgroup" / line.substr(4);
  return std::nullopt;
}

std::optional<std::int64_t> free_memory_bytes(const std::filesystem::path& root) {
  const auto available = available_bytes(root);
  const auto left = left_in_control_group(root);
  if (available && left) return std::min(*available, *left);
  return available ? available : left;
}

ProcessMemory process_memory(const std::filesystem::path& root, pid_t pid) {
  ProcessMemory memory;
  std::ifstream in(root / "proc" / std::to_string(pid) / "status");
  std::string line;
  while (std::getline(in, line)) {
    if (const auto peak = bytes_in(line, "VmHWM:")) memory.peak_bytes = *peak;
    if (const auto resident = bytes_in(line, "VmRSS:")) memory.resident_bytes = *resident;
  }
  return memory;
}

void MemoryAdmission::learn(std::int64_t peak_bytes) {
  largest_bytes_ = std::max(largest_bytes_, peak_bytes);
}

bool MemoryAdmission::admits(pid_t idle, std::span<const pid_t> busy) {
  if (busy.empty()) return true;
  const auto free = free_memory_bytes(root_);
  if (!free) return true;
  std::int64_t resident = process_memory(root_, idle).resident_bytes;
  for (const pid_t pid : busy) {
    const ProcessMemory memory = process_memory(root_, pid);
    learn(memory.peak_bytes);
    resident += memory.resident_bytes;
  }
  const auto workers = static_cast<std::int64_t>(busy.size()) + 1;
  if (*free >= largest_bytes_ * workers - resident) return true;
  if (!std::exchange(told_, true))
    reason_ = fmt::format(
        "a worker waits for memory: runs of this sweep take up to {}, {} are free beside {} in "
        "progress",
        gib(largest_bytes_), gib(*free), busy.size());
  return false;
}

std::string MemoryAdmission::take_reason() { return std::exchange(reason_, ""); }

}  // namespace ratbench::sched
