#include "harness/cost/conditions.hpp"

namespace ratbench::cost {
namespace {

// A training thread that has a core to itself gets nearly all of the time; one time slice of
// another process in a block of 20 ms costs it more than this.
constexpr double kLeastCpuShare = 0.95;
constexpr double kMostSteal = 0.02;
// A clock is slewed by at most 500 ppm; the three readings are microseconds apart.
constexpr double kMostSkew = 0.002;
constexpr double kReadingClocks_s = 1e-4;

}  // namespace

std::vector<std::string> disturbances(const protocol::CostTimes& times, bool on_cpu, int threads,
                                      const Conditions& conditions) {
  std::vector<std::string> reasons;
  if (!(times.wall_s > 0)) {
    reasons.emplace_back("the clock did not advance");
  } else if (times.clock_skew_s > kMostSkew * times.wall_s + kReadingClocks_s) {
    reasons.emplace_back("the clocks disagree: one jumped or the machine slept");
  }
  // With several threads the first one waits for the others, which is no disturbance; that one of
  // them had to wait for a core is.
  const bool waited = threads == 1 ? times.cpu_s < kLeastCpuShare * times.wall_s
                                   : times.waited_s > (1 - kLeastCpuShare) * times.wall_s;
  if (on_cpu && waited) reasons.emplace_back("waited for a core");
  if (conditions.steal_share.value_or(0) > kMostSteal)
    reasons.emplace_back("the hypervisor took the processor away");
  if (conditions.throttled.value_or(0) > 0) reasons.emplace_back("slowed down by heat");
  if (conditions.other_workers > 0) reasons.emplace_back("another worker ran");
  if (conditions.device_processes.value_or(0) > 0)
    reasons.emplace_back("another process computed on the GPU");
  return reasons;
}

}  // namespace ratbench::cost
