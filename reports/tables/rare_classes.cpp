#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "reports/tables/tables.hpp"
#include "reports/task_words.hpp"
#include "src/stats/clopper_pearson.hpp"

namespace ratbench::reports {
namespace {

// Rows found right in each run, from the recall of each run.
std::vector<std::size_t> hits_of(const CellData& cell, const ClassData& klass) {
  std::vector<std::size_t> hits;
  for (const double recall : cell.values("recall/" + klass.name))
    hits.push_back(
        static_cast<std::size_t>(std::lround(recall * static_cast<double>(klass.support))));
  return hits;
}

TableRow recall_row(const CellData& cell, const ClassData& klass, bool is_first) {
  TableRow row;
  row.rule_before = is_first;
  row.cells.push_back(text_cell(klass.name));
  row.cells.push_back(count_cell(static_cast<std::size_t>(klass.support)));
  row.cells.push_back(text_cell(cell.label));
  row.cells.push_back(count_cell(cell.done()));
  const auto hits = hits_of(cell, klass);
  if (hits.empty() || klass.support == 0) {
    for (int i = 0; i < 3; ++i) row.cells.push_back(dash_cell());
    return row;
  }
  const auto [least, most] = std::minmax_element(hits.begin(), hits.end());
  row.cells.push_back(
      text_cell(*least == *most ? std::to_string(*least) : fmt::format("{} to {}", *least, *most)));
  const double mean = stats::mean(cell.values("recall/" + klass.name));
  row.cells.push_back(percent_cell(mean, 1));
  const auto typical =
      static_cast<std::size_t>(std::lround(mean * static_cast<double>(klass.support)));
  row.cells.push_back(percent_interval_cell(
      stats::clopper_pearson(typical, static_cast<std::size_t>(klass.support))));
  return row;
}

}  // namespace

std::optional<Table> rare_classes_table(const ReportData& data) {
  const auto rare = rare_classes(data);
  if (rare.empty()) return std::nullopt;
  Table table;
  table.name = "rare_classes";
  const ClassScore score = class_score(data.task);
  std::string what = plural(score.what);
  what.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(what.front())));
  table.title = fmt::format("{} with fewer than {} {}", what, kRareSupport, score.rows);
  table.columns = {
      {.title = std::string(score.what), .unit = "", .key = "class", .align = Align::kLeft},
      {.title = std::string(score.rows), .unit = "", .key = "support", .csv = CsvForm::kNumber},
      {.title = "cell", .unit = "", .key = "cell", .align = Align::kLeft},
      {.title = "n", .unit = "", .key = "n", .csv = CsvForm::kNumber},
      {.title = "right per run", .unit = "", .key = "right"},
      {.title = "mean recall", .unit = "%", .key = "recall", .csv = CsvForm::kNumber},
      {.title = "95 % interval",
       .unit = "Clopper-Pearson",
       .key = "clopper_pearson95",
       .csv = CsvForm::kInterval}};
  for (const ClassData* klass : rare)
    for (const CellData& cell : data.cells)
      table.rows.push_back(
          recall_row(cell, *klass, !table.rows.empty() && &cell == &data.cells.front()));
  table.notes = {
      {"",
       "Clopper-Pearson: the exact 95 % interval of the recall on new rows, from a run that has "
       "as many rows right as the runs have on average (rounded to whole rows). More seeds do "
       "not narrow it; only more test rows would."},
      {"",
       "A verdict that does not survive the loss of such a class, of one test row, or its "
       "recall at either end of this interval in each run, is reported as undecided."}};
  return table;
}

}  // namespace ratbench::reports
