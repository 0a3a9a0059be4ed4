// A database with planted predictions for an experiment of five cells: effects of known size, and
// whatever can go wrong with the runs.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/grid/expand.hpp"
#include "harness/grid/keys.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/writer.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::claims {

inline constexpr const char* kPlantedFile = R"({
  "name": "planted", "title": "Planted effects",
  "data": {"format": "features", "train": "a/train.safetensors", "val": "a/val.safetensors",
           "test": "a/test.safetensors"},
  "attack": {"name": "fgm", "p_rat": 0.5, "epsilon": 0.1},
  "augmentation": {"name": "samples", "lambda": 20},
  "grid": {"augmentation.lambda": [0, 20], "attack.p_rat": [0, 0.5]},
  "include": [{"augmentation.lambda": 20, "attack.p_rat": 0.5, "attack.epsilon": 0}],
  "seeds": 6,
  "arms": {
    "none": {"augmentation.lambda": 0, "attack.p_rat": 0},
    "abex": {"augmentation.lambda": 20, "attack.p_rat": 0},
    "rat": {"augmentation.lambda": 0, "attack.p_rat": 0.5},
    "both": {"augmentation.lambda": 20, "attack.p_rat": 0.5},
    "control": {"augmentation.lambda": 20, "attack.p_rat": 0.5, "attack.epsilon": 0},
    "attacked": {"attack.p_rat": 0.5}
  },
  "claims": [
    {"name": "gain", "kind": "difference", "arms": ["both", "none"], "effect": 0.02, "primary": true},
    {"name": "loss", "kind": "difference", "arms": ["none", "both"], "primary": true},
    {"name": "synergy", "kind": "interaction", "arms": ["both", "abex", "rat", "none"], "primary": true},
    {"name": "best", "kind": "best_of", "arms": ["both", "abex", "rat"]},
    {"name": "order", "kind": "order", "arms": ["both", "abex", "none"], "metric": "recall/B"},
    {"name": "not_worse", "kind": "non_inferiority", "arms": ["rat", "none"], "margin": 0.2},
    {"name": "same", "kind": "equivalence", "arms": ["rat", "none"], "margin": 0.2},
    {"name": "control_is_none", "kind": "equivalence", "arms": ["control", "none"], "margin": 0.01},
    {"name": "lambda", "kind": "trend", "factor": "augmentation.lambda", "metric": "accuracy"},
    {"name": "paper", "kind": "reproduces", "arm": "both", "value": 0.9, "tolerance": 0.05, "source": "P"},
    {"name": "time", "kind": "cost_ratio", "arms": ["rat", "none"], "limit": 1.5}
  ]})";

inline constexpr std::int32_t kPlantedRows = 300;
// Rows that runs without augmentation train on.
inline constexpr std::int32_t kPlantedOriginals = 270;

inline spec::Experiment experiment_of(const std::string& text) {
  return spec::parse_experiment(text, "planted.json", ".");
}

// kPlantedFile with one piece of text replaced.
inline std::string planted_file_with(const std::string& old_text, const std::string& new_text) {
  std::string text = kPlantedFile;
  const std::size_t at = text.find(old_text);
  EXPECT_NE(at, std::string::npos) << old_text;
  return text.replace(at, old_text.size(), new_text);
}

// Share of right rows in each cell, planted.
inline double planted(const grid::Cell& cell) {
  double share = 0.6;
  const auto has = [&](const char* path, const char* value) {
    return std::count(cell.factors.begin(), cell.factors.end(),
                      std::pair<std::string, std::string>(path, value)) > 0;
  };
  if (has("attack.epsilon", "0")) return share;
  // Folds differ in how much the samples help.
  for (const auto& [path, value] : cell.factors)
    if (path == "data.split.fold" && has("augmentation.lambda", "20"))
      share += 0.02 * std::stod(value);
  if (has("augmentation.lambda", "20")) share += 0.12;
  if (has("augmentation.lambda", "20") && has("attack.p_rat", "0.5")) share += 0.18;
  // Other attacks than the file's gain less.
  if ((has("attack.epsilon", "0.2") || has("attack.epsilon", "0.3")) && has("attack.p_rat", "0.5"))
    share -= 0.03;
  if (has("augmentation.lambda", "0") && has("attack.p_rat", "0.5")) share -= 0.06;
  return share;
}

