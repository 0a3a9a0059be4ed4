// The tables that merging takes and what each is keyed by; a table that a migration adds belongs
// here, which a test says. Internal to this folder.
#pragma once

#include <array>

#include "harness/store/merge_rows.hpp"

namespace ratbench::store {

// Independent of runs; what is there stays.
inline constexpr std::array<MergedTable, 10> kFacts = {{
    {"experiment", "experiment_id", "name"},
    {"dataset", "dataset_id", "hash"},
    {"dataset_split", "", ""},
    {"label", "", ""},
    {"row_start", "", ""},
    {"config", "config_id", "hash"},
    {"minority_set", "minority_set_id", "class_names"},
    {"minority_class", "", ""},
    {"metric_name", "metric_id", "name"},
    {"machine_setting", "", ""},
}};
inline constexpr MergedTable kRun = {"run", "run_id", "run_key"};
// Of the runs whose outcome is taken; a run's records are never mixed from two sources.
inline constexpr MergedTable kAttempt = {"attempt", "attempt_id", "run_id,number"};
inline constexpr std::array<MergedTable, 4> kRecords = {{
    {"result", "", ""},
    {"epoch", "", ""},
    {"evaluation", "evaluation_id", "run_id,split,selection"},
    {"metric", "", ""},
}};
inline constexpr MergedTable kHistory = {"experiment_history", "",
                                         "experiment_id,registered_at,canonical_json"};
inline constexpr MergedTable kCell = {"cell", "cell_id", "experiment_id,name"};
inline constexpr MergedTable kCellFactor = {"cell_factor", "", ""};
inline constexpr MergedTable kCellRun = {"cell_run", "", ""};
inline constexpr MergedTable kExperimentRun = {"experiment_run", "", ""};
inline constexpr std::array<MergedTable, 2> kVerdicts = {
    {{"claim", "", ""}, {"claim_run", "", ""}}};
inline constexpr std::array<MergedTable, 2> kCosts = {
    {{"cost", "cost_id", "*"}, {"benchmark", "benchmark_id", "host,measured_at,name,repetition"}}};

}  // namespace ratbench::store
