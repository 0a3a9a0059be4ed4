// The state of one training run and its loop: epochs of steps, an evaluation after each, and the
// record that results. Used by trainer.cpp, which owns the interface.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "src/attacks/attack.hpp"
#include "src/base/random.hpp"
#include "src/losses/loss.hpp"
#include "src/models/model.hpp"
#include "src/optim/adamw.hpp"
#include "src/optim/schedule.hpp"
#include "src/train/objective.hpp"
#include "src/train/settings.hpp"
#include "src/train/trainer.hpp"
#include "src/train/training_set.hpp"

namespace ratbench::train {

class RunTrainer {
 public:
  RunTrainer(const Dataset& data, const RunSpec& run, models::Product product, RunSink& sink);
  RunTrainer(const RunTrainer&) = delete;
  RunTrainer& operator=(const RunTrainer&) = delete;

  // To be called once.
  RunOutcome train();

 private:
  // False when the run has diverged.
  bool train_epoch(int epoch);
  bool train_step(std::span<const std::int64_t> rows, int epoch);
  double attacked_loss(const at::Tensor& x, std::span<const std::int64_t> rows);
  double clean_loss(const at::Tensor& x);
  // True when validation says that training should go on.
  bool evaluate(int epoch, double mean_loss);
  void diverge(const char* reason);
  void keep_best();
  void record_final();
  // Predictions of the present weights on all splits; returns the test logits.
  at::Tensor record_splits(const char* selection);

  const Dataset& data_;
  const RunSpec& run_;
  RunSink& sink_;
  Settings settings_;
  TrainingSet training_;
  std::vector<std::size_t> minority_;
  std::int64_t total_steps_;
  std::unique_ptr<models::Model> model_;
  std::unique_ptr<losses::Loss> loss_;
  std::unique_ptr<attacks::Attack> attack_;  // null: every batch is trained clean
  TaskObjective objective_;
  optim::AdamW optimiser_;
  optim::Schedule schedule_;
  RandomStream noise_;

  std::int64_t step_ = 0;  // global, steps finished so far
  double best_value_ = -1;
  std::vector<at::Tensor> best_weights_;
  RunOutcome outcome_;
};

}  // namespace ratbench::train
