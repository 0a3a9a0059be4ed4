// Short names for data sets where the grid varies them: a reader wants "BC5CDR-chem-IOB", not three
// paths in three columns.
#pragma once

#include <string>
#include <vector>

#include "reports/data.hpp"

namespace ratbench::reports {

// One name per path, distinct where the paths are: the last folder or file stem in which they
// differ, with as many components before it as it takes.
std::vector<std::string> short_path_names(const std::vector<std::string>& paths);

// Where several of data.train, data.val, data.test and what describes them vary together, or
// data.train varies alone, they become one factor `data` whose levels are short names of the
// training files. Data sets that differ in more (a fold, a profile) keep those factors. Claims and
// the CSV of runs keep the paths.
void name_data_sets(ReportData& data);

// Whether the cells have more than one data set by those names.
bool several_data_sets(const ReportData& data);

}  // namespace ratbench::reports
