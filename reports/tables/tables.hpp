// The tables that a report may contain; each is one function in a file of its own.
// An empty answer means that the table does not apply to the experiment.
#pragma once

#include <optional>

#include "reports/data.hpp"
#include "reports/tables/table.hpp"

namespace ratbench::reports {

// One row per claim: verdict, estimate, intervals, p, seeds, detectable effect and fragility.
std::optional<Table> claims_table(const ReportData& data);

// One row per claim and test row that moves it: how much, and how few rows change the verdict.
std::optional<Table> fragility_table(const ReportData& data);

// Recall of every rare class in every cell, with the exact interval that its few test rows give.
std::optional<Table> rare_classes_table(const ReportData& data);

// Further statistics of the primary metric, which decide nothing.
std::optional<Table> appendix_table(const ReportData& data);

// Every claim with the keys of the runs that its verdict rests on. CSV only.
Table claim_runs_table(const ReportData& data);

// A cell's factors, n, diverged, failed, the metrics with spread of the primary one, training time
// relative to clean and the paper's number.
std::optional<Table> ablation_table(const ReportData& data);

// The leading metric over all folds or repeated splits, where the file varies them.
std::optional<Table> folds_table(const ReportData& data);

// The primary metric with one factor's levels as rows and the other's as columns: two factors, both
// crossed, one of them with more than two levels.
std::optional<Table> crossed_table(const ReportData& data);

// Attacks as rows, AT and every RAT beside each other: spread, gain over clean training, attacked
// share and time. Several attacks, or one as AT and as RAT.
std::optional<Table> attacks_table(const ReportData& data);

// Losses as rows: the primary metric, minority recall, recall of every class with support. Applies
// when a parameter of the loss varies.
std::optional<Table> losses_table(const ReportData& data);

// Measured ratios of times with their intervals, beside counted passes and attacks.
std::optional<Table> cost_table(const ReportData& data);

// What a step of every measured arm takes and where, beside the cost model.
std::optional<Table> cost_steps_table(const ReportData& data);

// Mean test recall of every class in every cell, with the class's support.
std::optional<Table> per_class_table(const ReportData& data);

// Mean F1 of the classes by training rows (head, middle, tail) in every cell. Two bands or more.
std::optional<Table> bands_table(const ReportData& data);

// The same for every class, most training rows first, beside the paper's numbers.
std::optional<Table> band_classes_table(const ReportData& data);

// How the classes of the groups that the file names are taken for each other.
std::optional<Table> confusion_table(const ReportData& data);

// Every run with its key: what each number of the other tables comes from. CSV only.
Table runs_table(const ReportData& data);

}  // namespace ratbench::reports
