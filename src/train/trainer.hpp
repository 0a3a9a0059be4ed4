// Trains a group of runs of equal shape on one data set and reports each run's end by itself.
// Today a group is trained one run after the other, whatever its size.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "src/models/bfloat16.hpp"
#include "src/train/learner.hpp"
#include "src/train/outcome.hpp"

namespace ratbench::train {

// Where a group reports; called from the training thread.
class RunSink {
 public:
  virtual ~RunSink() = default;
  virtual void progress(const std::string& run_key, std::int64_t step,
                        std::int64_t total_steps) = 0;
  // A sentence for the user about what has just befallen the run, as in RunOutcome::events.
  virtual void event(const std::string& /*run_key*/, const std::string& /*sentence*/) {}
  // True once the process shall end: the run saves its progress after the step that it is in, if it
  // has checkpoints, and calls stop().
  virtual bool must_stop() const { return false; }
  // Ends the process, or throws.
  virtual void stop() {}
  virtual void finished(const RunOutcome& outcome) = 0;
  // The run could not be finished; the next run of the group is trained all the same.
  virtual void failed(const std::string& run_key, std::exception_ptr cause) = 0;
};

struct GroupSpec {
  const TrainingData* data = nullptr;
  models::Arithmetic arithmetic;
  std::vector<RunSpec> runs;
};

// One run from initialisation to its predictions. A loss that is not finite ends it as diverged,
// which is an outcome. Everything the result depends on is in the arguments.
RunOutcome train_run(const TrainingData& data, const RunSpec& run,
                     const models::Arithmetic& arithmetic, RunSink& sink);

void train_group(const GroupSpec& group, RunSink& sink);

}  // namespace ratbench::train
