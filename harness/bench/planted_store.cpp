#include "harness/bench/planted_store.hpp"

#include <fmt/format.h>

#include "harness/grid/expand.hpp"
#include "harness/store/writer.hpp"

namespace ratbench::bench {
namespace {

constexpr const char* kExperiment = R"({
  "name": "bench", "title": "500 cells of 20 seeds",
  "data": {"format": "features", "train": "a", "val": "b", "test": "c"},
  "attack": {"name": "fgm"}, "augmentation": {"name": "samples"},
  "grid": {"attack.p_rat": [0.1, 0.3, 0.5, 0.7, 1], "attack.epsilon": [0.05, 0.1, 0.2, 0.3, 0.5],
           "augmentation.lambda": [1, 5, 10, 20], "train.lr": [0.001, 0.002, 0.003, 0.004, 0.005]},
  "seeds": 20,
  "arms": {
    "none": {"augmentation.lambda": 1, "attack.p_rat": 0.1, "attack.epsilon": 0.1, "train.lr": 0.001},
    "abex": {"augmentation.lambda": 20, "attack.p_rat": 0.1, "attack.epsilon": 0.1, "train.lr": 0.001},
    "rat": {"augmentation.lambda": 1, "attack.p_rat": 0.5, "attack.epsilon": 0.1, "train.lr": 0.001},
    "both": {"augmentation.lambda": 20, "attack.p_rat": 0.5, "attack.epsilon": 0.1, "train.lr": 0.001}
  },
  "claims": [
    {"name": "synergy", "kind": "interaction", "arms": ["both", "abex", "rat", "none"], "primary": true},
    {"name": "best", "kind": "best_of", "arms": ["both", "abex", "rat"]},
    {"name": "order", "kind": "order", "arms": ["both", "abex", "rat"]},
    {"name": "gain", "kind": "difference", "arms": ["both", "none"], "effect": 0.02},
    {"name": "lambda", "kind": "trend", "factor": "augmentation.lambda"},
    {"name": "epsilon", "kind": "trend", "factor": "attack.epsilon"}
  ]})";

protocol::RunResult result(const std::string& key, Reports& reports, double skill) {
  protocol::RunResult r;
  r.run_key = key;
  r.step_losses.assign(400, 0.5F);
  r.attacked.assign(400, '1');
  r.epochs = {{1, 0.5, {{"macro_f1", 0.5}}}};
  for (const char* split : {"val", "test"})
    for (const char* selection : {"best", "last"})
      r.outcomes.push_back({split, selection, reports.run(skill), {}});
  r.train_class_counts.assign(kClasses, 64);
  return r;
}

store::Dataset dataset(const Reports& reports) {
  store::Dataset d;
  for (const char* split : {"train", "val", "test"}) {
    d.files.paths[split] = split;
    d.files.sha256[split] = split;
    d.labels[split] = reports.labels;
  }
  for (std::size_t c = 0; c < kClasses; ++c) d.class_names.push_back("class " + std::to_string(c));
  return d;
}

}  // namespace

void fill_store(const std::filesystem::path& db, const spec::Experiment& experiment) {
  Reports reports;
  grid::Sweep sweep;
  sweep.experiment = experiment.name;
  sweep.canonical_json = "{}";
  sweep.cells = grid::expand(experiment);
  sweep.seeds = experiment.seeds;
  sweep.data.assign(sweep.cells.size(), dataset(reports).files);
  for (const grid::Cell& cell : sweep.cells)
    for (const std::uint64_t seed : sweep.seeds)
      sweep.runs.push_back({fmt::format("{}-{}", cell.index, seed), cell.index, seed});
  store::Writer writer(db);
  writer.register_sweep(sweep, std::vector{dataset(reports)});
  std::vector<protocol::RunResult> results;
  for (const grid::PlannedRun& run : sweep.runs) {
    results.push_back(result(run.run_key, reports, 1 + 0.001 * static_cast<double>(run.cell)));
    if (results.size() < 500) continue;
    writer.commit_results(results);
    results.clear();
  }
}

Reports::Reports() {
  for (std::size_t row = 0; row < kRows; ++row) {
    labels.push_back(static_cast<std::int32_t>(row * row / 2 % kClasses));
    difficulty_.push_back(normal_(engine_));
  }
}

std::vector<std::int32_t> Reports::run(double skill) {
  std::vector<std::int32_t> out = labels;
  for (std::size_t row = 0; row < kRows; ++row)
    if (difficulty_[row] + 0.4 * normal_(engine_) > skill)
      out[row] = static_cast<std::int32_t>(engine_() % kClasses);
  return out;
}

spec::Experiment planted_experiment() {
  return spec::parse_experiment(kExperiment, "bench.json", ".");
}

}  // namespace ratbench::bench
