#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/data_sets.hpp"
#include "reports/tables/cautions.hpp"
#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

constexpr double kSignificance = 0.05;
constexpr const char* kSignificant = "*";

Column number_column(std::string title, std::string unit, std::string key) {
  return {.title = std::move(title),
          .unit = std::move(unit),
          .key = std::move(key),
          .csv = CsvForm::kNumber};
}

Column interval_column(std::string unit, std::string key, Shown shown) {
  return {.title = "95 % t interval",
          .unit = std::move(unit),
          .key = std::move(key),
          .csv = CsvForm::kInterval,
          .shown = shown};
}

void add_metric_columns(const ReportData& data, Table& table) {
  const std::string& primary = data.primary_metric();
  for (const std::string& metric : data.metrics) {
    table.columns.push_back(number_column(metric_title(metric), "%", metric));
    table.columns.push_back(
        interval_column("seeds and rows", metric + "_two_way95",
                        metric == primary ? Shown::kEverywhere : Shown::kCsvOnly));
    if (metric == primary) {
      table.columns.push_back(number_column("sd", "points", metric + "_sd"));
      table.columns.push_back(interval_column("seeds only", metric + "_t95", Shown::kEverywhere));
    }
    if (metric == primary || data.paper_states(metric)) {
      table.columns.push_back(number_column("paper", "%", metric + "_paper"));
      Column place{.title = "place", .unit = "", .key = metric + "_paper_place"};
      place.shown = Shown::kCsvOnly;
      table.columns.push_back(place);
    }
  }
}

// Factors as they name cells, then the parameters of those that are objects.
std::vector<std::string> table_factors(const ReportData& data) {
  std::vector<std::string> paths = layout_factors(data);
  for (const ObjectFactor& object : data.object_factors)
    paths.insert(paths.end(), object.members.begin(), object.members.end());
  return paths;
}

bool any_lost(const ReportData& data) {
  return std::any_of(data.cells.begin(), data.cells.end(),
                     [](const CellData& cell) { return cell.diverged() + cell.failed() > 0; });
}

Table empty_table(const ReportData& data) {
  Table table;
  table.name = "ablation";
  table.title = data.title;
  // A factor of objects takes one column; its parameters stand apart in CSV.
  const std::vector<std::string> layout = layout_factors(data);
  for (const std::string& path : table_factors(data)) {
    Column factor{.title = factor_title(data.factors, path), .unit = "", .key = path};
    factor.align = Align::kLeft;
    if (std::find(layout.begin(), layout.end(), path) == layout.end())
      factor.shown = Shown::kCsvOnly;
    table.columns.push_back(factor);
  }
  table.columns.push_back(number_column("n", "", "n"));
  Column planned = number_column("planned", "", "planned");
  planned.shown = Shown::kCsvOnly;
  table.columns.push_back(planned);
  for (const char* state : {"diverged", "failed"}) {
    table.columns.push_back(number_column(state, "", state));
    if (!any_lost(data)) table.columns.back().shown = Shown::kCsvOnly;
  }
  add_metric_columns(data, table);
  table.columns.push_back(number_column("batches", "a run", "batches"));
  if (!training_is_unequal(data)) table.columns.back().shown = Shown::kCsvOnly;
  table.columns.push_back(
      number_column("train time", "indicative", "relative_train_time_indicative"));
  return table;
}

// Marks "a", "b", ...: one note per distinct place in the paper.
std::string place_mark(Table& table, const std::string& place) {
  char next = 'a';
  for (const TableNote& note : table.notes) {
    if (note.text == place) return note.mark;
    ++next;
  }
  table.notes.push_back({.mark = std::string(1, next), .text = place});
  return table.notes.back().mark;
}

bool is_significant(const CellData& cell) {
  return cell.against_baseline && cell.against_baseline->p_holm < kSignificance;
}

void add_metric_cells(const ReportData& data, const CellData& cell, Table& table, TableRow& row) {
  for (const std::string& metric : data.metrics) {
    const stats::Summary summary = stats::summarise(cell.values(metric));
    row.cells.push_back(percent_cell(summary.mean));
    const TwoWayMetric* both = cell.two_way_of(metric);
    row.cells.push_back(percent_interval_cell(both ? std::optional(both->t95) : std::nullopt));
    if (metric == data.primary_metric()) {
      if (is_significant(cell)) row.cells[row.cells.size() - 2].mark = kSignificant;
      row.cells.push_back(percent_cell(summary.sd));
      row.cells.push_back(percent_interval_cell(summary.t95));
    }
    if (metric != data.primary_metric() && !data.paper_states(metric)) continue;
    const PaperNumber* number = cell.paper_number(metric);
    row.cells.push_back(number ? percent_cell(number->value) : dash_cell());
    if (number) row.cells.back().mark = place_mark(table, data.citation + ": " + number->place);
    row.cells.push_back(number ? text_cell(data.citation + ": " + number->place) : dash_cell());
  }
}

TableRow ablation_row(const ReportData& data, const CellData& cell, Table& table) {
  TableRow row;
  for (const std::string& path : table_factors(data))
    row.cells.push_back(text_cell(cell.shown(path)));
  TableCell n = count_cell(cell.done());
  if (!cell.complete()) n.text += "/" + std::to_string(cell.runs.size());
  row.cells.push_back(n);
  row.cells.push_back(count_cell(cell.runs.size()));
  row.cells.push_back(count_cell(cell.diverged()));
  row.cells.push_back(count_cell(cell.failed()));
  add_metric_cells(data, cell, table, row);
  TableCell batches = dash_cell();
  if (cell.training.batches) {
    batches.text = fmt::format("{:.0f}", *cell.training.batches);
    batches.number = cell.training.batches;
  }
  row.cells.push_back(batches);
  TableCell time = dash_cell();
  if (const auto& relative = cell.training.time_to_first_clean) {
    time.text = fmt::format("{:.2f}×", *relative);
    time.number = relative;
  }
  row.cells.push_back(time);
  return row;
}

