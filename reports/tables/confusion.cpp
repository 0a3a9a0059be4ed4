#include <fmt/format.h>

#include <algorithm>

#include "reports/class_bands.hpp"
#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

std::string classes_text(const spec::ClassGroup& group) {
  std::string text;
  for (const std::string& name : group.classes) text += (text.empty() ? "" : "; ") + name;
  return group.name + ": " + text + ".";
}

std::int64_t test_rows(const ReportData& data, const spec::ClassGroup& group) {
  std::int64_t rows = 0;
  for (const ClassData& klass : data.classes)
    if (std::find(group.classes.begin(), group.classes.end(), klass.name) != group.classes.end())
      rows += klass.support;
  return rows;
}

TableRow share_row(const ReportData& data, std::size_t g, const CellData& cell) {
  TableRow row;
  row.cells.push_back(text_cell(data.groups[g].name));
  row.cells.push_back(count_cell(static_cast<std::size_t>(test_rows(data, data.groups[g]))));
  row.cells.push_back(text_cell(cell.label));
  row.cells.push_back(count_cell(cell.done()));
  for (std::size_t k = 0; k < data.groups.size() + 2; ++k) {
    if (cell.group_shares.empty())
      row.cells.push_back(dash_cell());
    else
      row.cells.push_back(percent_cell(cell.group_shares[g][k], 1));
    if (const TwoWayMetric* right = cell.two_way_of(group_recall(data.groups[g]));
        right && k == 0 && !cell.group_shares.empty()) {
      row.cells.back().interval = right->t95;
      row.cells.back().text += beside_score(right->t95);
    }
    if (!cell.group_shares.empty() && !cell.complete()) row.cells.back().mark = "*";
  }
  return row;
}

}  // namespace

std::optional<Table> confusion_table(const ReportData& data) {
  const bool counted = std::any_of(data.cells.begin(), data.cells.end(),
                                   [](const CellData& cell) { return !cell.group_shares.empty(); });
  if (data.groups.empty() || !counted) return std::nullopt;
  Table table;
  table.name = "confusion";
  table.title = "How the classes of each group are taken for others (% of their test rows)";
  const auto add = [&](std::string title, const std::string& key, CsvForm form,
                       const std::string& group) {
    table.columns.push_back({.title = std::move(title), .unit = "", .key = key, .csv = form});
    table.columns.back().group = group;
  };
  add("true group", "group", CsvForm::kText, "");
  add("test rows", "support", CsvForm::kNumber, "");
  add("cell", "cell", CsvForm::kText, "");
  table.columns[0].align = table.columns[2].align = Align::kLeft;
  add("n", "n", CsvForm::kNumber, "");
  add("right class", "right", CsvForm::kNumberAndInterval, "predicted as");
  for (const spec::ClassGroup& group : data.groups)
    add(group.name + ", wrong class", "as: " + group.name, CsvForm::kNumber, "predicted as");
  add("any other class", "as_other", CsvForm::kNumber, "predicted as");
  const std::vector<const CellData*> cells = data.listed();
  for (std::size_t g = 0; g < data.groups.size(); ++g)
    for (const CellData* cell : cells) {
      table.rows.push_back(share_row(data, g, *cell));
      table.rows.back().rule_before = g > 0 && cell == cells.front();
    }
  table.notes.push_back({"",
                         "Mean over seeds; each row adds up to 100. Under its own group: confusion "
                         "inside it. ± or in brackets: 95 % two-way t interval, which counts seeds "
                         "and test rows."});
  for (const spec::ClassGroup& group : data.groups)
    table.notes.push_back({"", classes_text(group)});
  if (std::any_of(data.cells.begin(), data.cells.end(),
                  [](const CellData& cell) { return !cell.complete(); }))
    table.notes.push_back({"*", "Some seeds of this cell are missing."});
  return table;
}

}  // namespace ratbench::reports
