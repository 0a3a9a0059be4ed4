#include <fmt/format.h>

#include <algorithm>

#include "reports/tables/tables.hpp"
#include "reports/task_words.hpp"
#include "src/stats/clopper_pearson.hpp"

namespace ratbench::reports {
namespace {

constexpr const char* kExact = "‡";

// Of a recall that is 0 or 1 in every run, which leaves nothing to make the other interval of.
std::optional<stats::Interval> exact_interval(const ReportData& data, const stats::Summary& recall,
                                              const ClassData& klass) {
  const bool all_alike =
      recall.mean && recall.sd == 0.0 && (*recall.mean == 0 || *recall.mean == 1);
  if (!all_alike || klass.rare() || class_score(data.task).prefix != "recall/") return std::nullopt;
  const auto rows = static_cast<std::size_t>(klass.support);
  return stats::clopper_pearson(*recall.mean == 1 ? rows : 0, rows);
}

TableCell score_cell(const ReportData& data, const CellData& cell, const ClassData& klass) {
  const std::string metric = std::string(class_score(data.task).prefix) + klass.name;
  const stats::Summary summary = stats::summarise(cell.values(metric));
  TableCell shown = percent_cell(summary.mean, 1);
  // A rare class's interval would not be symmetric: it has a table of its own.
  const TwoWayMetric* both = cell.two_way_of(metric);
  if (both && !klass.rare()) {
    shown.interval = both->t95;
    shown.text += beside_score(both->t95);
  } else if (const auto exact = exact_interval(data, summary, klass)) {
    shown.interval = exact;
    shown.text += beside_score(*exact);
    shown.mark = kExact;
  }
  if (summary.mean && !cell.complete()) shown.mark += "*";
  return shown;
}

// "10 to 14" where cells are tested on different rows.
TableCell support_cell(const ClassData& klass) {
  TableCell cell = count_cell(static_cast<std::size_t>(klass.support));
  if (klass.most_support > klass.support) cell.text += fmt::format(" to {}", klass.most_support);
  return cell;
}

TableCell class_cell(const ClassData& klass) {
  TableCell cell = text_cell(klass.name);
  if (klass.rare()) cell.mark = kDagger;
  return cell;
}

// Rows are classes, columns are cells.
void fill_by_class(const ReportData& data, Table& table) {
  const ClassScore score = class_score(data.task);
  Column klass{.title = std::string(score.what), .unit = "", .key = "class"};
  klass.align = Align::kLeft;
  table.columns.push_back(klass);
  table.columns.push_back({.title = "support",
                           .unit = std::string(score.rows),
                           .key = "support",
                           .csv = CsvForm::kNumber});
  const std::vector<const CellData*> cells = data.listed();
  for (const CellData* cell : cells)
    table.columns.push_back({.title = cell->label,
                             .unit = "",
                             .key = std::string(score.title) + ": " + cell->label,
                             .csv = CsvForm::kNumberAndInterval});
  for (const ClassData& row_class : data.classes) {
    TableRow row;
    row.cells.push_back(class_cell(row_class));
    row.cells.push_back(support_cell(row_class));
    for (const CellData* cell : cells) row.cells.push_back(score_cell(data, *cell, row_class));
    table.rows.push_back(std::move(row));
  }
}

// Rows are cells, columns are classes; the first row holds the support.
void fill_by_cell(const ReportData& data, Table& table) {
  Column label{.title = "cell", .unit = "", .key = "cell"};
  label.align = Align::kLeft;
  table.columns.push_back(label);
  TableRow support;
  const ClassScore score = class_score(data.task);
  support.cells.push_back(text_cell(fmt::format("support ({})", score.rows)));
  for (const ClassData& klass : data.classes) {
    table.columns.push_back({.title = klass.rare() ? klass.name + " " + kDagger : klass.name,
                             .unit = "",
                             .key = std::string(score.title) + ": " + klass.name,
                             .csv = CsvForm::kNumberAndInterval});
    support.cells.push_back(support_cell(klass));
  }
  table.rows.push_back(std::move(support));
  for (const CellData* cell : data.listed()) {
    TableRow row;
    row.cells.push_back(text_cell(cell->label));
    for (const ClassData& klass : data.classes) row.cells.push_back(score_cell(data, *cell, klass));
    row.rule_before = table.rows.size() == 1;
    table.rows.push_back(std::move(row));
  }
}

}  // namespace

std::optional<Table> per_class_table(const ReportData& data) {
  if (data.classes.empty()) return std::nullopt;
  Table table;
  table.name = "per_class";
  const ClassScore score = class_score(data.task);
  table.title = fmt::format("Test {} per {} (%), mean over seeds", score.title, score.what);
  // The shorter side goes across the page.
  if (data.listed().size() <= std::max<std::size_t>(8, data.classes.size())) {
    fill_by_class(data, table);
  } else {
    fill_by_cell(data, table);
  }
  if (!rare_classes(data).empty())
    table.notes.push_back(
        {kDagger, fmt::format("Fewer than {} {}: one more or less moves the recall by more than {} "
                              "points. The table of {} with few of them has the exact interval.",
                              kRareSupport, score.rows, 100 / kRareSupport, plural(score.what))});
  table.notes.push_back(
      {"", "±: half of the 95 % two-way t interval, which counts seeds and test rows."});
  const auto is_exact = [](const TableRow& row) {
    return std::any_of(row.cells.begin(), row.cells.end(),
                       [](const TableCell& cell) { return cell.mark.starts_with(kExact); });
  };
  if (std::any_of(table.rows.begin(), table.rows.end(), is_exact))
    table.notes.push_back({kExact,
                           "All runs have all rows of the class right, or all wrong: exact "
                           "Clopper-Pearson interval of one run."});
  for (const CellData& cell : data.cells) {
    if (cell.complete()) continue;
    table.notes.push_back({"*", "Some seeds of this cell are missing."});
    break;
  }
  return table;
}

}  // namespace ratbench::reports
