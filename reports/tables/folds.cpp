#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/leading_metric.hpp"
#include "reports/tables/tables.hpp"
#include "src/stats/paired.hpp"

namespace ratbench::reports {
namespace {

// Factors that deal the same rows anew.
constexpr std::array<std::string_view, 2> kSplits = {"data.split.fold", "data.split.seed"};

bool is_split(const std::string& path) {
  return std::find(kSplits.begin(), kSplits.end(), path) != kSplits.end();
}

// Cells that differ in their split alone.
struct Pool {
  std::vector<std::string> levels;  // of the other factors
  std::vector<const CellData*> cells;
};

std::vector<Pool> pools_of(const ReportData& data, const std::vector<std::string>& paths) {
  std::vector<Pool> pools;
  for (const CellData* cell : data.listed()) {
    std::vector<std::string> levels;
    for (const std::string& path : paths) levels.push_back(cell->shown(path));
    const auto own = std::find_if(pools.begin(), pools.end(),
                                  [&](const Pool& pool) { return pool.levels == levels; });
    if (own == pools.end()) {
      pools.push_back({std::move(levels), {cell}});
    } else {
      own->cells.push_back(cell);
    }
  }
  return pools;
}

// The mean over seeds of every split that finished one.
std::vector<double> split_means(const Pool& pool, const std::string& metric) {
  std::vector<double> means;
  for (const CellData* cell : pool.cells)
    if (const auto mean = stats::summarise(cell->values(metric)).mean) means.push_back(*mean);
  return means;
}

// Interval of the mean over other splits of rows like these.
TableCell corrected_interval(const Pool& pool, const std::vector<double>& means) {
  double ratio = 0;
  for (const CellData* cell : pool.cells)
    ratio += cell->test_to_train / static_cast<double>(pool.cells.size());
  if (ratio <= 0) return dash_cell();
  const auto test = stats::nadeau_bengio_t(means, 1, ratio);
  return percent_interval_cell(test ? std::optional(test->ci95) : std::nullopt);
}

void add_fold_columns(const ReportData& data, const std::vector<std::string>& paths, Table& table) {
  for (const std::string& path : paths)
    table.columns.push_back({.title = factor_title(data.factors, path),
                             .unit = "",
                             .key = path,
                             .align = Align::kLeft});
  const auto add = [&](std::string title, std::string unit, std::string key, CsvForm form) {
    table.columns.push_back(
        {.title = std::move(title), .unit = std::move(unit), .key = std::move(key), .csv = form});
  };
  const auto [title, key] = score_name(data);
  add("splits", "", "splits", CsvForm::kNumber);
  add(title, "%", key, CsvForm::kNumber);
  add("95 % t interval", "corrected, splits", key + "_corrected95", CsvForm::kInterval);
  add("sd", "points, over splits", key + "_split_sd", CsvForm::kNumber);
}

}  // namespace

std::optional<Table> folds_table(const ReportData& data) {
  std::vector<std::string> paths = layout_factors(data);
  if (std::erase_if(paths, is_split) == 0) return std::nullopt;
  const std::vector<Pool> pools = pools_of(data, paths);
  if (std::all_of(pools.begin(), pools.end(),
                  [](const Pool& pool) { return pool.cells.size() < 2; }))
    return std::nullopt;
  Table table;
  table.name = "folds";
  table.title = score_name(data).title + " (%), mean over splits and seeds";
  add_fold_columns(data, paths, table);
  bool incomplete = false;
  for (const Pool& pool : pools) {
    TableRow row;
    for (const std::string& level : pool.levels) row.cells.push_back(text_cell(level));
    const std::vector<double> means = split_means(pool, data.leading_metric(*pool.cells.front()));
    const stats::Summary summary = stats::summarise(means);
    row.cells.push_back(count_cell(means.size()));
    row.cells.push_back(percent_cell(summary.mean));
    if (std::any_of(pool.cells.begin(), pool.cells.end(),
                    [](const CellData* cell) { return !cell->complete(); })) {
      row.cells.back().mark = "*";
      incomplete = true;
    }
    row.cells.push_back(corrected_interval(pool, means));
    row.cells.push_back(percent_cell(summary.sd));
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(
      {"",
       "Mean of the splits' means over seeds. Interval: corrected resampled t of Nadeau and Bengio "
       "(2003), whose variance allows for training sets that overlap; sd over splits."});
  if (incomplete) table.notes.push_back({"*", "Some seeds of a split are missing."});
  return table;
}

}  // namespace ratbench::reports
