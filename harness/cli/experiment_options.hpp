// Options that several subcommands share, declared once so that they read the same everywhere.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"

namespace CLI {
class App;
}

namespace ratbench::cli {

inline constexpr const char* kDefaultDatabase = "results/ratbench.db";

struct ExperimentOptions {
  std::string file;
  std::vector<std::string> overrides;
  std::optional<long long> seeds;

  // EXPERIMENT, --set, --seeds.
  void add_to(CLI::App& app);
  spec::Experiment load(spec::UnsetVariables unset = spec::UnsetVariables::kRefuse) const;
};

// --db FILE.
void add_database(CLI::App& app, std::string& file);
// --json.
void add_json(CLI::App& app, bool& json);

// Checks for options that count something or take seconds.
std::string positive_integer(const std::string& text);
std::string positive_number(const std::string& text);

// Prints the experiment's warnings to stderr.
void print_warnings(const spec::Experiment& experiment);

}  // namespace ratbench::cli
