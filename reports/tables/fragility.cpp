#include <fmt/format.h>

#include <algorithm>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

std::vector<Column> fragility_columns() {
  std::vector<Column> made = {
      {.title = "claim", .unit = "", .key = "claim"},
      {.title = "verdict", .unit = "", .key = "verdict"},
      {.title = "rows that change it", .unit = "dropped", .key = "dropped"},
      {.title = "rows that change it", .unit = "relabelled", .key = "relabelled"},
      {.title = "class of the row that moves it most", .unit = "", .key = "class"},
      {.title = "test rows of the class", .unit = "", .key = "class_rows"},
      {.title = "row", .unit = "", .key = "row"},
      {.title = "estimate", .unit = "points", .key = "estimate"},
      {.title = "without the row", .unit = "points", .key = "without"},
      {.title = "change", .unit = "points", .key = "change"}};
  for (Column& column : made) {
    const bool text = &column - made.data() < 5;
    column.align = text ? Align::kLeft : Align::kRight;
    column.csv = text ? CsvForm::kText : CsvForm::kNumber;
  }
  return made;
}

TableCell or_dash(const std::string& text) { return text.empty() ? dash_cell() : text_cell(text); }

TableRow effect_row(const ClaimData& claim, const RowEffect& effect, bool is_first) {
  TableRow row;
  row.rule_before = is_first;
  row.cells.push_back(text_cell(claim.name));
  row.cells.push_back(text_cell(verdict_text(claim)));
  row.cells.push_back(or_dash(claim.fragility_dropped));
  row.cells.push_back(or_dash(claim.fragility_relabelled));
  row.cells.push_back(text_cell(effect.class_name));
  if (effect.class_rows < static_cast<std::size_t>(kRareSupport)) row.cells.back().mark = kDagger;
  row.cells.push_back(count_cell(effect.class_rows));
  row.cells.push_back(count_cell(effect.row));
  row.cells.push_back(points_cell(claim.estimate));
  row.cells.push_back(points_cell(effect.estimate_without));
  row.cells.push_back(points_cell(effect.estimate_without - *claim.estimate));
  return row;
}

}  // namespace

std::optional<Table> fragility_table(const ReportData& data) {
  Table table;
  table.name = "fragility";
  table.title = "Fragility: how few test rows carry each verdict";
  table.columns = fragility_columns();
  for (const ClaimData& claim : data.claims) {
    if (!claim.estimate) continue;
    for (std::size_t i = 0; i < claim.row_effects.size(); ++i)
      table.rows.push_back(effect_row(claim, claim.row_effects[i], i == 0 && !table.rows.empty()));
  }
  if (table.rows.empty()) return std::nullopt;
  table.notes = {
      {"",
       "Of each claim: the single test row whose loss moves the estimate most, then that of "
       "every class with fewer than 10 test rows. A row is dropped in all runs at once; rows "
       "are numbered from 0 in the test split."},
      {"", "Rows that change it: " + fragility_meaning(data.claims)},
      {kDagger, "Fewer than 10 test rows."}};
  return table;
}

}  // namespace ratbench::reports
