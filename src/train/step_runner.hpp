// One run's training steps alone, in blocks of any length and from any step on: what a measurement
// of time needs. The steps are those of `train_run`; nothing is evaluated or kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "src/models/bfloat16.hpp"
#include "src/train/learner.hpp"
#include "src/train/outcome.hpp"

namespace ratbench::train {

struct StepBlock {
  double wall_s = 0;                      // on a GPU until it has finished
  double cpu_s = 0;                       // of the calling thread
  double clock_skew_s = 0;                // by which the system's other clocks disagree with wall_s
  float last_loss = 0;                    // of the block's last step
  WorkCounts counts;                      // of this block
  std::map<std::string, double> phase_s;  // empty unless profiled on the CPU
  std::map<std::string, double> attacked_phase_s;  // of them, in attacked steps
};

class StepRunner {
 public:
  // Borrows `data`. Throws as training does.
  StepRunner(const TrainingData& data, RunSpec run, const models::Arithmetic& arithmetic);
  ~StepRunner();
  StepRunner(StepRunner&&) noexcept;
  StepRunner& operator=(StepRunner&&) noexcept;

  // Trains on the batches first .. first + steps - 1 (0-based; beyond the run's last batch it
  // starts over). `steps` >= 1. Throws DataError when the loss is not finite any more.
  StepBlock run(std::int64_t first, std::int64_t steps);
  // The same with the time of each phase, which takes some time of its own.
  StepBlock run_profiled(std::int64_t first, std::int64_t steps);

  // From now on every block ends with that many matrix products of 64 x 64 for each of its steps: a
  // slow-down of known size for tests of the measurement.
  void plant(double products_per_step);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ratbench::train
