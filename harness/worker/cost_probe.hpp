// Answers requests to time training steps: holds the arms of one measurement open, each with its
// own model and optimiser, over shared data.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/protocol/cost_messages.hpp"
#include "src/train/learner.hpp"
#include "src/train/step_runner.hpp"

namespace ratbench::worker {

class CostProbe {
 public:
  // Opens the arms in place of those before. One product routine serves all: what "auto" finds for
  // the first. Throws DataError, EnvironmentError and UsageError.
  protocol::CostReady open(const protocol::CostSetup& setup);

  // Throws UsageError for an arm that is not open, DataError when its loss is not finite any more.
  protocol::CostTimes run(const protocol::CostBlock& block);

 private:
  using Paths = std::map<std::string, std::string>;
  std::map<Paths, std::unique_ptr<train::TrainingData>> data_;
  std::vector<train::StepRunner> arms_;  // borrow `data_`
};

}  // namespace ratbench::worker
