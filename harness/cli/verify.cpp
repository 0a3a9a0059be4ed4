// ratbench verify: the verdict on every claim of an experiment.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/claims/verdict.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/noise_checks.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/cli/stored_settings.hpp"
#include "harness/cli/verdict_output.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

using claims::Verdict;

struct VerifyOptions {
  ExperimentOptions experiment;
  std::string db;
  bool aa = false;
  bool noise_floor = false;
  bool json = false;
};

// A database that cannot be written, or that a sweep is writing, does not cost the verdicts.
bool store_verdicts(const VerifyOptions& options, const std::string& experiment,
                    const std::vector<Verdict>& verdicts) {
  std::vector<store::VerdictRow> rows;
  for (const Verdict& v : verdicts) rows.push_back(verdict_row(v));
  try {
    store::Writer(options.db).store_verdicts(experiment, rows);
    return true;
  } catch (const StoreError& error) {
    fmt::print(stderr, "note: the verdicts are not in v_claim: {}\n", error.what());
    return false;
  }
}

// Refuses a database that never saw the experiment, or saw it with other settings. An older schema
// is brought up to date, because the verdicts are to be written there; where that cannot be, the
// reader says why.
store::Reader open_experiment(const VerifyOptions& options, const spec::Experiment& experiment) {
  std::error_code ignored;
  try {
    if (std::filesystem::exists(options.db, ignored)) store::Writer{options.db};
  } catch (const StoreError&) {
  }
  store::Reader reader(options.db);
  if (!reader.experiment(experiment.name))
    throw UsageError(
        fmt::format("{} holds no experiment \"{}\": run it first", options.db, experiment.name));
  require_same_settings(reader, experiment, options.db);
  return reader;
}

int verify(const VerifyOptions& options) {
  const spec::Experiment experiment = options.experiment.load(spec::UnsetVariables::kKeep);
  const CheckFormat format = options.json ? CheckFormat::kJson : CheckFormat::kText;
  if (options.aa) return show_aa(open_experiment(options, experiment), experiment, format);
  if (options.noise_floor)
    return show_noise_floor(open_experiment(options, experiment), experiment, format);
  if (experiment.claims.empty())
    throw SpecError(experiment.file, "/claims", "the experiment states no claims");
  const std::vector<Verdict> verdicts =
      claims::judge_claims(open_experiment(options, experiment), experiment);
  const bool whole = experiment.seeds.size() == experiment.file_seeds;
  if (!whole)
    fmt::print(stderr, "note: not kept in v_claim, which holds the verdicts at the file's seeds\n");
  const bool stored = whole && store_verdicts(options, experiment.name, verdicts);
  if (options.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Verdict& v : verdicts) list.push_back(verdict_json(v));
    print_json(nlohmann::json{
        {"experiment", experiment.name}, {"db", options.db}, {"stored", stored}, {"claims", list}});
  } else {
    print_verdicts(verdicts);
  }
  return static_cast<int>(claims::exit_status(verdicts));
}

}  // namespace

Action set_up_verify(CLI::App& app) {
  const auto options = std::make_shared<VerifyOptions>();
  options->experiment.add_to(app);
  add_database(app, options->db);
  auto* aa = app.add_flag("--aa", options->aa,
                          "instead: judge each cell against itself under other seeds");
  app.add_flag("--noise-floor", options->noise_floor,
               "instead: rounding as a share of seed variance, from run --noise-floor")
      ->excludes(aa);
  add_json(app, options->json);
  return [options] { return verify(*options); };
}

}  // namespace ratbench::cli
