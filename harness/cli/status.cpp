// ratbench status: how far every sweep of a database is.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/sched/progress.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/write_lock.hpp"
#include "src/base/counted.hpp"

namespace ratbench::cli {
namespace {

struct StatusOptions {
  std::string db;
  bool json = false;
};

struct FailureLine {
  std::string run_key;
  std::uint64_t seed = 0;
  std::string kind;
  std::string message;
  std::string log_file;
};

struct SweepStatus {
  store::ExperimentRow row;
  std::size_t running = 0;
  std::size_t interrupted = 0;       // left behind by an engine that no longer lives
  std::optional<double> runs_per_s;  // of the latest finished runs; nothing when none has finished
  std::optional<double> left_s;      // for what is left, at that rate
  std::vector<FailureLine> failures;
  store::CostHistory cost;
};

enum class Engine { kMayBeAtWork, kNone };

SweepStatus status_of(const store::Reader& reader, const store::ExperimentRow& row, Engine engine) {
  SweepStatus status;
  status.row = row;
  status.cost = reader.cost_history(row.name);
  const store::Progress& progress = row.progress;
  (engine == Engine::kNone ? status.interrupted : status.running) = progress.running;
  status.runs_per_s = reader.latest_runs_per_s(row.name);
  if (status.runs_per_s) {
    status.left_s = static_cast<double>(progress.queued + progress.running) / *status.runs_per_s;
  }
  if (progress.failed == 0) return status;
  for (const store::RunRow& run : reader.runs(row.name)) {
    if (run.status != store::RunStatus::kFailed) continue;
    const auto attempts = reader.attempts(run.run_key);
    status.failures.push_back({run.run_key, run.seed, run.failure_kind, run.failure_message,
                               attempts.empty() ? "" : attempts.back().provenance.log_file});
  }
  return status;
}

void print_text(const SweepStatus& status) {
  const store::Progress& p = status.row.progress;
  const std::string interrupted =
      status.interrupted > 0 ? fmt::format(" {} interrupted,", status.interrupted) : "";
  fmt::print("{}: {}, {}: {} done, {} diverged, {} failed, {} running,{} {} queued\n",
             status.row.name, counted(status.row.cells, "cell"), counted(p.runs, "run"), p.done,
             p.diverged, p.failed, status.running, interrupted, p.queued);
  if (p.queued + p.running > 0) {
    if (status.left_s) {
      fmt::print("  {:.3g} runs/s, {} left at this rate{}\n", *status.runs_per_s,
                 sched::duration_text(*status.left_s),
                 status.running > 0 ? "" : "; nothing is running now");
    } else {
      fmt::print("  time left unknown: no run has finished yet\n");
    }
  }
  if (status.cost.measurements > 0)
    fmt::print("  cost measured {}, last at {}{}\n", counted(status.cost.measurements, "time"),
               status.cost.latest_at, status.cost.latest_usable ? "" : ", which is unusable");
  for (const FailureLine& failure : status.failures) {
    fmt::print("  failed {:.12} seed {}, {}: {} ({})\n", failure.run_key, failure.seed,
               failure.kind, failure.message, failure.log_file);
  }
}

nlohmann::json to_json(const SweepStatus& status) {
  const store::Progress& p = status.row.progress;
  nlohmann::json failures = nlohmann::json::array();
  for (const FailureLine& failure : status.failures) {
    failures.push_back({{"run_key", failure.run_key},
                        {"seed", failure.seed},
                        {"kind", failure.kind},
                        {"message", failure.message},
                        {"log_file", failure.log_file}});
  }
  nlohmann::json left_s, runs_per_s;
  if (status.left_s) left_s = *status.left_s;
  if (status.runs_per_s) runs_per_s = *status.runs_per_s;
  nlohmann::json cost_measured_at;
  if (status.cost.measurements > 0) cost_measured_at = status.cost.latest_at;
  return {{"experiment", status.row.name},
          {"cells", status.row.cells},
          {"runs", p.runs},
          {"done", p.done},
          {"diverged", p.diverged},
          {"failed", p.failed},
          {"running", status.running},
          {"interrupted", status.interrupted},
          {"queued", p.queued},
          {"left_s", std::move(left_s)},
          {"runs_per_s", std::move(runs_per_s)},
          {"cost_measurements", status.cost.measurements},
          {"cost_measured_at", std::move(cost_measured_at)},
          {"failures", std::move(failures)}};
}

int show_status(const StatusOptions& options) {
  const store::Reader reader(options.db);
  // Asked on both sides of the reading: an engine may begin or end meanwhile.
  const bool held_before = store::is_held(options.db).value_or(true);
  const std::vector<store::ExperimentRow> rows = reader.experiments();
  const bool held = held_before || store::is_held(options.db).value_or(true);
  const Engine engine = held ? Engine::kMayBeAtWork : Engine::kNone;
  nlohmann::json sweeps = nlohmann::json::array();
  for (const store::ExperimentRow& row : rows) {
    const SweepStatus status = status_of(reader, row, engine);
    if (options.json) {
      sweeps.push_back(to_json(status));
    } else {
      print_text(status);
    }
  }
  if (options.json) {
    print_json(nlohmann::json{{"db", options.db}, {"experiments", sweeps}});
  }
  return 0;
}

}  // namespace

Action set_up_status(CLI::App& app) {
  const auto options = std::make_shared<StatusOptions>();
  add_database(app, options->db);
  add_json(app, options->json);
  return [options] { return show_status(*options); };
}

}  // namespace ratbench::cli
