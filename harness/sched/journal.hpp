// Where the scheduler writes what happens to runs. The database is one journal, a test's memory or
// a replay's comparison is another.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "harness/store/records.hpp"

namespace ratbench::sched {

// Called from the scheduler's thread only. Anything thrown ends the sweep.
class Journal {
 public:
  virtual ~Journal() = default;
  // Runs are about to be given to workers.
  virtual void begin(std::span<const store::AttemptStart> starts) = 0;
  // Runs have ended, done or diverged; safe when this returns. Returns those it could not accept,
  // which it has recorded as failed.
  virtual std::vector<store::RejectedResult> finish(
      std::span<const protocol::RunResult> results) = 0;
  virtual void fail(std::span<const store::AttemptFailure> failures) = 0;
  // The runs are still being trained.
  virtual void alive(std::span<const std::string> run_keys) = 0;
  // A worker that was asked for kernel "auto" on a device of `family` chose `kernel`.
  virtual void kernel_chosen(const std::string& family, const std::string& kernel) = 0;
};

}  // namespace ratbench::sched
