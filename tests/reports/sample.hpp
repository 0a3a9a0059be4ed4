// Invented results for the tests of reports: the shapes of the three experiments of the first
// paper, with every awkward thing a report meets.
#pragma once

#include <string>

#include "reports/data.hpp"

namespace ratbench::reports {

// Two factors of two levels and four controls, 20 seeds; one class of 1 test row and one of 4;
// class names with characters that every format must escape.
ReportData synergy_sample();
// As above with one diverged and one failed seed, an unfinished one and mixed builds.
ReportData incomplete_sample();
// One numeric factor of seven levels.
ReportData lambda_sample();
// Two numeric factors of four levels.
ReportData crossed_sample();

// Content of a file under tests/golden; empty when it is missing.
std::string read_golden(const std::string& name);
// Compares `text` with the golden file; with RATBENCH_REGENERATE set, writes it instead.
void expect_golden(const std::string& text, const std::string& name);

}  // namespace ratbench::reports
