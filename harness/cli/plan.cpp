// ratbench plan: cells, runs, merged duplicates, done and left, expected time.
#include "harness/plan/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <unordered_set>

#include "harness/claims/power.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/data_report.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/plan_report.hpp"
#include "harness/cli/sweep_builder.hpp"
#include "harness/store/file_system.hpp"
#include "harness/store/reader.hpp"
#include "src/stats/rare_class.hpp"

namespace ratbench::cli {
namespace {

struct PlanOptions {
  ExperimentOptions experiment;
  std::string db;
  int jobs = 1;
  bool json = false;
};

// What the store knows already.
void add_stored(const spec::Experiment& experiment, const store::Reader& reader,
                plan::PlanInputs& inputs) {
  const auto done = std::make_shared<std::unordered_set<std::string>>();
  for (const auto& [key, status] : reader.known_runs()) {
    if (status == store::RunStatus::kDone || status == store::RunStatus::kDiverged) {
      done->insert(key);
    }
  }
  inputs.is_done = [done](const std::string& key) { return done->contains(key); };
  inputs.mean_run_s = reader.mean_wall_s(experiment.name);
}

plan::PlannedClaim planned_claim(const claims::ClaimPower& power) {
  const claims::LookPower& last = power.looks.back();
  return {power.claim,
          power.kind,
          power.metric,
          power.shape == claims::Shape::kWithin,
          power.bound,
          last.look.seeds,
          last.alpha,
          power.effect,
          power.looks.size() > 1 ? power.looks.front().effect : std::nullopt,
          power.endless_effect,
          std::string(to_text(power.source)),
          power.basis};
}

// Runs and times of each look; the stored runs are taken to be those of the first seeds.
void add_looks(const spec::Experiment& experiment, const plan::PlanInputs& inputs,
               plan::Plan& out) {
  if (experiment.looks.empty()) return;
  for (const claims::Look& look : claims::looks_of(experiment)) {
    const std::size_t runs = out.distinct_runs / out.seeds * look.seeds;
    const std::size_t left = runs - std::min(runs, out.done);
    std::optional<double> expected_s;
    if (inputs.mean_run_s)
      expected_s = *inputs.mean_run_s * static_cast<double>(left) / std::max(1, inputs.jobs);
    out.looks.push_back({look.seeds, look.alpha, runs, left == 0 ? 0.0 : expected_s});
  }
}

// Classes with so few test rows that verdicts have to hold without them.
void add_rare_classes(const DataPreparer& data, plan::Plan& out) {
  for (const corpus::PreparedData& prepared : data.prepared()) {
    const auto labels = prepared.labels.find("test");
    if (labels == prepared.labels.end() || !prepared.row_starts.empty()) continue;
    std::vector<std::size_t> rows(prepared.class_names.size(), 0);
    for (const std::int32_t label : labels->second) ++rows[static_cast<std::size_t>(label)];
    std::vector<std::string> rare;
    for (std::size_t c = 0; c < rows.size(); ++c)
      if (static_cast<double>(rows[c]) < stats::kRareRows)
        rare.push_back(fmt::format("{} ({})", prepared.class_names[c], rows[c]));
    if (rare.empty()) continue;
    const std::string note =
        fmt::format("classes with fewer than {} test rows, which a verdict must not rest on: {}",
                    stats::kRareRows, fmt::join(rare, ", "));
    if (std::find(out.notes.begin(), out.notes.end(), note) == out.notes.end())
      out.notes.push_back(note);
  }
}

}  // namespace

int show_plan(const spec::Experiment& experiment, const std::filesystem::path& db, int jobs,
              PlanFormat format) {
  store::check_place(db);
  DataPreparer data(cache_folder(db), experiment);
  const std::string data_report = examine_data(experiment, data);
  plan::PlanInputs inputs;
  inputs.data_sha256 = [&](const specs::Config& config) {
    return data.prepare(config).files.sha256;
  };
  inputs.jobs = jobs;
  std::optional<store::Reader> reader;
  if (std::filesystem::exists(db)) reader.emplace(db);
  if (reader) add_stored(experiment, *reader, inputs);
  plan::Plan made = plan::make_plan(experiment, inputs);
  add_looks(experiment, inputs, made);
  const auto power =
      claims::plan_power(reader ? &*reader : nullptr, experiment,
                         [&](const specs::Config& config) { return data.prepare(config).files; });
  for (const claims::ClaimPower& claim : power) made.claims.push_back(planned_claim(claim));
  if (!power.empty()) add_rare_classes(data, made);
  if (format == PlanFormat::kJson) {
    fmt::print(stderr, "{}", data_report);
    fmt::print("{}", plan::to_json(made));
  } else {
    fmt::print("{}\n{}", plan::to_text(made), data_report);
  }
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
