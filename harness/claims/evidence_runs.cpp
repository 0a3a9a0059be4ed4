// The runs that a question rests on: which are there, which are missing and why, their predictions.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/claims/evidence.hpp"
#include "harness/claims/honesty.hpp"

namespace ratbench::claims {
namespace {

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
    add(without_predictions, "without a possible test prediction of every row");
    return fmt::format("{}", fmt::join(parts, ", "));
  }
};

}  // namespace

const std::vector<std::int32_t>& EvidenceReader::predictions(const std::string& run_key,
                                                             const std::string& selection) {
  const auto [place, is_new] = predictions_.try_emplace(selection + " " + run_key);
  if (is_new) place->second = reader_.predictions(run_key, "test", selection);
  return place->second;
}

EvidenceReader::Runs EvidenceReader::collect(const Question& question,
                                             const std::vector<const store::SplitRows*>& rows,
                                             Evidence& out) {
  Runs runs(question.cells.size());
  Missing missing;
  std::set<std::string> keys;
  for (const std::uint64_t seed : experiment_.seeds) {
    std::vector<const std::vector<std::int32_t>*> of_seed;
    for (std::size_t k = 0; k < question.cells.size(); ++k) {
      const std::size_t cell = question.cells[k];
      const auto& stored = stored_cell(cell)->runs;
      const auto run = std::find_if(stored.begin(), stored.end(),
                                    [&](const store::CellRun& one) { return one.seed == seed; });
      const store::CellRun* found = run == stored.end() ? nullptr : &*run;
      if (found != nullptr && found->status == store::RunStatus::kDone) {
        keys.insert(found->run_key);
        const auto& values = predictions(found->run_key, question.selection);
        if (store::are_predictions_of(*rows[k], values)) {
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

void EvidenceReader::fill_tables(const std::vector<Group>& groups, store::MetricTables& tables,
                                 Runs runs, Evidence& out) {
  for (const Group& group : groups) {
    Runs own;
    for (const std::size_t place : group.places) own.push_back(std::move(runs[place]));
    auto table = tables.table(*test_rows(group.dataset), own);
    if (groups.size() == 1) {
      out.table = std::move(table);
      out.rows = test_rows(group.dataset);
      return;
    }
    const std::size_t train_rows = independent_rows(
        store::split_rows(reader_, group.dataset, "train"), group.dataset, guards_->trained_rows());
    if (train_rows == 0) {
      out.nothing = "the database does not say how many training rows the splits have";
      return;
    }
    out.splits.push_back(
        {std::move(table), group.places, static_cast<double>(train_rows), group.split});
  }
}

}  // namespace ratbench::claims
