// What a reader must be told before believing a table: closed list of doubts, each one sentence.
// Pure functions of the report's data.
#pragma once

#include <string>
#include <vector>

#include "reports/data.hpp"

namespace ratbench::reports {

// Sentences for mixed or uncommitted builds, mixed devices, kernels, threads and modes, unequal
// seed sets, different selection between cells, missing, diverged and failed seeds, rare classes.
std::vector<std::string> find_doubts(const ReportData& data);

}  // namespace ratbench::reports
