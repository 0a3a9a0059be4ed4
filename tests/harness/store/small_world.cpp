#include "tests/harness/store/small_world.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "harness/protocol/codec.hpp"
#include "src/base/check.hpp"
#include "src/metrics/classification.hpp"

namespace ratbench::store {

Dataset small_dataset() {
  Dataset dataset;
  for (const char* split : {"train", "val", "test"}) {
    dataset.files.paths[split] = std::string("/data/") + split + ".safetensors";
    dataset.files.sha256[split] = std::string("hash-of-") + split;
  }
  dataset.class_names = {"ALPHA", "BETA, B", "gamma"};
  dataset.labels = {
      {"train", {0, 0, 0, 1, 1, 2}}, {"val", {0, 0, 1, 2}}, {"test", {0, 0, 1, 1, 2}}};
  return dataset;
}

grid::Sweep small_sweep(const std::string& name, std::size_t seeds) {
  grid::Sweep sweep;
  sweep.experiment = name;
  sweep.title = "A small \"world\"";
  sweep.file = "experiments/" + name + ".json";
  sweep.canonical_json = R"({"name":")" + name + R"("})";
  const std::vector<std::pair<std::string, std::string>> levels = {
      {"0", "0"}, {"0", "0.5"}, {"0", "0"}};
  for (std::size_t c = 0; c < levels.size(); ++c) {
    grid::Cell cell;
    cell.index = c;
    cell.name = "attack.epsilon=" + std::to_string(c) + " attack.p_rat=" + levels[c].second;
    cell.config.set("attack.p_rat", *Decimal::parse(levels[c].second));
    cell.config.set("train.lr", *Decimal::parse("1e-3"));
    cell.config.set("train.clip_norm", specs::None{});
    cell.config.set("data.minority_classes", std::vector<std::string>{"BETA, B", "gamma"});
    cell.factors = {{"attack.epsilon", std::to_string(c)}, {"attack.p_rat", levels[c].second}};
    sweep.cells.push_back(cell);
    sweep.data.push_back(small_dataset().files);
  }
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    sweep.seeds.push_back(seed);
    for (std::size_t c = 0; c < levels.size(); ++c) {
      const std::string owner = std::to_string(c == 2 ? 0 : c);
      sweep.runs.push_back({"cell" + owner + "-seed" + std::to_string(seed), c, seed});
    }
  }
  return sweep;
}

protocol::RunResult small_result(const std::string& run_key) {
  const Dataset dataset = small_dataset();
  // Any fixed spread over the classes does.
  std::size_t state = 17;
  for (const char c : run_key) state = state * 31 + static_cast<unsigned char>(c);
  protocol::RunResult r;
  r.run_key = run_key;
  r.best_epoch = 2;
  r.counters = {9, 4, 13, 13, 18, 0, 0};
  r.train_s = 0.25;
  r.wall_s = 0.5;
  r.peak_memory_bytes = 1 << 20;
  r.weights_sha256 = "weights-of-" + run_key;
  r.loss_history_sha256 = "losses-of-" + run_key;
  r.test_logits_sha256 = "logits-of-" + run_key;
  for (int step = 0; step < 9; ++step) r.step_losses.push_back(1.0F / static_cast<float>(step + 1));
  r.attacked = "010010011";
  r.epochs = {{1, 0.9, {{"macro_f1", 0.25}}}, {2, 0.1, {{"macro_f1", 1.0 / 3}}}};
  for (const char* split : {"val", "test"}) {
    for (const char* selection : {"best", "last"}) {
      protocol::SplitOutcome outcome{split, selection, {}, {}};
      for (std::size_t row = 0; row < dataset.labels.at(split).size(); ++row) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        outcome.predictions.push_back(static_cast<std::int32_t>((state >> 33) % 3));
      }
      r.outcomes.push_back(outcome);
    }
  }
  r.outcomes.push_back({"train", "last", {}, {3, 0, 0, 1, 1, 0, 0, 0, 1}});
  r.train_class_counts = {3, 2, 21};
  r.device_name = "a processor";
  r.kernel = "mkl";
  return r;
}

std::vector<std::string> run_keys(const grid::Sweep& sweep) {
  std::vector<std::string> keys;
  for (const grid::PlannedRun& run : sweep.runs) {
    if (std::find(keys.begin(), keys.end(), run.run_key) == keys.end()) keys.push_back(run.run_key);
  }
  return keys;
}

std::vector<protocol::RunResult> results_of(const std::vector<std::string>& keys) {
  std::vector<protocol::RunResult> results;
  for (const std::string& key : keys) results.push_back(small_result(key));
  return results;
}

std::vector<AttemptStart> starts_of(const std::vector<std::string>& keys) {
  std::vector<AttemptStart> starts;
  for (const std::string& key : keys) {
    AttemptStart start;
    start.run_key = key;
    start.provenance.device = "cpu";
    start.provenance.kernel = "auto";
    start.provenance.log_file = "logs/" + key + ".log";
    starts.push_back(start);
  }
  return starts;
}

ResultCodec codec() {
  return {
      [](const protocol::RunResult& result) { return protocol::encode(result); },
      [](std::string_view text) { return std::get<protocol::RunResult>(protocol::decode(text)); }};
}

std::map<std::string, std::vector<std::string>> comparable_rows(const std::filesystem::path& file) {
  const Reader reader(file);
  std::map<std::string, std::vector<std::string>> rows;
  for (const std::string& view : reader.views()) {
    if (view == "v_attempt") continue;
    const std::vector<std::string> columns = reader.view_columns(view);
    reader.visit_view(view, [&](const auto& row) {
      std::string line;
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (columns[c] == "attempts") continue;
        line += columns[c] + "=" + row[c].value_or("NULL") + "|";
      }
      rows[view].push_back(line);
    });
  }
  return rows;
}

}  // namespace ratbench::store
