// Whether memory is left for one more run on the CPU beside those in progress, by what runs were
// seen to take. Without it a sweep of large models on a small machine would start as many as there
// are cores and lose them to the kernel.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace ratbench::sched {

// The folder of our control group (version 2) below `root`; absent where there is none.
std::optional<std::filesystem::path> control_group(const std::filesystem::path& root);

// Bytes that new work can take: what the kernel calls available, at most what the control group
// still allows. Absent when the system does not tell. `root` stands for "/" in tests.
std::optional<std::int64_t> free_memory_bytes(const std::filesystem::path& root);

struct ProcessMemory {
  std::int64_t resident_bytes = 0;
  std::int64_t peak_bytes = 0;  // largest resident size so far
};

// Zeros for a process of which nothing is known.
ProcessMemory process_memory(const std::filesystem::path& root, pid_t pid);

class MemoryAdmission {
 public:
  explicit MemoryAdmission(std::filesystem::path root) : root_(std::move(root)) {}

  // A run ended that had this largest resident size.
  void learn(std::int64_t peak_bytes);

  // True when `idle` may start a run while the workers `busy` train: what is free covers what each
  // of them, and `idle`, may still grow to reach the largest size seen. Always true when nobody is
  // busy, or when nothing is known of what is free.
  bool admits(pid_t idle, std::span<const pid_t> busy);

  // Why the last answer was no, for people; "" once it has been told.
  std::string take_reason();

 private:
  std::filesystem::path root_;
  std::int64_t largest_bytes_ = 0;
  std::string reason_;
  bool told_ = false;
};

}  // namespace ratbench::sched
