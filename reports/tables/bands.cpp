#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/class_bands.hpp"
#include "reports/tables/cautions.hpp"
#include "reports/tables/tables.hpp"
#include "reports/task_words.hpp"

namespace ratbench::reports {
namespace {

// Cells whose columns have room beside each other; CSV has all.
constexpr std::size_t kMostCells = 6;

// Mean F1 over the classes of a band, one value per seed that has all of them.
std::vector<double> band_scores(const CellData& cell,
                                const std::vector<const ClassData*>& classes) {
  std::map<std::uint64_t, std::pair<double, std::size_t>> by_seed;
  for (const ClassData* klass : classes) {
    const auto found = cell.scores.find("f1/" + klass->name);
    if (found == cell.scores.end()) return {};
    for (const SeedScore& score : found->second) {
      by_seed[score.seed].first += score.value;
      ++by_seed[score.seed].second;
    }
  }
  std::vector<double> means;
  for (const auto& [seed, sum] : by_seed)
    if (sum.second == classes.size())
      means.push_back(sum.first / static_cast<double>(classes.size()));
  return means;
}

// With the interval of `metric` where predictions give one.
TableCell mean_and_interval(const CellData& cell, const std::string& metric,
                            const std::vector<double>& values, bool rare) {
  const stats::Summary summary = stats::summarise(values);
  TableCell shown = percent_cell(summary.mean, 1);
  const TwoWayMetric* both = cell.two_way_of(metric);
  if (summary.mean && both && !rare) {
    shown.interval = both->t95;
    shown.text += beside_score(both->t95);
  }
  if (summary.mean && !cell.complete()) shown.mark = "*";
  return shown;
}

std::string noun(const ReportData& data, std::size_t count) {
  const std::string_view what = class_score(data.task).what;
  return count == 1 ? std::string(what) : plural(what);
}

void add_band_notes(const ReportData& data, Table& table) {
  table.notes.push_back(
      {"", fmt::format("Bands by rows in the training split, after any thinning: head from {}, "
                       "tail up to {}, middle between. The thresholds are report.bands.",
                       data.bands.head, data.bands.tail)});
  table.notes.push_back({"",
                         "F1 of a band: mean F1 of its classes in each run, each class counting "
                         "alike. ± or in brackets: 95 % two-way t interval, which counts seeds and "
                         "test rows."});
  if (const auto narrow = too_narrow_note(data)) table.notes.push_back({"", *narrow});
  if (std::any_of(data.cells.begin(), data.cells.end(),
                  [](const CellData& cell) { return !cell.complete(); }))
    table.notes.push_back({"*", "Some seeds of this cell are missing."});
}

// Cells that have columns of their own: all where there is room, else the baseline, those that the
// paper has numbers for, and the first ones.
std::set<const CellData*> shown_cells(const ReportData& data) {
  const std::vector<const CellData*> cells = data.listed();
  std::set<const CellData*> shown;
  const auto show = [&](const CellData* cell) {
    if (shown.size() < kMostCells) shown.insert(cell);
  };
  show(&data.cells[data.baseline]);
  for (const CellData* cell : cells)
    if (!cell->paper.empty()) show(cell);
  for (const CellData* cell : cells) show(cell);
  return shown;
}

TableCell paper_cell(const ReportData& data, const ClassData& klass) {
  for (const CellData& cell : data.cells)
    if (const PaperNumber* number = cell.paper_number("f1/" + klass.name)) {
      TableCell shown = percent_cell(number->value, 1);
      shown.text += " (" + number->place + ")";
      return shown;
    }
  return dash_cell();
}

void add_class_row(const ReportData& data, const ClassBand& band, const ClassData& klass,
                   bool paper, Table& table) {
  TableRow row;
  row.rule_before = &klass == band.classes.front() && !table.rows.empty();
  row.cells.push_back(text_cell(band.name));
  row.cells.push_back(text_cell(klass.name));
  if (klass.rare()) row.cells.back().mark = kDagger;
  row.cells.push_back(count_cell(static_cast<std::size_t>(*klass.training)));
  row.cells.push_back(count_cell(static_cast<std::size_t>(klass.support)));
  if (paper) row.cells.push_back(paper_cell(data, klass));
  for (const CellData* cell : data.listed())
    row.cells.push_back(mean_and_interval(*cell, "f1/" + klass.name,
                                          cell->values("f1/" + klass.name), klass.rare()));
  table.rows.push_back(std::move(row));
}

}  // namespace

std::optional<Table> bands_table(const ReportData& data) {
  const std::vector<ClassBand> bands = class_bands(data);
  if (bands.empty()) return std::nullopt;
  Table table;
  table.name = "bands";
  table.title = fmt::format("Mean F1 of {} by training rows (%)", noun(data, 2));
  table.columns.push_back({.title = "cell", .unit = "", .key = "cell", .align = Align::kLeft});
  table.columns.push_back({.title = "n", .unit = "", .key = "n", .csv = CsvForm::kNumber});
  for (const ClassBand& band : bands)
    table.columns.push_back(
        {.title = band.name,
         .unit = fmt::format("{} {}{}{}", band.classes.size(), noun(data, band.classes.size()),
                             band.limits.empty() ? "" : ", ", band.limits),
         .key = band.name + "_f1",
         .csv = CsvForm::kNumberAndInterval});
  for (const CellData* cell : data.listed()) {
    TableRow row;
    row.cells.push_back(text_cell(cell->label));
    row.cells.push_back(count_cell(cell->done()));
    for (const ClassBand& band : bands)
      row.cells.push_back(
          mean_and_interval(*cell, band.metric(), band_scores(*cell, band.classes), false));
    table.rows.push_back(std::move(row));
  }
  add_band_notes(data, table);
  return table;
}

std::optional<Table> band_classes_table(const ReportData& data) {
  const std::vector<ClassBand> bands = class_bands(data);
  if (bands.empty()) return std::nullopt;
  Table table;
  table.name = "band_classes";
  table.title = fmt::format("F1 of every {} by training rows (%)", class_score(data.task).what);
  const bool paper = std::any_of(data.classes.begin(), data.classes.end(), [&](const auto& klass) {
    return data.paper_states("f1/" + klass.name);
  });
  const auto add = [&](std::string title, std::string unit, std::string key, CsvForm form) {
    table.columns.push_back(
        {.title = std::move(title), .unit = std::move(unit), .key = std::move(key), .csv = form});
  };
  add("band", "", "band", CsvForm::kText);
  add(std::string(class_score(data.task).what), "", "class", CsvForm::kText);
  for (Column& column : table.columns) column.align = Align::kLeft;
  add("training", "rows", "training", CsvForm::kNumber);
  add("test", "rows", "support", CsvForm::kNumber);
  if (paper) add("paper", "", "paper", CsvForm::kNumber);
  const std::vector<const CellData*> cells = data.listed();
  const std::set<const CellData*> shown = shown_cells(data);
  for (const CellData* cell : cells) {
    add(cell->label, "", "f1: " + cell->label, CsvForm::kNumberAndInterval);
    if (!shown.contains(cell)) table.columns.back().shown = Shown::kCsvOnly;
  }
  for (std::size_t b = 0; b + 1 < bands.size(); ++b)  // the last one holds all again
    for (const ClassData* klass : bands[b].classes)
      add_class_row(data, bands[b], *klass, paper, table);
  add_band_notes(data, table);
  if (!rare_classes(data).empty())
    table.notes.push_back(
        {kDagger, fmt::format("Fewer than {} {}.", kRareSupport, class_score(data.task).rows)});
  if (paper) table.notes.push_back({"", data.citation + " states the numbers under paper."});
  if (cells.size() > kMostCells)
    table.notes.push_back({"", fmt::format("{} of {} cells are shown; the CSV file has all.",
                                           kMostCells, cells.size())});
  return table;
}

}  // namespace ratbench::reports
