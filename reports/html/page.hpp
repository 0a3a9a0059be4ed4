// One self-contained page: tables and figures, nothing loaded from anywhere.
// Well-formed as XML, too; every text is escaped.
#pragma once

#include <string>
#include <vector>

#include "reports/data.hpp"
#include "reports/figures/figure.hpp"
#include "reports/tables/table.hpp"

namespace ratbench::reports {

struct DrawnFigure {
  Figure figure;
  std::string svg;  // content of NAME.svg; "" when it could not be drawn
};

std::string html_page(const ReportData& data, const std::vector<Table>& tables,
                      const std::vector<DrawnFigure>& figures);

// An SVG file as an element to be put into a page: without prolog, with ids of its own, scaled to
// the page.
std::string inline_svg(const std::string& svg, const std::string& id_prefix,
                       const std::string& description);

}  // namespace ratbench::reports
