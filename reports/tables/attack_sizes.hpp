// What epsilon measures for each attack of a report: the ball and whose norm.
// Attacks of different balls are not equally strong at the same epsilon, and a table must say so.
#pragma once

#include <optional>
#include <string>

#include "reports/data.hpp"

namespace ratbench::reports {

// One sentence per ball with the attacks that use it; nothing when all that perturb share one.
std::optional<std::string> unequal_sizes_note(const ReportData& data);

}  // namespace ratbench::reports
