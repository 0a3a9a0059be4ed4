// The state of one training run and its loop: epochs of batches, evaluations in between, and the
// record that results. Used by trainer.cpp, which owns the interface.
#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "src/attacks/attack.hpp"
#include "src/base/random.hpp"
#include "src/losses/loss.hpp"
#include "src/optim/adamw.hpp"
#include "src/optim/schedule.hpp"
#include "src/train/accumulation.hpp"
#include "src/train/checkpoint.hpp"
#include "src/train/judge.hpp"
#include "src/train/learner.hpp"
#include "src/train/objective.hpp"
#include "src/train/settings.hpp"
#include "src/train/step_clock.hpp"
#include "src/train/trainer.hpp"

namespace ratbench::train {

class RunTrainer {
 public:
  RunTrainer(const TrainingData& data, const RunSpec& run, const models::Arithmetic& arithmetic,
             RunSink& sink);
  RunTrainer(const RunTrainer&) = delete;
  RunTrainer& operator=(const RunTrainer&) = delete;

  // To be called once.
  RunOutcome train();

  // Instead of train(), any number of times: trains on the batches first .. first + steps - 1 of
  // the run, its last batch followed by its first, and evaluates nothing. False when the loss is
  // not finite. `clock` may be null.
  bool train_steps(std::int64_t first, std::int64_t steps, StepClock* clock);
  // Work so far.
  WorkCounts counts() const;
  // Loss of every finished step.
  const std::vector<float>& step_losses() const { return outcome_.step_losses; }

 private:
  std::int64_t examples() const {
    return static_cast<std::int64_t>(learner_->examples().ids.size());
  }
  // Ids in the order of pass `epoch` over the training examples.
  std::vector<std::int64_t> order_of(std::int64_t epoch) const;
  // Goes on where the newest checkpoint stands, if there is one. False when validation had ended
  // the run by then.
  bool resume();
  // Saves a checkpoint if one is due; between two steps of the optimiser.
  void save_progress();
  // What is left of pass `epoch`. False when the run has diverged or validation says that it should
  // end.
  bool train_epoch(int epoch);
  // False when the run has diverged.
  bool train_batch(std::span<const std::int64_t> rows, int epoch);
  // Loss of the batch, its gradients left with the accumulation; in parts where memory lacks.
  double batch_loss(std::span<const std::int64_t> rows, int epoch, bool attacked);
  double part_loss(std::span<const std::int64_t> rows, int epoch, bool attacked, bool first);
  // After a lack of memory with `rows` examples at once: fewer from now on; rethrows anything else.
  void halve_parts(std::size_t rows, const std::exception& error);
  double attacked_loss(const BatchInputs& batch, std::span<const std::int64_t> rows);
  double clean_loss(const at::Tensor& x);
  // One step of the optimiser on the batches since the last one.
  void update();
  bool evaluation_is_due(bool pass_ends) const;
  // True when validation says that training should go on.
  bool evaluate();
  // What happened since the last evaluation, without validation metrics.
  EpochScores since_evaluation() const;
  void diverge(const char* reason);
  // Of what befell the run, at once and in its record.
  void tell(std::string sentence);
  void keep_best();
  void record_final();
  // Predictions of the present weights on all splits; returns the test logits. `val_logits` are
  // theirs on validation, computed here when undefined.
  at::Tensor record_splits(const char* selection, at::Tensor val_logits);
  bool last_is_best();
  void repeat_splits(const char* selection);

  const TrainingData& data_;
  const RunSpec& run_;
  RunSink& sink_;
  Settings settings_;
  std::unique_ptr<Learner> learner_;
  Judge judge_;
  std::int64_t total_steps_;
  std::unique_ptr<losses::Loss> loss_;
  std::unique_ptr<attacks::Attack> attack_;  // null: every batch is trained clean
  TaskObjective objective_;
  optim::AdamW optimiser_;
  optim::Schedule schedule_;
  Accumulation accumulation_;
  Checkpoints checkpoints_;
  RandomStream noise_;
  std::size_t part_rows_;  // of a batch that are computed at once

  StepClock* clock_ = nullptr;       // of train_steps
  std::vector<std::int64_t> order_;  // of pass `order_epoch_`, for train_steps
  std::int64_t order_epoch_ = -1;
  std::int64_t step_ = 0;       // batches finished so far
  std::int64_t evaluated_ = 0;  // batches finished at the last evaluation
  double best_value_ = -1;
  std::chrono::steady_clock::time_point started_;
  double before_s_ = 0;           // spent before the checkpoint that the run goes on from
  bool checkpoints_work_ = true;  // the last save succeeded
  std::vector<at::Tensor> best_weights_;
  // Validation logits at the last evaluation and of the best weights, which the end needs again;
  // not kept in checkpoints.
  at::Tensor evaluated_logits_;
  at::Tensor best_logits_;
  RunOutcome outcome_;
};

}  // namespace ratbench::train
