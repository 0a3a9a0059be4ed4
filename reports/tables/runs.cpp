#include <algorithm>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

// Score of `seed`; both lists are in seed order.
std::optional<double> score_of(const CellData& cell, const std::string& metric,
                               std::uint64_t seed) {
  const auto found = cell.scores.find(metric);
  if (found == cell.scores.end()) return std::nullopt;
  const auto at = std::lower_bound(
      found->second.begin(), found->second.end(), seed,
      [](const SeedScore& score, std::uint64_t value) { return score.seed < value; });
  if (at == found->second.end() || at->seed != seed) return std::nullopt;
  return at->value;
}

}  // namespace

Table runs_table(const ReportData& data) {
  Table table;
  table.name = "runs";
  table.title = "Runs behind every number";
  for (const char* key : {"cell", "seed", "run_key", "status", "failure_kind", "selection"})
    table.columns.push_back({.title = key, .unit = "", .key = key});
  for (const std::string& path : data.factors)
    table.columns.push_back({.title = path, .unit = "", .key = path});
  for (const std::string& metric : data.metrics)
    table.columns.push_back({.title = metric, .unit = "", .key = metric, .csv = CsvForm::kNumber});
  for (std::size_t index = 0; index < data.cells.size(); ++index) {
    const CellData& cell = data.cells[index];
    for (const CellRun& run : cell.runs) {
      TableRow row;
      for (const std::string& text : {std::to_string(index), std::to_string(run.seed), run.run_key,
                                      run.status, run.failure_kind, cell.selection})
        row.cells.push_back(text_cell(text));
      for (const std::string& path : data.factors) {
        const std::string* value = cell.factor(path);
        row.cells.push_back(value ? text_cell(*value) : dash_cell());
      }
      for (const std::string& metric : data.metrics)
        row.cells.push_back(percent_cell(score_of(cell, metric, run.seed)));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace ratbench::reports
