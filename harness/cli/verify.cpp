// ratbench verify: the verdict on every claim of an experiment.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/claims/verdict.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
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

int verify(const VerifyOptions& options) {
  const spec::Experiment experiment = options.experiment.load(spec::UnsetVariables::kKeep);
  print_warnings(experiment);
  if (experiment.claims.empty())
    throw SpecError(experiment.file, "/claims", "the experiment states no claims");
  std::vector<Verdict> verdicts;
  {
    const store::Reader reader(options.db);
    if (!reader.experiment(experiment.name))
      throw UsageError(
          fmt::format("{} holds no experiment \"{}\": run it first", options.db, experiment.name));
    verdicts = claims::judge_claims(reader, experiment);
  }
  const bool stored = store_verdicts(options, experiment.name, verdicts);
  if (options.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Verdict& v : verdicts) list.push_back(verdict_json(v));
    fmt::print("{}\n", nlohmann::json{{"experiment", experiment.name},
                                      {"db", options.db},
                                      {"stored", stored},
                                      {"claims", list}}
                           .dump(2));
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
  add_json(app, options->json);
  return [options] { return verify(*options); };
}

}  // namespace ratbench::cli
