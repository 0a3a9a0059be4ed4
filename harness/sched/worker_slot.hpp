// The scheduler's view of one worker: the process, what it is doing and since when.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "harness/sched/attempt_log.hpp"
#include "harness/sched/failure.hpp"
#include "harness/sched/scheduler.hpp"
#include "harness/sched/worker_process.hpp"

namespace ratbench::sched {

// A run that was given to a worker and has not ended.
struct OpenRun {
  QueuedRun run;
  AttemptLog log;
};

struct WorkerSlot {
  enum class State { kEmpty, kGreeting, kIdle, kBusy };

  std::string device;
  State state = State::kEmpty;
  std::unique_ptr<WorkerProcess> process;  // null when kEmpty
  protocol::Hello hello;
  double since_s = 0;      // start of the present state
  double last_sign_s = 0;  // last message
  std::uint64_t group_id = 0;
  std::vector<OpenRun> open;
  bool ran_out_of_memory = false;  // what it still holds may be the reason; not to train again
  // Why the engine is ending this worker; otherwise its wait status tells.
  std::optional<Ending> verdict;
  std::string tail;  // the last words on stdout and stderr

  void enter(State next, double now_s) {
    state = next;
    since_s = last_sign_s = now_s;
  }
  // Takes the run out of `open`. Throws ProtocolError when it is not there.
  OpenRun take(const std::string& run_key);
  void append_output(const std::string& text);
};

// Seconds of a clock that only goes forward.
double monotonic_s();

// Refuses a worker of another version, saying both, and notes one of another revision on stderr,
// once. Throws EnvironmentError.
void check_greeting(const protocol::Hello& hello, const std::string& program);

// "" for a worker built from the revision of this program, or where one of the two is unknown.
std::string other_revision(const protocol::Hello& hello, const std::string& program);

// The end of a sentence on a worker that is gone: what it wrote last.
std::string last_words(const std::string& output);

}  // namespace ratbench::sched
