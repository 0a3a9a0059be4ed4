#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "reports/tables/tables.hpp"
#include "reports/task_words.hpp"

namespace ratbench::reports {
namespace {

// Cells whose columns have room beside each other; CSV has all.
constexpr std::size_t kMostCells = 6;

struct Band {
  std::string name;
  std::string limits;  // "from 100 rows"
  std::vector<const ClassData*> classes;
};

bool knows_training(const ReportData& data) {
  return !data.classes.empty() &&
         std::all_of(data.classes.begin(), data.classes.end(),
                     [](const ClassData& klass) { return klass.training.has_value(); });
}

// Classes with most training rows first; bands without a class are left out.
std::vector<Band> bands_of(const ReportData& data) {
  const auto [head, tail] = data.bands;
  std::array<Band, 3> bands = {
      {{"head", fmt::format("from {} rows", head), {}},
       {"middle", fmt::format("{} to {} rows, both excluded", tail, head), {}},
       {"tail", fmt::format("up to {} rows", tail), {}}}};
  for (const ClassData& klass : data.classes) {
    const auto rows = static_cast<double>(*klass.training);
    bands[rows >= head ? 0 : rows > tail ? 1 : 2].classes.push_back(&klass);
  }
  std::vector<Band> used;
  for (Band& band : bands) {
    std::stable_sort(
        band.classes.begin(), band.classes.end(),
        [](const ClassData* a, const ClassData* b) { return *a->training > *b->training; });
    if (!band.classes.empty()) used.push_back(std::move(band));
  }
  return used;
}

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

TableCell mean_and_sd(const std::vector<double>& values, bool complete) {
  const stats::Summary summary = stats::summarise(values);
  TableCell cell = percent_cell(summary.mean, 1);
  if (summary.sd) cell.text += fmt::format(" ± {:.1f}", 100 * *summary.sd);
  if (summary.mean && !complete) cell.mark = "*";
  return cell;
}

std::vector<const ClassData*> all_classes(const std::vector<Band>& bands) {
  std::vector<const ClassData*> all;
  for (const Band& band : bands) all.insert(all.end(), band.classes.begin(), band.classes.end());
  return all;
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
                         "alike; ± is the standard deviation over seeds, which does not count test "
                         "rows."});
  if (std::any_of(data.cells.begin(), data.cells.end(),
                  [](const CellData& cell) { return !cell.complete(); }))
    table.notes.push_back({"*", "Some seeds of this cell are missing."});
}

// Cells that have columns of their own: all where there is room, else the baseline, those that the
// paper has numbers for, and the first ones.
std::vector<bool> shown_cells(const ReportData& data) {
  std::vector<bool> shown(data.cells.size(), data.cells.size() <= kMostCells);
  std::size_t count = 0;
  const auto show = [&](std::size_t i) {
    if (shown[i] || count == kMostCells) return;
    shown[i] = true;
    ++count;
  };
  show(data.baseline);
  for (std::size_t i = 0; i < data.cells.size(); ++i)
    if (!data.cells[i].paper.empty()) show(i);
  for (std::size_t i = 0; i < data.cells.size(); ++i) show(i);
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

void add_class_row(const ReportData& data, const Band& band, const ClassData& klass, bool paper,
                   Table& table) {
  TableRow row;
  row.rule_before = &klass == band.classes.front() && !table.rows.empty();
  row.cells.push_back(text_cell(band.name));
  row.cells.push_back(text_cell(klass.name));
  if (klass.rare()) row.cells.back().mark = kDagger;
  row.cells.push_back(count_cell(static_cast<std::size_t>(*klass.training)));
  row.cells.push_back(count_cell(static_cast<std::size_t>(klass.support)));
  if (paper) row.cells.push_back(paper_cell(data, klass));
  for (const CellData& cell : data.cells)
    row.cells.push_back(mean_and_sd(cell.values("f1/" + klass.name), cell.complete()));
  table.rows.push_back(std::move(row));
}

}  // namespace

std::optional<Table> bands_table(const ReportData& data) {
  if (!knows_training(data)) return std::nullopt;
  const std::vector<Band> bands = bands_of(data);
  if (bands.size() < 2) return std::nullopt;
  Table table;
  table.name = "bands";
  table.title = fmt::format("Mean F1 of {} by training rows (%)", noun(data, 2));
  table.columns.push_back({.title = "cell", .unit = "", .key = "cell", .align = Align::kLeft});
  table.columns.push_back({.title = "n", .unit = "", .key = "n", .csv = CsvForm::kNumber});
  for (const Band& band : bands)
    table.columns.push_back({.title = band.name,
                             .unit = fmt::format("{} {}, {}", band.classes.size(),
                                                 noun(data, band.classes.size()), band.limits),
                             .key = band.name + "_f1",
                             .csv = CsvForm::kNumber});
  const std::vector<const ClassData*> all = all_classes(bands);
  table.columns.push_back({.title = "all",
                           .unit = fmt::format("{} {}", all.size(), noun(data, all.size())),
                           .key = "all_f1",
                           .csv = CsvForm::kNumber});
  for (const CellData& cell : data.cells) {
    TableRow row;
    row.cells.push_back(text_cell(cell.label));
    row.cells.push_back(count_cell(cell.done()));
    for (const Band& band : bands)
      row.cells.push_back(mean_and_sd(band_scores(cell, band.classes), cell.complete()));
    row.cells.push_back(mean_and_sd(band_scores(cell, all), cell.complete()));
    table.rows.push_back(std::move(row));
  }
  add_band_notes(data, table);
  return table;
}

std::optional<Table> band_classes_table(const ReportData& data) {
  if (!knows_training(data)) return std::nullopt;
  const std::vector<Band> bands = bands_of(data);
  if (bands.size() < 2) return std::nullopt;
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
  const std::vector<bool> shown = shown_cells(data);
  for (std::size_t i = 0; i < data.cells.size(); ++i) {
    add(data.cells[i].label, "", "f1: " + data.cells[i].label, CsvForm::kNumber);
    if (!shown[i]) table.columns.back().shown = Shown::kCsvOnly;
  }
  for (const Band& band : bands)
    for (const ClassData* klass : band.classes) add_class_row(data, band, *klass, paper, table);
  add_band_notes(data, table);
  if (!rare_classes(data).empty())
    table.notes.push_back(
        {kDagger, fmt::format("Fewer than {} {}.", kRareSupport, class_score(data.task).rows)});
  if (paper) table.notes.push_back({"", data.citation + " states the numbers under paper."});
  if (data.cells.size() > kMostCells)
    table.notes.push_back({"", fmt::format("{} of {} cells are shown; the CSV file has all.",
                                           kMostCells, data.cells.size())});
  return table;
}

}  // namespace ratbench::reports
