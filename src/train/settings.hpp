// What the training loop reads from a configuration: lengths, rates, selection and the share of
// attacked batches. Losses, attacks and models read their own parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/optim/schedule.hpp"
#include "src/specs/config.hpp"

namespace ratbench::train {

struct Settings {
  std::optional<std::int64_t> steps;  // instead of epochs
  std::int64_t epochs = 20;
  std::int64_t batch_size = 32;
  double lr = 1e-3;
  double weight_decay = 0.01;
  double warmup = 0;  // fraction of all steps
  optim::Decay schedule = optim::Decay::kConstant;
  double clip_norm = 0;                    // 0: off
  std::int64_t accumulate = 1;             // batches to a step of the optimiser
  std::optional<std::int64_t> eval_steps;  // batches between evaluations; else each epoch
  std::optional<std::int64_t> patience;    // evaluations without a better validation metric
  std::string select_metric;               // by default what judge.hpp says of the task
  double p_rat = 0;                        // probability that a batch is attacked
  double layer_decay = 1;                  // of the rates of encoder layers
  bool buckets = true;                     // batches of similar length, where examples have lengths
  std::optional<std::int64_t> rounding_probe;

  // Batches of one epoch over `rows` rows, the last one possibly smaller.
  std::int64_t steps_per_epoch(std::int64_t rows) const;
  // Batches of the whole run.
  std::int64_t total_steps(std::int64_t rows) const;
  // Steps of the optimiser in the whole run; the last one of an epoch takes the batches left.
  std::int64_t total_updates(std::int64_t rows) const;
};

Settings settings_of(const specs::Config& config);

}  // namespace ratbench::train
