#include "harness/claims/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/stats/metric_name.hpp"

namespace ratbench::claims {
namespace {

void check_class(const std::vector<std::string>& names, const std::string& name,
                 const std::string& file) {
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw SpecError(
        file, "/claims",
        fmt::format("the data have no class \"{}\"; classes: {}", name, fmt::join(names, ", ")));
}

// Runs of one cell by what became of them.
struct Missing {
  std::set<std::string> diverged, failed, not_run, without_predictions;

  void note(const std::string& run, const store::CellRun* found) {
    if (found == nullptr || found->status == store::RunStatus::kQueued ||
        found->status == store::RunStatus::kRunning) {
      not_run.insert(run);
    } else if (found->status == store::RunStatus::kDiverged) {
      diverged.insert(run);
    } else if (found->status == store::RunStatus::kFailed) {
      failed.insert(run);
    } else {
      without_predictions.insert(run);
    }
  }
  std::string text() const {
    std::vector<std::string> parts;
    const auto add = [&](const std::set<std::string>& runs, const char* what) {
      if (!runs.empty()) parts.push_back(fmt::format("{} {}", runs.size(), what));
    };
    add(diverged, "diverged");
    add(failed, "failed");
    add(not_run, "not run yet");
    add(without_predictions, "without test predictions of every row");
    return fmt::format("{}", fmt::join(parts, ", "));
  }
};

}  // namespace

stats::MetricFunction metric_function(const std::string& metric,
                                      const std::vector<std::string>& class_names,
                                      const std::vector<std::string>& minority_classes,
                                      const std::string& file) {
  const std::size_t slash = metric.find('/');
  if (slash != std::string::npos) check_class(class_names, metric.substr(slash + 1), file);
  if (metric == "minority_recall")
    for (const std::string& name : minority_classes) check_class(class_names, name, file);
  const auto found = stats::metric_by_name(metric, class_names, minority_classes);
  RB_CHECK(found.has_value());
  return *found;
}

EvidenceReader::EvidenceReader(const store::Reader& reader, const spec::Experiment& experiment,
                               const std::vector<grid::Cell>& cells)
    : reader_(reader),
      experiment_(experiment),
      cells_(cells),
      minority_classes_(reader.minority_classes(experiment.name)) {
  for (store::CellRow& row : reader.cells(experiment.name)) {
    const std::string name = row.name;
    stored_.emplace(name, std::move(row));
  }
}

const store::CellRow* EvidenceReader::stored_cell(std::size_t cell) const {
  const auto found = stored_.find(cells_[cell].name);
  return found == stored_.end() ? nullptr : &found->second;
}

const std::vector<std::int32_t>& EvidenceReader::predictions(const std::string& run_key,
                                                             const std::string& selection) {
  const auto [place, is_new] = predictions_.try_emplace(selection + " " + run_key);
  if (is_new) place->second = reader_.predictions(run_key, "test", selection);
  return place->second;
}

bool EvidenceReader::choose_selection(const Question& question, std::string& selection,
                                      Evidence& out) const {
  for (const std::size_t cell : question.cells) {
    const std::string own = cells_[cell].config.text_or("train.select", "best");
    if (!selection.empty() && own != selection) {
      out.nothing = "the arms select their epoch differently (train.select)";
      return false;
    }
    selection = own;
  }
  return true;
}

bool EvidenceReader::choose_data(const Question& question, std::string& dataset,
                                 Evidence& out) const {
  for (const std::size_t cell : question.cells) {
    const store::CellRow* row = stored_cell(cell);
    if (row == nullptr) {
      out.nothing = fmt::format("the database has no runs of the cell {}", cells_[cell].name);
      return false;
    }
    if (!dataset.empty() && row->dataset != dataset &&
        (reader_.labels(row->dataset, "test") != reader_.labels(dataset, "test") ||
         reader_.class_names(row->dataset) != reader_.class_names(dataset))) {
      out.nothing = "the arms are tested on different rows";
      return false;
    }
    dataset = row->dataset;
  }
  return true;
}

EvidenceReader::Runs EvidenceReader::collect(const Question& question, const std::string& selection,
                                             std::size_t rows, Evidence& out) {
  Runs runs(question.cells.size());
  Missing missing;
  std::set<std::string> keys;
  for (const std::uint64_t seed : experiment_.seeds) {
    std::vector<const std::vector<std::int32_t>*> of_seed;
    for (const std::size_t cell : question.cells) {
      const auto& stored = stored_cell(cell)->runs;
      const auto run = std::find_if(stored.begin(), stored.end(),
                                    [&](const store::CellRun& one) { return one.seed == seed; });
      const store::CellRun* found = run == stored.end() ? nullptr : &*run;
      if (found != nullptr && found->status == store::RunStatus::kDone) {
        keys.insert(found->run_key);
        const auto& values = predictions(found->run_key, selection);
        if (values.size() == rows) {
          of_seed.push_back(&values);
          continue;
        }
      }
      missing.note(found == nullptr ? fmt::format("{} {}", cell, seed) : found->run_key, found);
    }
    if (of_seed.size() < question.cells.size()) continue;
    out.seeds.push_back(seed);
    for (std::size_t k = 0; k < of_seed.size(); ++k) runs[k].push_back(*of_seed[k]);
  }
  out.run_keys.assign(keys.begin(), keys.end());
  const std::size_t planned = experiment_.seeds.size();
  if (out.seeds.size() < planned)
    out.incomplete = fmt::format(
        "only {} of {} seeds are complete in all arms (runs: {}); leaving "
        "the others out could choose the result",
        out.seeds.size(), planned, missing.text());
  if (out.seeds.size() < 2)
    out.nothing =
        planned < 2 ? "fewer than two seeds: nothing is known about their spread" : out.incomplete;
  return runs;
}

Evidence EvidenceReader::read(const Question& question, const std::string& metric) {
  Evidence out;
  out.nothing = question.blocked;
  std::string selection;
  std::string dataset;
  if (!out.nothing.empty() || !choose_selection(question, selection, out) ||
      !choose_data(question, dataset, out))
    return out;
  const auto [place, is_new] = labels_.try_emplace(dataset);
  if (is_new) place->second = reader_.labels(dataset, "test");
  const std::vector<std::int32_t>& labels = place->second;
  if (labels.size() < 2) {
    out.nothing = "the database has no labels of the test split";
    return out;
  }
  out.class_names = reader_.class_names(dataset);
  out.metric = metric_function(metric, out.class_names, minority_classes_, experiment_.file);
  if (metric == "minority_recall" && out.metric.classes.empty()) {
    out.nothing = "data.minority_classes names no class";
    return out;
  }
  const Runs runs = collect(question, selection, labels.size(), out);
  if (out.nothing.empty())
    out.table = stats::prediction_table(labels, runs, out.class_names.size());
  return out;
}

}  // namespace ratbench::claims
