// The footer of every report: what was run, by which program, on what.
// One list of name and text, rendered by each format.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/data.hpp"

namespace ratbench::reports {

std::vector<std::pair<std::string, std::string>> provenance_lines(const ReportData& data);

}  // namespace ratbench::reports
