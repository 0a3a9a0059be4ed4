// Factors whose levels are objects ({"name": "ldam", "c": 1}), with a short text for every level.
// A level is named by what the file says and what tells it from its siblings, nothing else.
#pragma once

#include "harness/spec/experiment.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Fills `object_factors` and every cell's `levels`; the cells' factors are filled already.
void add_object_factors(const spec::Experiment& experiment, ReportData& data);

}  // namespace ratbench::reports
