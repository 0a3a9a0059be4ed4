// Test predictions of an experiment's finished runs, turned into the intervals of its cells.
// Internal to the loading of a report.
#pragma once

#include "harness/store/reader.hpp"
#include "reports/data.hpp"
#include "reports/test_rows.hpp"

namespace ratbench::reports {

// Fills `two_way` and `against_baseline` of every cell; baselines are assigned. Left empty where a
// cell has fewer than two finished seeds, where predictions are not one class per test row, and,
// for the comparison, where a cell and its baseline differ in selection. Intervals are cut to where
// scores and their differences can lie.
void add_evidence(const store::Reader& reader, TestRows& test_rows, ReportData& data);

}  // namespace ratbench::reports
