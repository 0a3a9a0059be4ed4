// ratbench replay: trains a stored run again and says how close it comes.
#include "harness/sched/replay.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/replay_comparison.hpp"
#include "harness/sched/sweep_run.hpp"
#include "harness/sched/worker_process.hpp"
#include "harness/store/reader.hpp"
#include "src/base/error.hpp"
#include "src/base/version.hpp"
#include "src/data/content.hpp"

namespace ratbench::cli {
namespace {

struct ReplayOptions {
  std::string run_key;
  std::string db;
  std::string device;
  bool json = false;
};

std::string full_key(const store::Reader& reader, const ReplayOptions& options) {
  const auto keys = reader.find_run_keys(options.run_key);
  if (keys.size() == 1) return keys.front();
  if (keys.empty()) {
    throw UsageError(
        fmt::format("{} holds no run whose key begins with \"{}\"", options.db, options.run_key));
  }
  throw UsageError(fmt::format("{} runs of {} begin with \"{}\", for example {:.16} and {:.16}",
                               keys.size(), options.db, options.run_key, keys[0], keys[1]));
}

// Beside the database, or in the folder for temporary files where that may not be written.
std::filesystem::path replay_logs(const std::string& db) {
  namespace fs = std::filesystem;
  const fs::path usual = sched::log_folder(db) / "replay";
  std::error_code error;
  fs::create_directories(usual, error);
  if (!error && ::access(usual.c_str(), W_OK) == 0) return usual;
  const fs::path other = fs::temp_directory_path() / fmt::format("ratbench-replay-{}", ::getpid());
  fs::create_directories(other, error);
  if (error)
    throw EnvironmentError(
        fmt::format("{}: cannot be made for the logs of the replay: {}; TMPDIR "
                    "names another folder",
                    other.string(), error.message()));
  fmt::print(stderr, "note: {} cannot be written; the logs of the replay are in {}\n",
             usual.string(), other.string());
  return other;
}

// The stored choice of device, kernel and threads, so that equal bits can be expected.
sched::ScheduleOptions schedule_like(const store::RunRow& run, const ReplayOptions& options) {
  sched::ScheduleOptions schedule;
  schedule.worker = sched::find_worker();
  const std::string device = options.device.empty() ? run.device : options.device;
  schedule.device = sched::parse_device(device);
  schedule.jobs = 1;
  schedule.threads = run.threads;
  schedule.kernels[sched::device_family(run.device)] = run.kernel;
  schedule.log_dir = replay_logs(options.db);
  return schedule;
}

// A run on other data would differ, and a reader would take it for drift.
void check_data(const std::string& key, const protocol::DataFiles& files) {
  for (const auto& [split, path] : files.paths) {
    const std::string& expected = files.sha256.at(split);
    std::string difference;
    if (split == "train" || split == "val" || split == "test")
      difference = data::content_difference(data::Safetensors::open(path), expected);
    else if (split == "model")
      difference = data::model_difference(path, expected);
    if (!difference.empty())
      throw DataError(path, "",
                      fmt::format("the {} data of run {} were changed: {}, on which the run was "
                                  "trained; nothing was trained",
                                  split, key, difference));
  }
}

int replay(const ReplayOptions& options) {
  const store::Reader reader(options.db);
  const std::string key = full_key(reader, options);
  const store::RunRow run = reader.run(key).value();
  if (run.status != store::RunStatus::kDone && run.status != store::RunStatus::kDiverged) {
    throw UsageError(fmt::format("run {} is {}: there is nothing to compare with", key,
                                 store::to_text(run.status)));
  }
  const store::StoredRun stored = reader.stored_run(key).value();
  if (stored.method_version != kMethodVersion) {
    throw EnvironmentError(fmt::format(
        "run {} was trained by method version {}, this program has {}: it would be another run",
        key, stored.method_version, kMethodVersion));
  }
  check_data(key, stored.data);
  const sched::QueuedRun queued{key, stored.seed, "replay", &stored.config, &stored.data};
  const sched::ReplayOutcome outcome = sched::replay_run(queued, schedule_like(run, options));
  if (outcome.schedule.interrupted) return static_cast<int>(ExitStatus::kInterrupted);
  if (!outcome.result) {
    const sched::FailedRun& failure = outcome.schedule.failures.at(0);
    throw Error(ExitStatus::kRunFailed,
                fmt::format("the replay failed, {}: {}", failure.kind, failure.message));
  }
  const ReplayComparison comparison = compare_replay(reader, run, *outcome.result);
  fmt::print("{}", options.json ? to_json(comparison) : to_text(comparison));
  return static_cast<int>(comparison.identical ? ExitStatus::kSuccess : ExitStatus::kRunFailed);
}

}  // namespace

Action set_up_replay(CLI::App& app) {
  const auto options = std::make_shared<ReplayOptions>();
  app.add_option("RUN_KEY", options->run_key, "key of a stored run, or its beginning")->required();
  add_database(app, options->db);
  app.add_option("--device", options->device, "cpu, cuda or cuda:K (default: the stored one)")
      ->type_name("DEVICE");
  add_json(app, options->json);
  return [options] { return replay(*options); };
}

}  // namespace ratbench::cli
