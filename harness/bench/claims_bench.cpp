// Cost of verdicts: one interaction of 4 cells x 20 seeds x 447 test rows, its bootstrap, and all
// claims of an experiment of 10,000 runs.
#include <benchmark/benchmark.h>

#include "harness/bench/planted_store.hpp"
#include "harness/claims/judge.hpp"
#include "harness/claims/verdict.hpp"
#include "src/stats/two_level_bootstrap.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::claims {
namespace {

using bench::kClasses;
using bench::Reports;

Assessment interaction(double gain) {
  Reports reports;
  std::vector<std::vector<std::vector<std::int32_t>>> predictions(4);
  for (std::size_t cell = 0; cell < 4; ++cell)
    for (int seed = 0; seed < 20; ++seed)
      predictions[cell].push_back(reports.run(cell == 0 ? 1.0 + gain : 1.0));
  Evidence evidence;
  for (std::size_t c = 0; c < kClasses; ++c) evidence.class_names.push_back(std::to_string(c));
  evidence.table = stats::prediction_table(reports.labels, predictions, kClasses);
  Question question;
  question.cells = {0, 1, 2, 3};
  question.steps = {{"interaction", {{1, -1, -1, 1}, 0}}};
  return assess(std::move(question), std::move(evidence));
}

// The argument is the planted gain in tenths: 0 undecided, 5 decided (more rows are tried).
void judge_interaction(benchmark::State& state) {
  const Assessment assessed = interaction(static_cast<double>(state.range(0)) / 10);
  for (auto _ : state) {
    const Judged judged = judge(assessed, 0.05);
    state.SetLabel(std::string(to_text(judged.outcome)) + ", drop " + judged.fragility_rows +
                   ", relabel " + judged.fragility_relabelled);
  }
}
BENCHMARK(judge_interaction)->Arg(0)->Arg(2)->Arg(5)->Unit(benchmark::kMillisecond);

void bootstrap_interaction(benchmark::State& state) {
  const Assessment assessed = interaction(0.2);
  for (auto _ : state)
    benchmark::DoNotOptimize(stats::two_level_bootstrap(assessed.evidence.table, {},
                                                        assessed.question.steps[0].contrast));
}
BENCHMARK(bootstrap_interaction)->Unit(benchmark::kMillisecond);

void verify_store(benchmark::State& state) {
  const TemporaryFolder folder;
  const spec::Experiment experiment = bench::planted_experiment();
  bench::fill_store(folder / "bench.db", experiment);
  for (auto _ : state)
    benchmark::DoNotOptimize(judge_claims(store::Reader(folder / "bench.db"), experiment));
}
BENCHMARK(verify_store)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace ratbench::claims

BENCHMARK_MAIN();
