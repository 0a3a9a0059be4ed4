// How the runs of a cell were trained, as reports show it: attack, time, history.
// Plain values, filled from the store (`load_training.hpp`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::reports {

// One row of a history: the values of every finished run that has it.
struct EpochValues {
  int epoch = 0;                   // from 1; the number of the evaluation
  std::vector<double> train_loss;  // mean over the batches of the loss that was minimised
  std::vector<double> val_metric;  // leading metric on the validation split, ratio to 1
  std::vector<double> attacked;    // share of the epoch's batches that were attacked
};

// One batch of a run, as the learning curves mark it.
struct BatchMark {
  double epoch = 0;  // where it stands: those of epoch 1 between 0.5 and 1.5
  double loss = 0;
  bool attacked = false;
};

// Batches of one run of a cell.
struct BatchMarks {
  std::uint64_t seed = 0;
  std::size_t every = 1;  // the first of so many batches is here
  std::vector<BatchMark> batches;
};

struct TrainingData {
  std::string attack = "none";  // resolved: none where p_rat is 0
  std::string p_rat = "0";
  std::string ball = "l2";      // l2, linf; l2 for attacks that are not projected
  std::string norm = "sample";  // whose norm epsilon measures: sample, batch
  // Scaled to a norm of about 1 whatever epsilon, which is no size then (SMART, variant mtdnn).
  bool unit_size = false;
  bool zero_epsilon = false;  // attacked without perturbation: the loss is doubled, nothing else
  std::optional<std::int64_t> eval_steps;  // batches between evaluations; absent: an epoch's
  std::optional<double> attacked_share;    // of the batches of all finished runs
  std::optional<double> batches;           // of a finished run, mean
  // Median training time over that of the first clean cell with the same training file, whatever
  // the other factors; common seeds only. Indicative. The one definition of relative times in a
  // report.
  std::optional<double> time_to_first_clean;
  std::optional<std::size_t> first_clean;  // number of that cell
  // Longest training time of the cell's runs over their median; far above 1 where something else
  // held the machine.
  std::optional<double> slowest_to_median;
  std::vector<EpochValues> epochs;  // by evaluation; empty when the cell is not among those drawn
  BatchMarks marks;                 // of the first finished run; empty like `epochs`

  bool clean() const { return attack == "none"; }
  // Every batch attacked.
  bool full() const { return !clean() && p_rat == "1"; }
  // Attacked, but not by an adversary: tells "adversarial" from "doubled loss".
  bool control() const { return !clean() && (attack == "random" || zero_epsilon); }
};

}  // namespace ratbench::reports
