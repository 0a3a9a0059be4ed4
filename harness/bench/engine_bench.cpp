// Engine overhead per run: trivial runs through the real protocol, spool and database with the echo
// worker. Target: under 5 ms a run over 10,000 runs. RATBENCH_WORKER names the echo worker.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/sched/sweep_run.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/sha256.hpp"
#include "src/data/safetensors.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench {
namespace {

constexpr std::uint64_t kRows = 400;  // as many as the test split of OSHA has, about
constexpr std::size_t kCells = 100;

protocol::DataFiles write_data(const std::filesystem::path& dir) {
  protocol::DataFiles files;
  const std::vector<float> features(kRows, 0.5F);
  std::vector<std::int64_t> labels(kRows);
  for (std::uint64_t row = 0; row < kRows; ++row) labels[row] = static_cast<std::int64_t>(row % 7);
  for (const char* split : {"train", "val", "test"}) {
    const auto path = dir / (std::string(split) + ".safetensors");
    data::write_safetensors(
        path,
        {{"features", data::Dtype::kF32, {kRows, 1}, std::as_bytes(std::span(features))},
         {"labels", data::Dtype::kI64, {kRows}, std::as_bytes(std::span(labels))}},
        {{"class_names", R"(["a","b","c","d","e","f","g"])"}});
    files.paths[split] = path.string();
    files.sha256[split] = sha256_file(path);
  }
  return files;
}

store::Dataset dataset_of(const protocol::DataFiles& files) {
  store::Dataset dataset;
  dataset.files = files;
  dataset.class_names = {"a", "b", "c", "d", "e", "f", "g"};
  for (const char* split : {"train", "val", "test"}) {
    for (std::uint64_t row = 0; row < kRows; ++row) {
      dataset.labels[split].push_back(static_cast<std::int32_t>(row % 7));
    }
  }
  return dataset;
}

grid::Sweep make_sweep(const protocol::DataFiles& files, std::size_t runs) {
  grid::Sweep sweep;
  sweep.experiment = "bench";
  sweep.title = "Trivial runs";
  sweep.canonical_json = "{}";
  for (std::size_t index = 0; index < kCells; ++index) {
    grid::Cell cell;
    cell.index = index;
    cell.name = "cell=" + std::to_string(index);
    cell.config.set("model.hidden", Decimal::of(static_cast<long long>(index)));
    cell.factors = {{"model.hidden", std::to_string(index)}};
    sweep.cells.push_back(std::move(cell));
    sweep.data.push_back(files);
  }
  for (std::uint64_t seed = 0; seed < runs / kCells; ++seed) {
    sweep.seeds.push_back(seed);
    for (std::size_t index = 0; index < kCells; ++index) {
      const std::string name = std::to_string(index) + "/" + std::to_string(seed);
      sweep.runs.push_back({sha256_hex(name), index, seed});
    }
  }
  return sweep;
}

// Memory of this process in MiB that is resident now.
double resident_mib() {
  std::ifstream in("/proc/self/statm");
  double total = 0;
  double resident = 0;
  in >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void trivial_runs(benchmark::State& state) {
  const auto runs = static_cast<std::size_t>(state.range(0));
  const TemporaryFolder dir;
  const protocol::DataFiles files = write_data(dir.path());
  const std::vector<store::Dataset> datasets = {dataset_of(files)};
  const grid::Sweep sweep = make_sweep(files, runs);
  int number = 0;
  double before_mib = 0;
  double elapsed_s = 0;
  for (auto _ : state) {
    before_mib = resident_mib();
    sched::SweepOptions options;
    options.db = dir / (std::to_string(number++) + ".db");
    options.schedule.device = sched::parse_device("cpu");
    options.schedule.jobs = 2;
    sched::Progress progress(sched::Progress::Style::kSilent);
    const double started_s = sched::monotonic_s();
    const auto report = sched::run_sweep(sweep, datasets, options, progress);
    elapsed_s = sched::monotonic_s() - started_s;
    if (report.schedule.counts.done != runs) state.SkipWithError("not every run was done");
  }
  state.counters["ms_per_run"] = 1000 * elapsed_s / static_cast<double>(runs);
  state.counters["memory_growth_mib"] = resident_mib() - before_mib;
}

BENCHMARK(trivial_runs)
    ->Arg(1000)
    ->Arg(10000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ratbench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  // Built beside the benchmarks.
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  const auto echo = self.parent_path().parent_path() / "tests" / "echo_worker";
  ::setenv("RATBENCH_WORKER", echo.c_str(), 0);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
