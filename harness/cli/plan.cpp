// ratbench plan: cells, runs, merged duplicates, done and left, expected time.
#include "harness/plan/plan.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <unordered_set>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/plan_report.hpp"
#include "harness/cli/sweep_builder.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::cli {
namespace {

struct PlanOptions {
  ExperimentOptions experiment;
  std::string db;
  int jobs = 1;
  bool json = false;
};

// What the store knows already; nothing when there is no database yet.
void add_stored(const spec::Experiment& experiment, const std::filesystem::path& db,
                plan::PlanInputs& inputs) {
  if (!std::filesystem::exists(db)) return;
  const store::Reader reader(db);
  const auto done = std::make_shared<std::unordered_set<std::string>>();
  for (const auto& [key, status] : reader.known_runs()) {
    if (status == store::RunStatus::kDone || status == store::RunStatus::kDiverged) {
      done->insert(key);
    }
  }
  inputs.is_done = [done](const std::string& key) { return done->contains(key); };
  inputs.mean_run_s = reader.mean_wall_s(experiment.name);
}

}  // namespace

int show_plan(const spec::Experiment& experiment, const std::filesystem::path& db, int jobs,
              PlanFormat format) {
  DataPreparer data(cache_folder(db));
  plan::PlanInputs inputs;
  inputs.data_sha256 = [&](const specs::Config& config) {
    return data.prepare(config).files.sha256;
  };
  inputs.jobs = jobs;
  add_stored(experiment, db, inputs);
  const plan::Plan made = plan::make_plan(experiment, inputs);
  fmt::print("{}", format == PlanFormat::kJson ? plan::to_json(made) : plan::to_text(made));
  return 0;
}

Action set_up_plan(CLI::App& app) {
  const auto options = std::make_shared<PlanOptions>();
  options->experiment.add_to(app);
  add_database(app, options->db);
  app.add_option("--jobs", options->jobs, "runs in progress at once, for the expected time")
      ->type_name("N")
      ->capture_default_str()
      ->check(positive_integer);
  add_json(app, options->json);
  return [options] {
    return show_plan(options->experiment.load(), options->db, options->jobs,
                     options->json ? PlanFormat::kJson : PlanFormat::kText);
  };
}

}  // namespace ratbench::cli
