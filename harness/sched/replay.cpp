#include "harness/sched/replay.hpp"

namespace ratbench::sched {
namespace {

// Keeps the result and nothing else.
class OneResult : public Journal {
 public:
  void begin(std::span<const store::AttemptStart>) override {}
  std::vector<store::RejectedResult> finish(std::span<const protocol::RunResult> results) override {
    result = results.front();
    return {};
  }
  void fail(std::span<const store::AttemptFailure>) override {}
  void alive(std::span<const std::string>) override {}
  void kernel_chosen(const std::string&, const std::string&) override {}

  std::optional<protocol::RunResult> result;
};

}  // namespace

ReplayOutcome replay_run(const QueuedRun& run, const ScheduleOptions& options) {
  OneResult journal;
  Progress progress(Progress::Style::kSilent);
  Scheduler scheduler(options, journal, progress);
  ScheduleReport report = scheduler.run({run});
  return {std::move(journal.result), std::move(report)};
}

}  // namespace ratbench::sched
