// Cost measurements of an experiment from the store into a report's values.
// Internal to the loading of a report.
#pragma once

#include <vector>

#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Fills `costs`, the latest measurement under each set of conditions, and `measured_time` of the
// cells that the latest usable one of them measured, which then stands first; `rows` are the
// store's cells in the same order.
void add_costs(const store::Reader& reader, const std::vector<store::CellRow>& rows,
               ReportData& data);

}  // namespace ratbench::reports
