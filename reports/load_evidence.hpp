// Test predictions of an experiment's finished runs, turned into the intervals of its cells.
// Internal to the loading of a report.
#pragma once

#include <vector>

#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Fills `two_way` and `against_baseline` of every cell; `rows` are the cells of the store in the
// same order. Left empty where a cell has fewer than two finished seeds, where predictions are not
// one class per test row, and, for the comparison, where cells differ in test rows or selection.
void add_evidence(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                  ReportData& data);

}  // namespace ratbench::reports
