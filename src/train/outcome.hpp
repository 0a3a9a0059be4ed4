// What one run leaves behind, in the words of the method. The worker turns it into protocol
// messages.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/specs/config.hpp"

namespace ratbench::train {

struct RunSpec {
  std::string run_key;
  std::uint64_t seed = 0;
  specs::Config config;
  std::string checkpoints = {};    // folder for those of this run's progress; "": none
  double checkpoint_every_s = 60;  // at least so long between two of them
};

// Work of a run. Batches and samples of finished steps; passes in batch equivalents (one forward
// of one batch = 1), those of the step that diverged included.
struct WorkCounts {
  std::int64_t batches = 0;
  std::int64_t attacked_batches = 0;
  std::int64_t forward_passes = 0;
  std::int64_t backward_passes = 0;
  std::int64_t samples = 0;
  std::int64_t real_tokens = 0;    // of the batches, each once; 0 for features
  std::int64_t padded_tokens = 0;  // the same with padding
};

// One evaluation and the training since the one before: an epoch, or `train.eval_steps` batches.
struct EpochScores {
  int epoch = 0;          // from 1
  double train_loss = 0;  // mean over these batches of the loss that was minimised
  std::int64_t batches = 0;
  std::int64_t attacked_batches = 0;
  std::map<std::string, double> val;
};

// Predictions on one split (train, val, test) under one selection (best, last). The training split
// carries its confusion matrix alone.
struct SplitPredictions {
  std::string split;
  std::string selection;
  std::vector<std::int32_t> predictions;  // one for each unit
  std::vector<std::int64_t> confusion;    // classes x classes, row = true class; multilabel: labels
                                          // x 4, true and false negatives and positives as in
                                          // metrics (tn, fp, fn, tp)
  std::vector<double> thresholds;         // multilabel: of each label's probability, 0..1
};

struct RunOutcome {
  std::string run_key;
  bool diverged = false;  // then `splits` is empty
  std::string diverged_reason;
  std::int64_t diverged_step = -1;
  int best_epoch = 0;  // number of the evaluation, from 1; 0 when there was none
  WorkCounts counts;
  double train_s = 0;               // training steps alone
  double wall_s = 0;                // the whole run, evaluation included
  std::string weights_sha256;       // final weights, parameters in order
  std::string loss_history_sha256;  // `step_losses`
  std::string test_logits_sha256;   // of the last weights, then of the best; "" if diverged
  std::vector<float> step_losses;   // of every finished step
  std::string attacked;             // '0' or '1' for every finished step
  std::vector<EpochScores> epochs;
  std::vector<SplitPredictions> splits;
  std::string precision;                         // of the products: fp32, bf16, bf16-emulated
  std::vector<std::int64_t> train_class_counts;  // realised, after augmentation
  std::vector<std::string> remarks;              // what the data had to say
  std::vector<std::string> events;  // what befell the run: checkpoints, memory that lacked
};

}  // namespace ratbench::train
