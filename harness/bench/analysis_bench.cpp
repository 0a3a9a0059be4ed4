// What stands between predictions and a report: metrics of one run, the interval of a contrast, the
// plan of a grid, and the report of 10,000 runs.
#include <benchmark/benchmark.h>

#include "harness/bench/planted_store.hpp"
#include "harness/plan/plan.hpp"
#include "reports/report.hpp"
#include "src/metrics/classification.hpp"
#include "src/stats/two_way.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::bench {
namespace {

// Metrics of one run on 447 test rows of seven classes.
void metrics_of_a_run(benchmark::State& state) {
  Reports reports;
  const std::vector<std::int32_t> predictions = reports.run(1);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        metrics::classify(metrics::confusion_matrix(reports.labels, predictions, kClasses)));
}
BENCHMARK(metrics_of_a_run)->Unit(benchmark::kMicrosecond);

// Two arms of 20 seeds; the argument is the number of seeds.
void interval_of_a_difference(benchmark::State& state) {
  Reports reports;
  std::vector<std::vector<std::vector<std::int32_t>>> predictions(2);
  for (std::vector<std::vector<std::int32_t>>& arm : predictions)
    for (int seed = 0; seed < state.range(0); ++seed) arm.push_back(reports.run(1));
  const stats::PredictionTable table =
      stats::prediction_table(reports.labels, predictions, kClasses);
  for (auto _ : state)
    benchmark::DoNotOptimize(stats::two_way(table, table.weights, {}, {{1, -1}, 0}));
}
BENCHMARK(interval_of_a_difference)->Arg(5)->Arg(20)->Arg(100)->Unit(benchmark::kMicrosecond);

void plan_500_cells(benchmark::State& state) {
  const spec::Experiment experiment = planted_experiment();
  plan::PlanInputs inputs;
  inputs.data_sha256 = [](const specs::Config&) {
    return std::map<std::string, std::string>{{"train", "a"}, {"val", "b"}, {"test", "c"}};
  };
  inputs.is_done = [](const std::string&) { return false; };
  std::size_t runs = 0;
  for (auto _ : state) runs += plan::make_plan(experiment, inputs).runs;
  state.counters["runs/s"] =
      benchmark::Counter(static_cast<double>(runs), benchmark::Counter::kIsRate);
}
BENCHMARK(plan_500_cells)->Unit(benchmark::kMillisecond);

// Tables alone: figures take as long as gnuplot does.
void report_10000_runs(benchmark::State& state) {
  const TemporaryFolder folder;
  const spec::Experiment experiment = planted_experiment();
  fill_store(folder / "bench.db", experiment);
  const store::Reader reader(folder / "bench.db");
  reports::ReportOptions options;
  options.out_dir = folder / "out";
  options.formats = {"md", "latex", "csv"};
  for (auto _ : state)
    benchmark::DoNotOptimize(reports::write_report(reader, experiment, options).files.size());
}
BENCHMARK(report_10000_runs)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace ratbench::bench

BENCHMARK_MAIN();
