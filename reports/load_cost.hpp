// Cost measurements of an experiment from the store into a report's values.
// Internal to the loading of a report.
#pragma once

#include <vector>

#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Fills `costs`, the latest measurement on each device and product routine, and `measured_time` of
// the cells that the first usable one of them measured; `rows` are the store's cells in the same
// order.
void add_costs(const store::Reader& reader, const std::vector<store::CellRow>& rows,
               ReportData& data);

}  // namespace ratbench::reports
