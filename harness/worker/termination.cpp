#include "harness/worker/termination.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>

namespace ratbench::worker {
namespace {

// All that a signal handler may touch.
static_assert(std::atomic<bool>::is_always_lock_free);
std::atomic<bool> termination_asked = false;

extern "C" void note_termination(int) { termination_asked.store(true); }

}  // namespace

TerminationNoted::TerminationNoted() {
  termination_asked.store(false);
  std::signal(SIGTERM, note_termination);
}

TerminationNoted::~TerminationNoted() {
  std::signal(SIGTERM, SIG_DFL);
  if (asked()) obey();
}

bool TerminationNoted::asked() { return termination_asked.load(); }

void TerminationNoted::obey() {
  std::signal(SIGTERM, SIG_DFL);
  std::raise(SIGTERM);
  std::abort();  // the signal is blocked, which nothing here does
}

}  // namespace ratbench::worker
