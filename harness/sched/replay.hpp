// Trains one run without touching the database.
#pragma once

#include "harness/sched/scheduler.hpp"

namespace ratbench::sched {

struct ReplayOutcome {
  std::optional<protocol::RunResult> result;  // empty when it failed or was interrupted
  ScheduleReport schedule;
};

// Throws what Scheduler::run throws.
ReplayOutcome replay_run(const QueuedRun& run, const ScheduleOptions& options);

}  // namespace ratbench::sched
