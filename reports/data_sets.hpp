// Short names for data sets where the grid varies them: a reader wants "BC5CDR-chem-IOB", not three
// paths in three columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/data.hpp"

namespace ratbench::reports {

// One name per path, distinct where the paths are: the last folder or file stem in which they
// differ, with as many components before it as it takes.
std::vector<std::string> short_path_names(const std::vector<std::string>& paths);

// Where data.train varies, it becomes a factor `data` whose levels are short names of the training
// files, and takes in every other factor of data and training that has one value for each of them
// (test file, format, epochs). Data sets that differ in more (a fold, a profile) keep those
// factors. Claims and the CSV of runs keep the paths.
void name_data_sets(ReportData& data);

// "Training by data set: BC5CDR-chem: epochs 4; chemprot: steps 600."; nothing where it is the
// same.
std::optional<std::string> data_settings_note(const ReportData& data);

// Whether the cells have more than one data set by those names.
bool several_data_sets(const ReportData& data);

}  // namespace ratbench::reports
