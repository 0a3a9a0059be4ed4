// What a run that was killed needs in order to go on to the same bits: parameters, state of the
// optimiser, best weights, position and histories, in files that are whole or not believed.
#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "src/optim/adamw.hpp"
#include "src/train/outcome.hpp"

namespace ratbench::train {

// A run between two steps of the optimiser: nothing is accumulated.
struct TrainingState {
  std::int64_t step = 0;       // batches finished
  std::int64_t evaluated = 0;  // batches finished at the last evaluation
  double best_value = -1;      // of the selection metric
  std::int64_t part_rows = 0;  // rows of a batch that are computed at once
  // Histories, counts with all passes, seconds so far, best epoch, remarks; no splits.
  RunOutcome outcome;
  std::vector<at::Tensor> parameters;    // in the model's order
  std::vector<at::Tensor> best_weights;  // the same, or none before the first evaluation
  optim::AdamWState optimiser;
  std::string setting;  // as in Checkpoints; written and checked there
};

// The checkpoints of one run: the two latest, in a folder of their own. Whoever keeps the result
// deletes them. Not thread-safe.
class Checkpoints {
 public:
  // `folder`/`run_key` is made with the first checkpoint; an empty `folder`: none are written.
  // `setting`: what the bits of a result depend on beside the run key (build, device, routines).
  Checkpoints(const std::filesystem::path& folder, const std::string& run_key,
              const std::string& setting);

  // True when the next step boundary should be saved: `every_s` after the last one (or the start),
  // and long enough after it that saving takes at most a twentieth of the time.
  bool due() const;
  // By default a minute. 0: every step boundary is saved, however long it takes.
  void save_every(double every_s) { every_s_ = every_s; }

  // Writes the state in place of the older of the two files. Returns "", or a sentence that says
  // why it could not be written (disk full, no permission); training can go on.
  std::string save(const TrainingState& state);

  // The newest state that can be believed, on the CPU. A file that is truncated, altered, of
  // another version, run or setting is passed over, and a sentence about it added to `remarks`.
  std::optional<TrainingState> latest(std::vector<std::string>& remarks);

 private:
  using Clock = std::chrono::steady_clock;

  std::filesystem::path slot(std::size_t index) const;

  std::filesystem::path folder_;  // of the run; empty: none
  std::string run_key_;
  std::string setting_;
  double every_s_ = 60;
  double save_s_ = 0;  // duration of the last save
  Clock::time_point last_ = Clock::now();
  std::size_t next_slot_ = 0;
};

}  // namespace ratbench::train
