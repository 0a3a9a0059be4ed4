// The verdicts in sentences, which stand before every number of a report.
// One paragraph per claim: verdict, name, sentence with scope and reason.
#pragma once

#include <string>

#include "reports/data.hpp"
#include "reports/figures/figure.hpp"
#include "reports/tables/table.hpp"

namespace ratbench::reports {

// The table and the figure that belong beside the verdicts, before everything measured.
bool is_about_claims(const Table& table);
bool is_about_claims(const Figure& figure);

// A section for the head of report.md and claims.md.
std::string claims_markdown(const ReportData& data);
// A description list for the head of claims.tex; no packages needed. Empty without claims.
std::string claims_latex(const ReportData& data);
// A <section> for the head of the page, without the table.
std::string claims_html(const ReportData& data);
// One line per claim and a count; "" without claims.
std::string claims_terminal(const ReportData& data);

}  // namespace ratbench::reports
