#include "reports/honesty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "reports/task_words.hpp"

namespace ratbench::reports {
namespace {

std::string listed(const Tally& tally) {
  std::string text;
  for (const auto& [name, runs] : tally)
    text +=
        fmt::format("{}{} ({} run{})", text.empty() ? "" : ", ", name, runs, runs == 1 ? "" : "s");
  return text;
}

void add_mixed(const Tally& tally, const std::string& what, std::vector<std::string>& doubts) {
  if (tally.size() > 1) doubts.push_back("Mixed " + what + ": " + listed(tally) + ".");
}

void add_builds(const Provenance& provenance, std::vector<std::string>& doubts) {
  add_mixed(provenance.programs, "program builds", doubts);
  add_mixed(provenance.libtorch, "LibTorch versions", doubts);
  for (const auto& [name, runs] : provenance.programs)
    if (name.find("+dirty") != std::string::npos)
      doubts.push_back(fmt::format("{} run{} made by a build with uncommitted changes ({}).", runs,
                                   runs == 1 ? " was" : "s were", name));
  add_mixed(provenance.devices, "devices", doubts);
  add_mixed(provenance.kernels, "product kernels", doubts);
  add_mixed(provenance.threads, "thread counts", doubts);
  add_mixed(provenance.modes, "modes", doubts);
}

void add_seeds(const ReportData& data, std::vector<std::string>& doubts) {
  std::set<std::vector<std::uint64_t>> finished;
  std::size_t missing_cells = 0, diverged = 0, failed = 0, open = 0;
  for (const CellData& cell : data.cells) {
    std::vector<std::uint64_t> seeds;
    for (const CellRun& run : cell.runs)
      if (run.status == "done") seeds.push_back(run.seed);
    finished.insert(std::move(seeds));
    missing_cells += cell.complete() ? 0 : 1;
    diverged += cell.diverged();
    failed += cell.failed();
    open += cell.runs.size() - cell.done() - cell.diverged() - cell.failed();
  }
  if (!data.any_done()) {
    doubts.push_back(fmt::format(
        "No run finished ({} diverged, {} failed, {} not finished): there is no score, and no "
        "figure is drawn.",
        diverged, failed, open));
    return;
  }
  if (missing_cells > 0)
    doubts.push_back(fmt::format(
        "{} of {} cells miss seeds ({} diverged, {} failed, {} not finished): their means are over "
        "the seeds that finished, which may flatter them.",
        missing_cells, data.cells.size(), diverged, failed, open));
  if (finished.size() > 1)
    doubts.push_back(
        "Unequal seed sets: cells were not all finished with the same seeds, so differences "
        "between their means are not paired. Differences in the other tables pair the seeds that "
        "both cells finished.");
  if (data.other_seeds > 0)
    doubts.push_back(fmt::format(
        "The store holds runs of {} more seed{}, which were not asked for: neither verdicts nor "
        "tables count them. --seeds asks for more.",
        data.other_seeds, data.other_seeds == 1 ? "" : "s"));
}

void add_missing_predictions(const ReportData& data, std::vector<std::string>& doubts) {
  std::size_t runs = 0, cells = 0;
  for (const CellData& cell : data.cells) {
    runs += cell.without_predictions;
    cells += cell.without_predictions > 0 ? 1 : 0;
  }
  if (runs > 0)
    doubts.push_back(fmt::format(
        "{} finished run{} in {} of {} cells lack{} a usable test prediction of every row: these "
        "cells have scores but no interval over seeds and rows, and no comparison.",
        runs, runs == 1 ? "" : "s", cells, data.cells.size(), runs == 1 ? "s" : ""));
}

void add_selection(const ReportData& data, std::vector<std::string>& doubts) {
  if (data.validation_is_test)
    doubts.push_back(
        "Validation and test split are the same rows in some cells: where the best epoch is taken "
        "there, the scores are too good.");
  std::set<std::string> selections;
  for (const CellData& cell : data.cells) selections.insert(cell.selection);
  if (selections.size() > 1)
    doubts.push_back(
        "Different selection between cells (best epoch on validation, and last "
        "epoch): they are not comparable.");
}

bool speaks_of_macro_f1(const ReportData& data) {
  return std::find(data.metrics.begin(), data.metrics.end(), "macro_f1") != data.metrics.end();
}

std::string rare_class_doubt(const ReportData& data, const ClassData& klass) {
  const std::size_t classes = data.classes.size();
  const double largest = 100.0 / static_cast<double>(classes);
  const ClassScore score = class_score(data.task);
  std::string name(score.what);
  name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  if (!speaks_of_macro_f1(data))
    return fmt::format("{} {} has only {} {}: its scores are hardly known.", name, klass.name,
                       klass.support, score.rows);
  if (klass.support == 0)
    return fmt::format(
        "{} {} has no test row: its F1 counts as 0 in macro-F1, at a cost of up to {:.1f} points.",
        name, klass.name, largest);
  if (klass.support == 1)
    return fmt::format(
        "{} {} has 1 test row: that single row moves macro-F1 by up to 1/{} = {:.1f} points.", name,
        klass.name, classes, largest);
  return fmt::format(
      "{} {} has {} test rows: together they move macro-F1 by up to 1/{} = {:.1f} points.", name,
      klass.name, klass.support, classes, largest);
}

void add_rare(const ReportData& data, std::vector<std::string>& doubts) {
  constexpr std::size_t kMostNamed = 8;
  const std::vector<const ClassData*> rare = rare_classes(data);
  if (rare.size() <= kMostNamed) {
    for (const ClassData* klass : rare) doubts.push_back(rare_class_doubt(data, *klass));
    return;
  }
  const ClassScore score = class_score(data.task);
  doubts.push_back(fmt::format(
      "{} of {} {} have fewer than {} {}: their scores are hardly known{}.", rare.size(),
      data.classes.size(), plural(score.what), kRareSupport, score.rows,
      speaks_of_macro_f1(data) ? fmt::format(", and they make {:.0f} % of macro-F1",
                                             100.0 * static_cast<double>(rare.size()) /
                                                 static_cast<double>(data.classes.size()))
                               : ""));
}

}  // namespace

std::vector<std::string> find_doubts(const ReportData& data) {
  std::vector<std::string> doubts;
  add_seeds(data, doubts);
  add_missing_predictions(data, doubts);
  add_selection(data, doubts);
  add_rare(data, doubts);
  add_builds(data.provenance, doubts);
  return doubts;
}

}  // namespace ratbench::reports
