// Makes and prints a plan: what `ratbench plan` and `ratbench run --dry-run` share.
#pragma once

#include <filesystem>

#include "harness/spec/experiment.hpp"

namespace ratbench::cli {

enum class PlanFormat { kText, kJson };

// Prints to stdout and returns the exit status. `db` need not exist; nothing is written to it.
int show_plan(const spec::Experiment& experiment, const std::filesystem::path& db, int jobs,
              PlanFormat format);

}  // namespace ratbench::cli
