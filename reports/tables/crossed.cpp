#include <fmt/format.h>

#include <tuple>

#include "reports/tables/cautions.hpp"
#include "reports/tables/tables.hpp"
#include "src/base/decimal.hpp"

namespace ratbench::reports {
namespace {

const CellData* cell_at(const ReportData& data, const std::string& first,
                        const std::string& second) {
  for (std::size_t i = 0; i < data.main.cells; ++i) {
    const CellData& cell = data.cells[i];
    if (*cell.factor(data.main.factors[0]) == first && *cell.factor(data.main.factors[1]) == second)
      return &cell;
  }
  return nullptr;
}

TableCell mean_and_interval(const CellData* cell, const std::string& metric) {
  if (!cell) return dash_cell();
  const stats::Summary summary = stats::summarise(cell->values(metric));
  if (!summary.mean) return dash_cell();
  TableCell shown = percent_cell(summary.mean);
  if (const TwoWayMetric* both = cell->two_way_of(metric)) {
    shown.interval = both->t95;
    shown.text += fmt::format(" [{:.1f}, {:.1f}]", 100 * both->t95.low, 100 * both->t95.high);
  }
  if (!cell->complete()) shown.mark = "*";
  return shown;
}

}  // namespace

std::optional<Table> crossed_table(const ReportData& data) {
  if (data.main.factors.size() != 2 || data.main.cells < 6) return std::nullopt;
  const auto& [rows, columns] = std::tie(data.main.levels[0], data.main.levels[1]);
  const std::string row_title = factor_title(data.factors, data.main.factors[0]);
  const std::string column_title = factor_title(data.factors, data.main.factors[1]);
  Table table;
  table.name = "crossed";
  table.title = fmt::format("{} (%), mean with 95 % interval, by {} and {}",
                            metric_title(data.primary_metric()), row_title, column_title);
  table.columns.push_back({.title = row_title, .unit = "", .key = data.main.factors[0]});
  if (!Decimal::parse(rows.front())) table.columns.back().align = Align::kLeft;
  for (const std::string& level : columns)
    table.columns.push_back({.title = column_title + " " + level,
                             .unit = "",
                             .key = data.main.factors[1] + "=" + level,
                             .csv = CsvForm::kNumberAndInterval});
  bool incomplete = false;
  for (const std::string& level : rows) {
    TableRow row;
    row.cells.push_back(text_cell(level));
    for (const std::string& other : columns) {
      row.cells.push_back(mean_and_interval(cell_at(data, level, other), data.primary_metric()));
      incomplete = incomplete || !row.cells.back().mark.empty();
    }
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(
      {"", "In brackets: 95 % two-way t interval, which counts seeds and test rows."});
  if (const auto narrow = too_narrow_note(data)) table.notes.push_back({"", *narrow});
  if (const auto unequal = unequal_training_note(data)) table.notes.push_back({"", *unequal});
  if (incomplete) table.notes.push_back({"*", "Some seeds of this cell are missing."});
  return table;
}

}  // namespace ratbench::reports
