// Answers requests to time training steps: holds the arms of one measurement open, each with its
// own model and optimiser, over shared data.
#pragma once

#include <map>
#include <memory>
#include <optional>
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
  struct Arm {
    const train::TrainingData* data;
    train::RunSpec run;
    models::Arithmetic arithmetic;
    double planted = 0;            // extra products a step
    std::int64_t peak_bytes = -1;  // of its tensors, once it was looked at
    std::optional<train::StepRunner> runner = std::nullopt;

    // At its first step.
    void start();
    // Starts anew and trains from `first` on until an attack was seen, if there are any.
    void look_at_memory(std::int64_t first);
  };
  // Of all arms, in an order drawn by `number`.
  void lay_out(std::uint64_t number);
  void plant_slow_down();

  using Paths = std::map<std::string, std::string>;
  std::map<Paths, std::unique_ptr<train::TrainingData>> data_;
  std::vector<Arm> arms_;
  std::uint64_t layout_ = 0;
};

}  // namespace ratbench::worker
