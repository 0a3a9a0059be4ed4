// Every table and figure that a report may contain, in the order in which it shows them.
// Adding one is a file of its own, its declaration and one line in `registry.cpp`.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "reports/data.hpp"
#include "reports/figures/figure.hpp"
#include "reports/tables/table.hpp"

namespace ratbench::reports {

struct TableEntry {
  std::string_view name;  // as in `report.tables`; several entries may share one
  std::optional<Table> (*make)(const ReportData& data);
};

struct FigureEntry {
  std::string_view name;  // as in `report.figures`
  std::optional<Figure> (*make)(const ReportData& data);
};

struct FormatEntry {
  std::string_view name;       // as in `--format`
  std::string_view extension;  // of a table's file; "" when tables have no file of their own
  std::string (*render)(const Table& table);
};

std::span<const TableEntry> table_registry();
std::span<const FigureEntry> figure_registry();
std::span<const FormatEntry> format_registry();

}  // namespace ratbench::reports
