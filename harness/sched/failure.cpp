#include "harness/sched/failure.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "harness/sched/memory.hpp"

namespace ratbench::sched {
namespace {

// The value behind the word "oom_kill" in `file`; 0 when there is none.
std::uint64_t oom_kills(const std::string& file) {
  std::ifstream in(file);
  std::string name;
  std::uint64_t value = 0;
  while (in >> name >> value) {
    if (name == "oom_kill") return value;
  }
  return 0;
}

std::string memory_events_file() {
  if (const auto group = control_group("/"))
    if (const auto file = *group / "memory.events"; std::ifstream(file).good())
      return file.string();
  return "/proc/vmstat";
}

}  // namespace

int allowed_retries(std::string_view kind) {
  if (kind == "killed" || kind == "lost" || kind == "preempted") return 2;
  if (kind == "oom") return 1;
  return 0;
}

Ending classify_ending(int wait_status, bool memory_ran_out) {
  if (WIFSIGNALED(wait_status)) {
    const int number = WTERMSIG(wait_status);
    const std::string by = "the worker was ended by signal " + std::to_string(number) + " (" +
                           ::strsignal(number) + ")";
    if (number == SIGKILL && memory_ran_out) return {"oom", by + ", memory ran out"};
    if (number == SIGKILL) return {"killed", by};
    if (number == SIGTERM || number == SIGHUP) return {"preempted", by};
    return {"error", by};
  }
  const int status = WEXITSTATUS(wait_status);
  if (status == 0) return {"lost", "the worker went away without a result"};
  return {"error", "the worker ended with exit status " + std::to_string(status)};
}

OomWatch::OomWatch() : file_(memory_events_file()), last_(oom_kills(file_)) {}

bool OomWatch::seen_since_last() {
  const std::uint64_t now = oom_kills(file_);
  const bool seen = now > last_;
  last_ = now;
  return seen;
}

bool RetryBook::may_retry(const std::string& run_key, const std::string& kind) {
  return used_[run_key][kind]++ < allowed_retries(kind);
}

}  // namespace ratbench::sched
