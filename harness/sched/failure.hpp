// How a worker ended, as a kind of failure, and how often a run may be tried again.
// Retries are bounded by kind: what the machine did to a run is worth another try, what the run
// itself does wrong is not.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ratbench::sched {

// Attempts beyond the first: killed, lost, preempted 2; oom 1; timeout, error, data 0.
int allowed_retries(std::string_view kind);

struct Ending {
  std::string kind;
  std::string message;
};

// What the wait status of a worker that was training says. `memory_ran_out`: the kernel killed some
// process of ours for memory meanwhile.
Ending classify_ending(int wait_status, bool memory_ran_out);

// Counts the kernel's out-of-memory kills: in our control group where it tells, else in the whole
// machine.
class OomWatch {
 public:
  OomWatch();
  // True when there were kills since the last call or construction.
  bool seen_since_last();

 private:
  std::string file_;
  std::uint64_t last_ = 0;
};

// Remembers how often each run failed in which way.
class RetryBook {
 public:
  // True when the run may be tried again after failing with `kind`.
  bool may_retry(const std::string& run_key, const std::string& kind);

 private:
  std::map<std::string, std::map<std::string, int>> used_;
};

}  // namespace ratbench::sched
