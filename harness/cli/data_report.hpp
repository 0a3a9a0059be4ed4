// What the data of an experiment mean for its cells: realised rows per class, and settings that are
// right or wrong only beside the data. Shared by run and plan.
#pragma once

#include <string>

#include "harness/cli/sweep_builder.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::cli {

// Tables of the training rows per class, one per data set, at every lambda of the cells, and notes
// on lengths that do not fit the training they are part of. Throws SpecError for a setting that the
// data do not allow, and what preparing data throws.
std::string examine_data(const spec::Experiment& experiment, DataPreparer& data);

}  // namespace ratbench::cli
