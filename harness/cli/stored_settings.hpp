// Whether a database holds an experiment as the file and the options at hand describe it: its
// tables and verdicts come from the database, and must not be shown under other settings.
#pragma once

#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::cli {

// One line per setting of base configuration or grid that differs, such as
// "/train/epochs: 3 in the database, 1 here". What changes no run (claims, arms, seeds, paper,
// report, title) is not compared. Empty when the database does not know the experiment.
std::vector<std::string> changed_settings(const store::Reader& reader,
                                          const spec::Experiment& experiment);

// Throws SpecError with those lines, and what to do, when there are any.
void require_same_settings(const store::Reader& reader, const spec::Experiment& experiment,
                           const std::string& database);

}  // namespace ratbench::cli