// What is not as it should be. Runs are (cell, seed).
struct Damage {
  std::set<std::pair<std::size_t, std::uint64_t>> left_out, diverged;
  // Data of a cell; the planted data by default.
  std::function<store::Dataset(const grid::Cell&)> data;
};

class PlantedWorld {
 public:
  std::filesystem::path folder() const { return folder_.path(); }
  std::filesystem::path db() const { return folder_ / "planted.db"; }

  static store::Dataset dataset() {
    store::Dataset data;
    data.class_names = {"A", "B", "C"};
    for (const char* split : {"train", "val", "test"}) {
      data.files.paths[split] = std::string("a/") + split + ".safetensors";
      data.files.sha256[split] = std::string("hash of ") + split;
      for (std::int32_t row = 0; row < kPlantedRows; ++row) data.labels[split].push_back(row % 3);
    }
    return data;
  }

  static protocol::RunResult result(const std::string& key, const grid::Cell& cell,
                                    std::uint64_t seed) {
    protocol::RunResult r;
    r.run_key = key;
    r.best_epoch = 1;
    r.epochs = {{1, 0.5, {{"macro_f1", 0.5}}}};
    r.step_losses = {0.5F};
    r.attacked = "0";
    // What is made of the originals comes on top of them.
    const bool made = std::find(cell.factors.begin(), cell.factors.end(),
                                std::pair<std::string, std::string>("augmentation.lambda", "20")) !=
                      cell.factors.end();
    r.train_class_counts = {100, 100, made ? 100 : kPlantedOriginals - 200};
    for (const char* split : {"val", "test"})
      for (const char* selection : {"best", "last"}) {
        protocol::SplitOutcome outcome{split, selection, {}, {}};
        for (std::int32_t row = 0; row < kPlantedRows; ++row) {
          // Rows differ in difficulty; a seed moves it a little.
          const double difficulty = std::fmod(
              0.6180339887 * (row / 3 + 1) + 0.004 * static_cast<double>((row + 5) * seed % 7),
              1.0);
          outcome.predictions.push_back(difficulty < planted(cell) ? row % 3 : (row + 1) % 3);
        }
        r.outcomes.push_back(outcome);
      }
    r.outcomes.push_back({"train", "last", {}, {100, 0, 0, 0, 100, 0, 0, 0, 100}});
    return r;
  }

  // Trains everything that `damage` does not forbid.
  void fill(const spec::Experiment& experiment, const Damage& damage = {}) {
    grid::Sweep sweep;
    sweep.experiment = experiment.name;
    sweep.canonical_json = experiment.canonical_json;
    sweep.cells = grid::expand(experiment);
    sweep.seeds = experiment.seeds;
    std::vector<store::Dataset> datasets;
    for (const grid::Cell& cell : sweep.cells) {
      datasets.push_back(damage.data ? damage.data(cell) : dataset());
      sweep.data.push_back(datasets.back().files);
    }
    store::Writer writer(db());
    std::vector<protocol::RunResult> results;
    std::vector<store::AttemptStart> starts;
    std::set<std::string> keys;
    for (const std::uint64_t seed : sweep.seeds)
      for (const grid::Cell& cell : sweep.cells) {
        const std::string key = grid::run_key(cell.config, sweep.data[cell.index].sha256, seed);
        sweep.runs.push_back({key, cell.index, seed});
        if (!keys.insert(key).second) continue;  // another cell computes the same
        if (damage.left_out.contains({cell.index, seed})) continue;
        results.push_back(result(key, cell, seed));
        if (damage.diverged.contains({cell.index, seed})) {
          results.back().diverged = true;
          results.back().diverged_reason = "loss is not a number";
          results.back().diverged_step = 0;
          results.back().outcomes.clear();
        }
        starts.push_back({key, {}});
      }
    writer.register_sweep(sweep, datasets);
    writer.begin_attempts(starts);
    ASSERT_EQ(writer.commit_results(results).committed, results.size());
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace ratbench::claims
