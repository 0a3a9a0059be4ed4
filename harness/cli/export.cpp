// ratbench export: every documented view as CSV.
#include "harness/store/export.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"

namespace ratbench::cli {
namespace {

struct ExportOptions {
  std::string db;
  std::string out;
  bool json = false;
};

int export_database(const ExportOptions& options) {
  const store::Reader reader(options.db);
  const auto files = store::export_views(reader, options.out);
  nlohmann::json names = nlohmann::json::array();
  for (const auto& file : files) {
    names.push_back(file.string());
    if (!options.json) fmt::print("{}\n", file.string());
  }
  if (options.json) {
    print_json(nlohmann::json{{"db", options.db}, {"files", names}});
  }
  return 0;
}

}  // namespace

Action set_up_export(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  add_database(app, options->db);
  app.add_option("--out", options->out, "folder for the files")->type_name("DIR")->required();
  add_json(app, options->json);
  return [options] { return export_database(*options); };
}

}  // namespace ratbench::cli
