// Plain structures that go into and come out of the store. No SQLite types: scheduler, plan and
// reports include this and stay free of the database.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "src/specs/config.hpp"

namespace ratbench::store {

enum class RunStatus { kQueued, kRunning, kDone, kDiverged, kFailed };

// "queued", "running", "done", "diverged", "failed".
std::string_view to_text(RunStatus status);
// Fails a CHECK for any other text.
RunStatus run_status(std::string_view text);

// Why an attempt did not finish. "lost" is given by the store to attempts whose engine died.
inline constexpr std::array<std::string_view, 7> kFailureKinds = {
    "oom", "timeout", "preempted", "killed", "lost", "error", "data"};

// Identity of a data set: SHA-256 over its splits' content hashes.
std::string dataset_hash(const protocol::DataFiles& files);

// One data set as the engine loaded it; the store needs labels to compute metrics. A row is what
// statistics draw anew (a text, a sentence), a unit what is predicted: one per row for
// classification and relation, a word for ner, a label for multilabel (row by row).
struct Dataset {
  protocol::DataFiles files;
  std::vector<std::string> class_names;  // by class index; of ner the tags, "O" first
  // Split -> label per unit: class or tag index; 0 or 1 for multilabel.
  std::map<std::string, std::vector<std::int32_t>> labels;
  std::string task = "classification";  // classification, multilabel, ner, relation
  // Split -> [rows + 1], the first unit of every row, then the number of units; absent where every
  // unit is a row.
  std::map<std::string, std::vector<std::int64_t>> row_starts;
  std::map<std::string, std::string> hierarchy;  // label -> the one above it; empty: no tree
};

// Where and with what an attempt runs. `RunResult` completes device name, driver, kernel, threads
// and mode when the run ends.
struct Provenance {
  std::string program_version;
  std::string git_revision;
  std::string compiler;
  std::string libtorch_version;
  std::string device;  // as given to the worker: "cpu", "cuda:0"
  std::string kernel;
  int threads = 1;
  std::string mode = "isolated";  // isolated or fused
  int concurrent_runs =
      1;  // runs in progress on the machine when this one started, itself included
  std::int64_t worker_pid = 0;
  std::string log_file;
};

struct AttemptStart {
  std::string run_key;
  Provenance provenance;
};

enum class AfterFailure { kStayFailed, kRequeue };

struct AttemptFailure {
  std::string run_key;
  std::string kind;  // one of kFailureKinds
  std::string message;
  AfterFailure then = AfterFailure::kStayFailed;
};

// What register_sweep found. Runs are counted once, however many cells share them.
struct RegisterReport {
  std::size_t runs = 0;
  std::size_t new_runs = 0;
  std::size_t merged = 0;  // planned runs that share the key of another cell
};

struct RejectedResult {
  std::string run_key;
  std::string problem;
};

struct CommitReport {
  std::size_t committed = 0;
  std::size_t already_stored = 0;
  std::vector<RejectedResult> rejected;  // did not fit the data set: recorded as failed, kind error
  std::vector<std::string> unknown;      // run keys that no registered sweep contains
};

// ---- read ---------------------------------------------------------------------------------------

// Distinct runs by state.
struct Progress {
  std::size_t runs = 0;
  std::size_t queued = 0;
  std::size_t running = 0;
  std::size_t done = 0;
  std::size_t diverged = 0;
  std::size_t failed = 0;
};

struct ExperimentRow {
  std::string name;
  std::string title;
  std::string file;
  std::string canonical_json;
  std::string registered_at;  // UTC, ISO 8601
  std::size_t cells = 0;
  Progress progress;
};

struct CellRun {
  std::uint64_t seed = 0;
  std::string run_key;
  RunStatus status = RunStatus::kQueued;
  std::string failure_kind;  // "" unless failed
};

struct CellRow {
  std::size_t index = 0;
  std::string name;
  std::vector<std::pair<std::string, std::string>> factors;  // path, value text; file order
  std::string dataset;                                       // dataset_hash
  std::vector<CellRun> runs;                                 // by seed
};

// One run with what is known of it. Times and counters are 0 until it is done or diverged.
struct RunRow {
  std::string run_key;
  std::uint64_t seed = 0;
  RunStatus status = RunStatus::kQueued;
  std::string failure_kind;
  std::string failure_message;
  int attempts = 0;
  std::string dataset;
  std::string config_json;
  std::string mode;
  int concurrent_runs = 0;
  std::string device;
  std::string device_name;
  std::string driver;
  std::string kernel;
  int threads = 0;
  std::string diverged_reason;
  std::int64_t diverged_step = -1;
  int best_epoch = 0;
  protocol::Counters counters;
  double train_s = 0;
  double wall_s = 0;  // of the group when fused
  std::int64_t peak_memory_bytes = 0;
  std::string weights_sha256;
  std::string loss_history_sha256;
  std::string test_logits_sha256;
  std::vector<std::int64_t> train_class_counts;
};

// A metric of one cell and seed; cells that share a run each have their own row.
struct MetricRow {
  std::size_t cell = 0;
  std::uint64_t seed = 0;
  std::string run_key;
  double value = 0;
};

struct AttemptRow {
  int number = 0;       // from 1
  std::string outcome;  // running, done, diverged, failed
  std::string failure_kind;
  std::string message;
  std::string started_at;
  std::string heartbeat_at;
  std::string ended_at;  // "" while running
  std::int64_t pid = 0;  // of the engine
  std::string boot_id;
  std::string host;
  Provenance provenance;
};

// How a run was trained; device and mode are empty until an attempt.
struct RunFacts {
  int method_version = 0;
  std::string device_name;
  std::string mode;  // isolated or fused
};

// What is needed to train a stored run again.
struct StoredRun {
  std::string run_key;
  std::uint64_t seed = 0;
  specs::Config config;
  protocol::DataFiles data;
  int method_version = 0;
};

}  // namespace ratbench::store