std::string bold_note(const ReportData& data) {
  return fmt::format("Bold: highest mean{}. It says nothing about significance.",
                     several_data_sets(data) ? " of each data set" : "");
}

// Of the rows of one data set; a score on another one is no rival.
void mark_best_of(const ReportData& data, const std::string& data_set, std::size_t column,
                  Table& table) {
  const std::string& key = table.columns[column].key;
  if (std::find(data.metrics.begin(), data.metrics.end(), key) == data.metrics.end()) return;
  const auto is_of_set = [&](std::size_t row) { return data.cells[row].shown("data") == data_set; };
  const TableCell* best = nullptr;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const TableCell& cell = table.rows[row].cells[column];
    if (is_of_set(row) && cell.number && (!best || *cell.number > *best->number)) best = &cell;
  }
  // Cells that print the same number as the best one share its mark.
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    if (best && is_of_set(row) && table.rows[row].cells[column].text == best->text)
      table.rows[row].cells[column].emphasis = Emphasis::kBold;
}

// Bold marks the highest mean of each metric, and only when no cell misses a seed: a mean over
// fewer seeds is not comparable.
void mark_best(const ReportData& data, Table& table) {
  const bool complete = std::all_of(data.cells.begin(), data.cells.end(),
                                    [](const CellData& cell) { return cell.complete(); });
  if (!complete || data.cells.size() < 2) return;
  std::set<std::string> data_sets;
  for (const CellData& cell : data.cells) data_sets.insert(cell.shown("data"));
  for (const std::string& data_set : data_sets)
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      mark_best_of(data, data_set, column, table);
}

void add_significance_note(const ReportData& data, Table& table) {
  std::size_t compared = 0, marked = 0;
  for (const CellData& cell : data.cells) {
    compared += cell.against_baseline ? 1 : 0;
    marked += is_significant(cell) ? 1 : 0;
  }
  if (compared == 0) return;
  const std::string test = fmt::format(
      "from the baseline ({}) at p < {:g}, Holm-corrected over {} cell{}; paired two-way t test of "
      "seeds and test rows. Rare classes are not looked after here: the verdicts on the claims "
      "are what decides.",
      data.cells[data.baseline].label, kSignificance, compared, compared == 1 ? "" : "s");
  table.notes.push_back(
      marked == 0 ? TableNote{"", "No " + metric_title(data.primary_metric()) + " differs " + test}
                  : TableNote{kSignificant, "Differs " + test});
}

void add_notes(const ReportData& data, Table& table) {
  const bool complete = std::all_of(data.cells.begin(), data.cells.end(),
                                    [](const CellData& cell) { return cell.complete(); });
  table.notes.push_back(
      {"", "n: seeds that finished, of those planned; means and sd (divisor n - 1) are over them." +
               std::string(any_lost(data) ? "" : " No run diverged or failed.")});
  table.notes.push_back(
      {"",
       "95 % t interval, seeds and rows: two-way variance of influence values with "
       "Satterthwaite's degrees of freedom, for the mean over other seeds and other test rows; "
       "with few seeds a t interval may end at 0 or 100, where scores do. Seeds only: Student's t "
       "over seeds; the "
       "uncertainty of the test rows is not counted, so it is too narrow for a statement about "
       "other rows."});
  if (const auto narrow = too_narrow_note(data)) table.notes.push_back({"", *narrow});
  add_significance_note(data, table);
  table.notes.push_back(
      {"", complete ? bold_note(data) : "Nothing is bold, because some cells miss seeds."});
  const std::string dash = data.citation.empty()
                               ? std::string("The experiment names no paper.")
                               : "Paper: as stated by " + data.citation +
                                     ", which need not have used these data or this "
                                     "recipe; – where it states no number.";
  table.notes.push_back({"", dash});
  if (const auto unequal = unequal_training_note(data)) table.notes.push_back({"", *unequal});
  table.notes.push_back({"", train_time_note(data)});
  const bool dashes = std::any_of(data.cells.begin(), data.cells.end(),
                                  [](const CellData& cell) { return !cell.inactive.empty(); });
  if (dashes) table.notes.push_back({"", "– under a factor: it has no effect in this cell."});
  if (!data.minority_classes.empty() && std::find(data.metrics.begin(), data.metrics.end(),
                                                  "minority_recall") != data.metrics.end()) {
    std::string classes;
    for (const std::string& name : data.minority_classes)
      classes += (classes.empty() ? "" : "; ") + name;
    table.notes.push_back({"", "Minority recall: mean recall over " + classes + "."});
  }
}

}  // namespace

std::optional<Table> ablation_table(const ReportData& data) {
  Table table = empty_table(data);
  for (std::size_t i = 0; i < data.cells.size(); ++i) {
    table.rows.push_back(ablation_row(data, data.cells[i], table));
    // Controls that the file adds to the grid stand below a line.
    table.rows.back().rule_before = i == data.main.cells && i > 1;
  }
  mark_best(data, table);
  add_notes(data, table);
  return table;
}

}  // namespace ratbench::reports
