// ratbench report: tables, figures and a page from what a database holds.
#include "reports/report.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/claims/looks.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/cli/report_claims.hpp"
#include "harness/cli/stored_settings.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::cli {
namespace {

struct ReportCommandOptions {
  ExperimentOptions experiment;
  std::string db;
  std::string out;
  std::vector<std::string> formats;
  bool json = false;
};

int report(const ReportCommandOptions& options) {
  const spec::Experiment planned = options.experiment.load(spec::UnsetVariables::kKeep);
  const store::Reader reader(options.db);
  require_same_settings(reader, planned, options.db);
  // Seeds beyond the look reached were not asked for; they are not missing.
  const spec::Experiment experiment =
      claims::at_look(planned, claims::look_reached(reader, planned));
  reports::ReportOptions settings;
  settings.out_dir = options.out.empty() ? std::filesystem::path("reports/out") / experiment.name
                                         : std::filesystem::path(options.out);
  settings.formats = options.formats;
  settings.database = options.db;
  settings.claims = claims_for_report(reader, experiment);
  const reports::ReportFiles written = reports::write_report(reader, experiment, settings);
  for (const std::string& warning : written.warnings) fmt::print(stderr, "note: {}\n", warning);
  if (options.json) {
    nlohmann::json files = nlohmann::json::array();
    for (const auto& file : written.files) files.push_back(file.string());
    print_json(nlohmann::json{{"experiment", experiment.name},
                              {"out", written.out_dir.string()},
                              {"page", written.page.string()},
                              {"files", files},
                              {"warnings", written.warnings}});
    return 0;
  }
  if (!written.claims.empty()) fmt::print("{}\n", written.claims);
  fmt::print("{}\nreport: {}\n", written.table,
             (written.page.empty() ? written.out_dir : written.page).string());
  return 0;
}

}  // namespace

Action set_up_report(CLI::App& app) {
  const auto options = std::make_shared<ReportCommandOptions>();
  options->experiment.add_to(app);
  add_database(app, options->db);
  app.add_option("--out", options->out, "folder (default: reports/out/NAME)")->type_name("DIR");
  app.add_option("--format", options->formats, "md, latex, csv, html; several with commas")
      ->type_name("LIST")
      ->delimiter(',');
  add_json(app, options->json);
  return [options] { return report(*options); };
}

}  // namespace ratbench::cli
