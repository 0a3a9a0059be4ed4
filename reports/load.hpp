// From the store to the values of a report. The only place where reports meet store and experiment
// file; nothing is trained, no data file is opened.
#pragma once

#include <filesystem>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Everything that the store has of `experiment.name`, in the cell order of the stored sweep; paper,
// metrics and minority classes come from the experiment file. `database` is named in the footer.
// Throws UsageError when the store does not know the experiment or when none of its runs has
// finished or diverged, and when runs of several method versions are mixed: their numbers cannot be
// compared.
ReportData load_report_data(const store::Reader& reader, const spec::Experiment& experiment,
                            const std::filesystem::path& database);

}  // namespace ratbench::reports
