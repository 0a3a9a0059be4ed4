#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/data_sets.hpp"
#include "reports/leading_metric.hpp"
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

// A group of columns about one metric.
struct Score {
  ScoreName name;
  std::string metric;    // "" for the leading metric of each cell
  bool leading = false;  // with spread and interval
  bool shown = true;     // else in CSV only
  bool paper = false;

  const std::string& metric_of(const ReportData& data, const CellData& cell) const {
    return metric.empty() ? data.leading_metric(cell) : metric;
  }
};

// The metrics of the file; of cells that lead with different ones first the leading metric of each.
std::vector<Score> scores_of(const ReportData& data) {
  std::vector<Score> scores;
  const bool mixed = !metrics_by_task(data).empty();
  if (mixed) scores.push_back({score_name(data), "", true, true, true});
  for (const std::string& metric : data.metrics) {
    const bool leads = std::any_of(data.cells.begin(), data.cells.end(), [&](const CellData& cell) {
      return data.leading_metric(cell) == metric;
    });
    const bool primary = !mixed && metric == data.primary_metric();
    scores.push_back({{metric_title(metric), metric},
                      metric,
                      primary,
                      !(mixed && leads),
                      primary || data.paper_states(metric)});
  }
  return scores;
}

void add_metric_columns(const ReportData& data, Table& table) {
  for (const Score& score : scores_of(data)) {
    const auto& [title, key] = score.name;
    const std::size_t first = table.columns.size();
    table.columns.push_back(number_column(title, "%", key));
    table.columns.push_back(interval_column("seeds and rows", key + "_two_way95",
                                            score.leading ? Shown::kEverywhere : Shown::kCsvOnly));
    if (score.leading) {
      table.columns.push_back(number_column("sd", "points", key + "_sd"));
      table.columns.push_back(interval_column("seeds only", key + "_t95", Shown::kEverywhere));
    }
    if (score.paper) {
      table.columns.push_back(number_column("paper", "%", key + "_paper"));
      Column place{.title = "place", .unit = "", .key = key + "_paper_place"};
      place.shown = Shown::kCsvOnly;
      table.columns.push_back(place);
    }
    for (std::size_t i = first; i < table.columns.size() && !score.shown; ++i)
      table.columns[i].shown = Shown::kCsvOnly;
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
  for (const Score& score : scores_of(data)) {
    const std::string& metric = score.metric_of(data, cell);
    const stats::Summary summary = stats::summarise(cell.values(metric));
    row.cells.push_back(percent_cell(summary.mean));
    const TwoWayMetric* both = cell.two_way_of(metric);
    if (both && !score.leading) row.cells.back().text += beside_score(both->t95);
    row.cells.push_back(percent_interval_cell(both ? std::optional(both->t95) : std::nullopt));
    if (score.leading) {
      if (is_significant(cell)) row.cells[row.cells.size() - 2].mark = kSignificant;
      row.cells.push_back(percent_cell(summary.sd));
      row.cells.push_back(percent_interval_cell(summary.t95));
    }
    if (!score.paper) continue;
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
                     several_baselines(data) ? " on the same test rows" : "");
}

// Of the cells with one baseline, thus the same test rows; a score on others is no rival.
void mark_best_of(const ReportData& data, std::size_t baseline, std::size_t column, Table& table) {
  const std::vector<Score> scores = scores_of(data);
  if (std::none_of(scores.begin(), scores.end(),
                   [&](const Score& score) { return score.name.key == table.columns[column].key; }))
    return;
  const std::vector<const CellData*> cells = data.listed();
  const auto is_of_set = [&](std::size_t row) { return cells[row]->baseline == baseline; };
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
  std::set<std::size_t> baselines;
  for (const CellData& cell : data.cells) baselines.insert(cell.baseline);
  for (const std::size_t baseline : baselines)
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      mark_best_of(data, baseline, column, table);
}

void add_significance_note(const ReportData& data, Table& table) {
  std::size_t compared = 0, marked = 0;
  for (const CellData& cell : data.cells) {
    compared += cell.against_baseline ? 1 : 0;
    marked += is_significant(cell) ? 1 : 0;
  }
  if (compared == 0) return;
  const std::string test = fmt::format(
      "from {} at p < {:g}, Holm-corrected over {} cell{}; paired two-way t test of "
      "seeds and test rows. Rare classes are not looked after here: the verdicts on the claims "
      "are what decides.",
      baseline_text(data), kSignificance, compared, compared == 1 ? "" : "s");
  table.notes.push_back(marked == 0
                            ? TableNote{"", "No " + score_name(data).title + " differs " + test}
                            : TableNote{kSignificant, "Differs " + test});
}

// Cells of the grid that a reader would look for in vain.
std::optional<std::string> repeats_note(const ReportData& data) {
  const std::size_t repeats = data.cells.size() - data.listed().size();
  if (repeats == 0) return std::nullopt;
  return fmt::format(
      "{} of {} cells {} the same runs as another that differs in factors without effect, and {} "
      "not listed again.",
      repeats, data.cells.size(), repeats == 1 ? "has" : "have", repeats == 1 ? "is" : "are");
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
       "other rows. ±: half of the interval over seeds and rows."});
  if (const auto narrow = too_narrow_note(data)) table.notes.push_back({"", *narrow});
  if (const std::string metrics = metrics_by_task(data); !metrics.empty())
    table.notes.push_back({"", "F1: " + metrics + "."});
  if (const auto settings = data_settings_note(data)) table.notes.push_back({"", *settings});
  if (const auto left_out = negative_class_note(data)) table.notes.push_back({"", *left_out});
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
  if (const auto note = repeats_note(data)) table.notes.push_back({"", *note});
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
  bool grid = true;
  for (const CellData* cell : data.listed()) {
    table.rows.push_back(ablation_row(data, *cell, table));
    // Controls that the file adds to the grid stand below a line.
    const bool of_grid = cell < &data.cells.front() + data.main.cells;
    table.rows.back().rule_before = grid && !of_grid && table.rows.size() > 2;
    grid = of_grid;
  }
  mark_best(data, table);
  add_notes(data, table);
  return table;
}

}  // namespace ratbench::reports
