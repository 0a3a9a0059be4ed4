// The sweep that an experiment stands for: cells, data files, and one planned run per cell and
// seed. What the scheduler executes.
#pragma once

#include <functional>

#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::grid {

// Data files and hashes for a configuration's task, data.*, encoder.* and model.*, and
// augmentation.* where it changes texts; called once per distinct combination of them.
using DataProvider = std::function<protocol::DataFiles(const specs::Config&)>;

// Seeds are outermost in `Sweep::runs`: every cell gets its first seed before any gets its second.
Sweep make_sweep(const spec::Experiment& experiment, const DataProvider& data);

// True where the augmentation changes texts before they are encoded, so that the training data
// depend on augmentation.* too.
bool augments_texts(const specs::Slots& resolved);

// Text that is equal only for configurations with the same data: canonical task, data.*, encoder.*,
// model.* and, where it changes texts, augmentation.*, paths included.
std::string data_identity(const specs::Slots& resolved);

}  // namespace ratbench::grid
