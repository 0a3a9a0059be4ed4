#include "harness/cost/pinning.hpp"

#include <sched.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace ratbench::cost {

IdleTicks idle_ticks(const std::filesystem::path& root) {
  IdleTicks out;
  std::ifstream in(root / "proc/stat");
  for (std::string line; std::getline(in, line);) {
    // "cpu3 user nice system idle ..."; "cpu" alone is the sum of all.
    if (!line.starts_with("cpu") || line.starts_with("cpu ")) continue;
    std::istringstream fields(line.substr(3));
    int core = 0;
    std::uint64_t user = 0, nice = 0, system = 0, idle = 0;
    if (fields >> core >> user >> nice >> system >> idle) out[core] = idle;
  }
  return out;
}

std::optional<int> idlest_core(const IdleTicks& before, const IdleTicks& after) {
  std::optional<int> best;
  std::uint64_t most = 0;
  for (const auto& [core, ticks] : after) {
    const auto start = before.find(core);
    if (start == before.end()) continue;
    const std::uint64_t idle = ticks > start->second ? ticks - start->second : 0;
    if (best && idle < most) continue;
    best = core;
    most = idle;
  }
  return best;
}

Pinning pin_to_idlest(pid_t pid, const IdleTicks& before) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(pid, sizeof allowed, &allowed) != 0)
    return {std::nullopt,
            std::string("the system does not tell its cores: ") + std::strerror(errno)};
  IdleTicks now = idle_ticks();
  std::erase_if(now, [&](const auto& core) {
    return core.first < 0 || core.first >= CPU_SETSIZE || !CPU_ISSET(core.first, &allowed);
  });
  const std::optional<int> core = idlest_core(before, now);
  if (!core) return {std::nullopt, "/proc/stat does not tell how busy the cores are"};
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(*core, &one);
  if (::sched_setaffinity(pid, sizeof one, &one) != 0)
    return {std::nullopt, std::string("the system does not allow it: ") + std::strerror(errno)};
  return {core, ""};
}

}  // namespace ratbench::cost
