#include "tests/reports/written_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "src/base/random.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::reports {

namespace fs = std::filesystem;

store::Dataset dataset() {
  store::Dataset data;
  for (const char* split : {"train", "val", "test"}) {
    data.files.paths[split] = std::string("/data/") + split;
    data.files.sha256[split] = sha256_hex(split);
  }
  data.class_names = {"FALLS", "FIRES, EXPLOSIONS", "<RARE>"};
  data.labels["train"] = {0, 0, 1, 1, 2};
  data.labels["val"] = {0, 1, 2};
  data.labels["test"] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2};
  return data;
}

grid::Sweep sweep(const std::vector<std::string>& lambdas, const std::vector<std::string>& rates,
                  std::uint64_t seeds) {
  grid::Sweep sweep;
  sweep.experiment = "synthetic";
  sweep.title = "Synthetic <results>";
  sweep.file = "experiments/synthetic.json";
  sweep.canonical_json = "{}";
  for (const std::string& lambda : lambdas) {
    for (const std::string& rate : rates) {
      grid::Cell cell;
      cell.index = sweep.cells.size();
      cell.factors = {
          {"augmentation.lambda", lambda}, {"attack.p_rat", rate}, {"attack.epsilon", "0.1"}};
      cell.name = "augmentation.lambda=" + lambda + " attack.p_rat=" + rate;
      cell.config.set("augmentation.lambda", *Decimal::parse(lambda));
      cell.config.set("augmentation.name", std::string(lambda == "0" ? "none" : "samples"));
      cell.config.set("attack.name", std::string(rate == "0" ? "none" : "fgm"));
      if (rate != "0") {
        cell.config.set("attack.epsilon", *Decimal::parse("0.1"));
        cell.config.set("attack.p_rat", *Decimal::parse(rate));
      }
      cell.config.set("data.minority_classes", std::vector<std::string>{"<RARE>"});
      cell.config.set("train.select", std::string("best"));
      sweep.cells.push_back(cell);
      sweep.data.push_back(dataset().files);
    }
  }
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    sweep.seeds.push_back(seed);
    for (const grid::Cell& cell : sweep.cells)
      sweep.runs.push_back({sha256_hex(cell.name + "/" + std::to_string(seed)), cell.index, seed});
  }
  return sweep;
}

protocol::RunResult result(const grid::Sweep& sweep, const grid::PlannedRun& run,
                           const store::Dataset& data) {
  const bool clean = sweep.cells[run.cell].config.text("attack.name") == "none";
  protocol::RunResult done;
  done.run_key = run.run_key;
  done.best_epoch = 1;
  done.counters.batches = 10;
  done.counters.attacked_batches = clean ? 0 : 5;
  done.train_s = clean ? 2 : 3;
  if (run.cell == 1 && run.seed == 2) done.train_s = 3000;  // the machine was busy
  done.wall_s = done.train_s + 1;
  done.device_name = "a processor";
  done.kernel = "mkl";
  done.train_class_counts = {2, 2, 1};
  done.epochs = {{1, 0.5, {{"macro_f1", 0.5}}}};
  done.step_losses = {0.5F};
  done.attacked = clean ? "0" : "1";
  const RandomStream stream(run.seed, Purpose::kCorpus);
  const double errors = 0.4 / (1 + static_cast<double>(run.cell % 8));
  for (const char* split : {"val", "test"}) {
    for (const char* selection : {"best", "last"}) {
      protocol::SplitOutcome outcome{split, selection, {}, {}};
      std::uint64_t row = 0;
      for (const std::int32_t label : data.labels.at(split)) {
        const bool wrong = stream.uniform(static_cast<std::uint32_t>(run.cell), row++) < errors;
        outcome.predictions.push_back(wrong ? (label + 1) % 3 : label);
      }
      done.outcomes.push_back(std::move(outcome));
    }
  }
  return done;
}

std::vector<store::AttemptStart> starts(const grid::Sweep& sweep) {
  std::vector<store::AttemptStart> starts;
  for (const grid::PlannedRun& run : sweep.runs) {
    store::AttemptStart start;
    start.run_key = run.run_key;
    start.provenance.program_version = "0.1.0";
    start.provenance.git_revision = "0123abc";
    start.provenance.libtorch_version = "2.15.0";
    start.provenance.device = "cpu";
    start.provenance.kernel = "mkl";
    start.provenance.log_file = "log";
    starts.push_back(std::move(start));
  }
  return starts;
}

spec::Experiment experiment() {
  spec::Experiment experiment;
  experiment.name = "synthetic";
  experiment.file = "experiments/synthetic.json";
  experiment.paper.citation = "A paper, 2025";
  spec::PaperNumber number;
  number.where_text = {{"augmentation.lambda", "20"}, {"attack.p_rat", "0.5"}};
  number.metric = "macro_f1";
  number.value = *Decimal::parse("0.9032");
  number.place = "table 2";
  experiment.paper.numbers.push_back(number);
  return experiment;
}

void write_store(const fs::path& file) {
  store::Writer writer(file);
  const grid::Sweep runs = sweep({"0", "20"}, {"0", "0.5"}, 3);
  const store::Dataset data = dataset();
  writer.register_sweep(runs, {&data, 1});
  writer.begin_attempts(starts(runs));
  std::vector<protocol::RunResult> results;
  for (const grid::PlannedRun& run : runs.runs) {
    if (run.cell == 3 && run.seed == 2) {
      const store::AttemptFailure failure{run.run_key, "oom", "no memory"};
      writer.fail_attempts({&failure, 1});
      continue;
    }
    results.push_back(result(runs, run, data));
    if (run.cell == 3 && run.seed == 1) {
      results.back().diverged = true;
      results.back().diverged_reason = "loss is not a number";
      results.back().diverged_step = 3;
    }
  }
  const store::CommitReport report = writer.commit_results(results);
  ASSERT_EQ(report.committed, 11u)
      << (report.rejected.empty() ? "" : report.rejected.front().problem);
}

void write_finished(const fs::path& file, const grid::Sweep& sweep,
                    const std::vector<store::Dataset>& sets,
                    const std::function<void(std::size_t cell, protocol::RunResult&)>& change) {
  std::vector<store::Dataset> distinct;
  for (const store::Dataset& set : sets)
    if (std::none_of(distinct.begin(), distinct.end(), [&](const store::Dataset& known) {
          return known.files.sha256 == set.files.sha256;
        }))
      distinct.push_back(set);
  store::Writer writer(file);
  writer.register_sweep(sweep, distinct);
  writer.begin_attempts(starts(sweep));
  std::vector<protocol::RunResult> results;
  for (const grid::PlannedRun& run : sweep.runs) {
    results.push_back(result(sweep, run, sets.at(run.cell)));
    change(run.cell, results.back());
  }
  ASSERT_EQ(writer.commit_results(results).committed, sweep.runs.size());
}

void write_finished(const fs::path& file, const grid::Sweep& sweep,
                    const std::function<void(std::size_t cell, protocol::RunResult&)>& change) {
  write_finished(file, sweep, std::vector<store::Dataset>(sweep.cells.size(), dataset()), change);
}

}  // namespace ratbench::reports
