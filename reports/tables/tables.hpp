// The tables that a report may contain; each is one function in a file of its own.
// An empty answer means that the table does not apply to the experiment.
#pragma once

#include <optional>

#include "reports/data.hpp"
#include "reports/tables/table.hpp"

namespace ratbench::reports {

// A cell's factors, n, diverged, failed, the metrics with spread of the primary one, training time
// relative to clean and the paper's number.
std::optional<Table> ablation_table(const ReportData& data);

// The primary metric with one factor's levels as rows and the other's as columns: two factors, both
// crossed, one of them with more than two levels.
std::optional<Table> crossed_table(const ReportData& data);

// Mean test recall of every class in every cell, with the class's support.
std::optional<Table> per_class_table(const ReportData& data);

// Every run with its key: what each number of the other tables comes from. CSV only.
Table runs_table(const ReportData& data);

}  // namespace ratbench::reports
