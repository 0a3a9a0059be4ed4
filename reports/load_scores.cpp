#include "reports/load_scores.hpp"

#include <set>
#include <string>

namespace ratbench::reports {
namespace {

// A diverged run may have been evaluated before it diverged; only finished runs are scored.
void keep_finished_scores(CellData& cell) {
  std::set<std::uint64_t> finished;
  for (const CellRun& run : cell.runs)
    if (run.status == "done") finished.insert(run.seed);
  for (auto& [name, scores] : cell.scores)
    std::erase_if(scores, [&](const SeedScore& score) { return !finished.contains(score.seed); });
}

}  // namespace

std::size_t leave_out_other_seeds(std::span<const std::uint64_t> seeds,
                                  std::vector<store::CellRow>& rows) {
  const std::set<std::uint64_t> asked(seeds.begin(), seeds.end());
  std::set<std::uint64_t> others;
  for (store::CellRow& row : rows)
    std::erase_if(row.runs, [&](const store::CellRun& run) {
      const bool other = !asked.empty() && !asked.contains(run.seed);
      if (other) others.insert(run.seed);
      return other;
    });
  return others.size();
}

void add_scores(const store::Reader& reader, ReportData& data) {
  std::set<std::string> selections;
  for (const CellData& cell : data.cells) selections.insert(cell.selection);
  std::vector<std::string> names = data.metrics;
  for (const ClassData& klass : data.classes) {
    names.push_back("recall/" + klass.name);
    names.push_back("f1/" + klass.name);
  }
  // One query per metric and selection, whatever the number of runs.
  for (const std::string& selection : selections) {
    for (const std::string& name : names) {
      for (const store::MetricRow& row : reader.metrics(data.experiment, "test", selection, name)) {
        CellData& cell = data.cells.at(row.cell);
        if (cell.selection == selection) cell.scores[name].push_back({row.seed, row.value});
      }
    }
  }
  for (CellData& cell : data.cells) keep_finished_scores(cell);
}

}  // namespace ratbench::reports
