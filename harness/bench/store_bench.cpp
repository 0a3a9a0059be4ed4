// Cost of one trivial run on its way into the database: lease, spool (with its wait for the disk),
// transaction, metrics. Files lie in TMPDIR; put it on the disk that you want to know about.
#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/protocol/codec.hpp"
#include "harness/store/export.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/recorder.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::store {
namespace {

constexpr std::size_t kClasses = 7;
constexpr std::size_t kRows = 447;
constexpr std::size_t kRuns = 10'000;

Dataset dataset() {
  Dataset d;
  for (const char* split : {"train", "val", "test"}) {
    d.files.paths[split] = split;
    d.files.sha256[split] = split;
    for (std::size_t row = 0; row < kRows; ++row) {
      d.labels[split].push_back(static_cast<std::int32_t>(row % kClasses));
    }
  }
  for (std::size_t c = 0; c < kClasses; ++c) d.class_names.push_back("class " + std::to_string(c));
  return d;
}

// `runs` runs in cells of 20 seeds.
grid::Sweep sweep(std::size_t runs) {
  grid::Sweep s;
  s.experiment = "bench";
  s.canonical_json = "{}";
  for (std::size_t i = 0; i < runs; ++i) {
    if (i % 20 == 0) {
      grid::Cell cell;
      cell.index = s.cells.size();
      cell.name = "cell " + std::to_string(cell.index);
      cell.config.set("train.epochs", Decimal::of(static_cast<long long>(cell.index)));
      cell.factors = {{"train.epochs", std::to_string(cell.index)}};
      s.cells.push_back(cell);
      s.data.push_back(dataset().files);
    }
    s.runs.push_back({"run" + std::to_string(i), s.cells.size() - 1, i % 20});
  }
  return s;
}

// Val and test under two selections, 20 epochs, 400 steps.
protocol::RunResult result(const std::string& run_key) {
  protocol::RunResult r;
  r.run_key = run_key;
  r.step_losses.assign(400, 0.5F);
  r.attacked.assign(400, '1');
  for (int epoch = 1; epoch <= 20; ++epoch) r.epochs.push_back({epoch, 0.5, {{"macro_f1", 0.5}}});
  for (const char* split : {"val", "test"}) {
    for (const char* selection : {"best", "last"}) {
      r.outcomes.push_back({split, selection, std::vector<std::int32_t>(kRows, 3), {}});
    }
  }
  r.train_class_counts.assign(kClasses, 64);
  return r;
}

ResultCodec codec() {
  return {
      [](const protocol::RunResult& r) { return protocol::encode(r); },
      [](std::string_view text) { return std::get<protocol::RunResult>(protocol::decode(text)); }};
}

double resident_mib() {
  std::ifstream in("/proc/self/statm");
  double total = 0;
  double resident = 0;
  in >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// All of kRuns once; the range is the number of runs that finish together.
void record_runs(benchmark::State& state) {
  const auto batch_size = static_cast<std::size_t>(state.range(0));
  const grid::Sweep planned = sweep(kRuns);
  const std::vector<Dataset> datasets = {dataset()};
  for (auto _ : state) {
    state.PauseTiming();
    const TemporaryFolder folder;
    Writer writer((folder / "ratbench.db"));
    Recorder recorder(writer, codec());
    writer.register_sweep(planned, datasets);
    double early_mib = 0;
    state.ResumeTiming();
    for (std::size_t first = 0; first < kRuns; first += batch_size) {
      std::vector<AttemptStart> starts;
      std::vector<protocol::RunResult> results;
      for (std::size_t i = first; i < std::min(kRuns, first + batch_size); ++i) {
        starts.push_back({planned.runs[i].run_key, {}});
        results.push_back(result(planned.runs[i].run_key));
      }
      writer.begin_attempts(starts);
      recorder.record(results);
      if (early_mib == 0 && first >= kRuns / 10) early_mib = resident_mib();
    }
    state.PauseTiming();
    state.counters["growth_mib"] = resident_mib() - early_mib;
    state.ResumeTiming();
  }
  state.counters["s_per_run"] =
      benchmark::Counter(static_cast<double>(kRuns), benchmark::Counter::kIsIterationInvariantRate |
                                                         benchmark::Counter::kInvert);
}
BENCHMARK(record_runs)
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();

void register_sweep(benchmark::State& state) {
  const grid::Sweep planned = sweep(kRuns);
  const std::vector<Dataset> datasets = {dataset()};
  for (auto _ : state) {
    const TemporaryFolder folder;
    Writer((folder / "ratbench.db")).register_sweep(planned, datasets);
  }
}
BENCHMARK(register_sweep)->Unit(benchmark::kMillisecond)->UseRealTime();

// What `plan` and `report` ask of a database of kRuns finished runs.
void read_back(benchmark::State& state) {
  const TemporaryFolder folder;
  const grid::Sweep planned = sweep(kRuns);
  {
    Writer writer((folder / "ratbench.db"));
    writer.register_sweep(planned, std::vector<Dataset>{dataset()});
    std::vector<protocol::RunResult> results;
    for (const grid::PlannedRun& run : planned.runs) {
      results.push_back(result(run.run_key));
      if (results.size() < 500) continue;
      writer.commit_results(results);
      results.clear();
    }
  }
  const Reader reader((folder / "ratbench.db"));
  for (auto _ : state) {
    if (state.range(0) == 0) benchmark::DoNotOptimize(reader.known_runs());
    if (state.range(0) == 1) {
      benchmark::DoNotOptimize(reader.metrics("bench", "test", "best", "macro_f1"));
    }
    if (state.range(0) == 2) benchmark::DoNotOptimize(reader.runs("bench"));
    if (state.range(0) == 3) export_views(reader, folder.path() / "csv");
  }
}
BENCHMARK(read_back)
    ->ArgName("known0_metrics1_runs2_export3")
    ->DenseRange(0, 3)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();

}  // namespace
}  // namespace ratbench::store

BENCHMARK_MAIN();
