#include "harness/cli/experiment_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace ratbench::cli {

void ExperimentOptions::add_to(CLI::App& app) {
  app.add_option("EXPERIMENT", file, "experiment file (JSON)")->required();
  app.add_option("--set", overrides, "override or add a factor, PATH=V[,V..]; may be repeated")
      ->type_name("PATH=V")
      ->allow_extra_args(false);
  app.add_option("--seeds", seeds,
                 "number of seeds instead of the file's: the first N of a list, or 0 to N-1")
      ->type_name("N")
      ->check(positive_integer);
}

spec::Experiment ExperimentOptions::load(spec::UnsetVariables unset) const {
  spec::LoadOptions options;
  options.overrides = overrides;
  options.seeds = seeds;
  options.unset = unset;
  spec::Experiment experiment = spec::load_experiment(file, options);
  print_warnings(experiment);
  return experiment;
}

void add_database(CLI::App& app, std::string& file) {
  file = kDefaultDatabase;
  app.add_option("--db", file, "database file")->type_name("FILE")->capture_default_str();
}

void add_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "print one JSON document instead of text");
}

std::string positive_integer(const std::string& text) {
  const auto number = Decimal::parse(text);
  const auto value = number ? number->integer() : std::nullopt;
  if (value && *value >= 1 && *value <= 1000000000) return "";
  return "found \"" + text + "\", allowed is a whole number from 1";
}

std::string positive_number(const std::string& text) {
  const auto number = Decimal::parse(text);
  if (number && number->real() > 0) return "";
  return "found \"" + text + "\", allowed is a number above 0";
}

void print_warnings(const spec::Experiment& experiment) {
  for (const std::string& warning : experiment.warnings) {
    fmt::print(stderr, "note: {}\n", warning);
  }
}

}  // namespace ratbench::cli
