// What the engine and a worker say to each other, as plain structures. The only place where engine
// and method meet; `codec.hpp` turns them into JSON and `framing.hpp` puts them on the wire.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "harness/protocol/cost_messages.hpp"
#include "src/specs/config.hpp"

namespace ratbench::protocol {

// ---- worker -> engine -------------------------------------------------------------------------

// First message of a worker. The engine refuses another program or protocol version.
struct Hello {
  int protocol_version = 0;
  std::string program_version;
  std::string git_revision;
  int method_version = 0;
  std::string libtorch_version;  // "none" for the echo worker
  std::string compiler;
  std::int64_t pid = 0;
  std::vector<std::string> devices;  // "cpu", "cuda:0", ...
};

// A sign of life; sent at least every second while training.
struct Heartbeat {
  std::string run_key;
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  std::string kernel = {};  // product routine of the group; "" until it is chosen
};

// A sentence for the user about what has just befallen a run: it went on from a checkpoint, memory
// or disk ran out. The run goes on.
struct RunEvent {
  std::string run_key;
  std::string sentence;
};

// Counted work of one run. Passes count batch equivalents (one forward of one batch = 1).
struct Counters {
  std::int64_t batches = 0;
  std::int64_t attacked_batches = 0;
  std::int64_t forward_passes = 0;
  std::int64_t backward_passes = 0;
  std::int64_t samples = 0;
  std::int64_t real_tokens = 0;    // 0 for feature inputs
  std::int64_t padded_tokens = 0;  // 0 for feature inputs
};

// Predictions of one split under one selection. `split`: train, val, test; `selection`: best, last.
// Train carries the confusion matrix alone; val and test carry every prediction, one per unit:
// class index of a row, tag index of a word (ner), 0 or 1 of a row's label (multilabel, row-major).
struct SplitOutcome {
  std::string split;
  std::string selection;
  std::vector<std::int32_t> predictions;
  // classes x classes, row = true class, row-major; multilabel: labels x 4 (tn, fp, fn, tp).
  std::vector<std::int64_t> confusion;
  // Multilabel: the probability from which each label counts as predicted, chosen on validation.
  std::vector<double> thresholds = {};
};

// One evaluation and the training since the one before: an epoch, or `train.eval_steps` batches.
struct EpochRecord {
  int epoch = 0;                      // from 1
  double train_loss = 0;              // mean over these batches of the loss that was minimised
  std::map<std::string, double> val;  // metric name -> value in 0..1
  std::int64_t batches = -1;          // -1: recorded by a version that did not count them
  std::int64_t attacked_batches = -1;
};

// Everything recorded of one run that trained to its end or diverged.
struct RunResult {
  std::string run_key;
  bool diverged = false;
  std::string diverged_reason;  // "" unless diverged
  std::int64_t diverged_step = -1;
  int best_epoch = 0;  // number of the evaluation, from 1; 0 when there was none
  Counters counters;
  double train_s = 0;  // training steps only
  double wall_s = 0;   // the whole run, evaluation included
  std::int64_t peak_memory_bytes = 0;
  std::string weights_sha256;
  std::string loss_history_sha256;
  std::string test_logits_sha256;
  std::vector<float> step_losses;  // loss of every step
  std::string attacked;            // '0' or '1' for every step
  std::vector<EpochRecord> epochs;
  std::vector<SplitOutcome> outcomes;
  std::vector<std::int64_t> train_class_counts;  // realised, after augmentation
  std::string device_name;
  std::string driver;
  std::string kernel;  // product routine: "mkl", "onednn", "cublas", ...
  int threads = 1;
  std::string mode = "isolated";  // isolated or fused
};

// A run that could not be finished. `kind`: oom, timeout, error, data.
struct RunFailure {
  std::string run_key;
  std::string kind;
  std::string message;
};

// All runs of a group have been reported.
struct GroupEnd {
  std::uint64_t group_id = 0;
};

// Features of the texts of one request.
struct EmbedResult {
  std::uint64_t request_id = 0;
  std::int64_t dim = 0;
  std::vector<float> features;  // [texts, dim], in the order of the request
  std::int64_t real_tokens = 0;
  std::int64_t padded_tokens = 0;  // positions computed
  double wall_s = 0;               // without the loading of the model
  std::string kernel;              // product routine that was used
  std::string device_name;
  std::vector<std::string> remarks;  // for the user, such as smaller batches
};

// Texts that could not be embedded. `kind` as in RunFailure.
struct EmbedFailure {
  std::uint64_t request_id = 0;
  std::string kind;
  std::string message;
};

// ---- engine -> worker -------------------------------------------------------------------------

// Feature files or token files of one data set (safetensors), with the hashes that the run keys
// contain. With token files `model` names, beside the splits, the folder of the model that reads
// them and the hash of its configuration, weights and vocabulary.
struct DataFiles {
  std::map<std::string, std::string> paths;   // split -> file
  std::map<std::string, std::string> sha256;  // split -> content hash
  bool operator==(const DataFiles&) const = default;
};

struct RunRequest {
  std::string run_key;
  std::uint64_t seed = 0;
  specs::Config config;
};

// Trains runs of equal shape; size 1 unless fused. Every run's end is reported separately.
struct TrainGroup {
  std::uint64_t group_id = 0;
  std::string device = "cpu";
  int threads = 1;
  std::string kernel = "auto";
  DataFiles data;
  std::vector<RunRequest> runs;
  std::string checkpoints = {};    // folder, absolute, for the progress of long runs; "": none
  double checkpoint_every_s = 60;  // at least so long between two of a run
};

// How a frozen encoder turns token ids into features. A worker keeps the model of its latest
// request loaded.
struct EncoderSetting {
  std::string folder;              // Hugging Face folder, absolute
  std::string pooling = "mean";    // mean, cls, last
  std::string precision = "fp32";  // fp32, bf16
  bool unit_length = false;        // divide features by their L2 norm
  bool operator==(const EncoderSetting&) const = default;
};

// Embeds texts that the engine has tokenized; special tokens are among the ids. Answered by one
// EmbedResult or EmbedFailure. Texts of similar length in one request need little padding.
struct EmbedRequest {
  std::uint64_t request_id = 0;
  std::string device = "cpu";
  int threads = 1;
  std::string kernel = "auto";
  EncoderSetting encoder;
  std::vector<std::int32_t> ids;      // of all texts, one after the other
  std::vector<std::int32_t> lengths;  // tokens of each text; they sum to ids.size()
};

// Stop after the message; answered by closing the connection.
struct Shutdown {};

using Message = std::variant<Hello, Heartbeat, RunEvent, RunResult, RunFailure, GroupEnd,
                             EmbedResult, EmbedFailure, CostReady, CostTimes, CostFailure,
                             TrainGroup, EmbedRequest, CostSetup, CostBlock, Shutdown>;

}  // namespace ratbench::protocol
