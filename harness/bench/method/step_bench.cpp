// Training steps of the MLP on frozen features, each attack with each loss: time of a step, its
// arithmetic rate, and the share that the bare kernels would take. docs/benchmarks.md explains.
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <map>
#include <string>
#include <vector>

#include "harness/bench/method/arms.hpp"
#include "harness/bench/method/kernel_floor.hpp"
#include "src/specs/names.hpp"
#include "src/train/flush_denormals.hpp"
#include "src/train/step_runner.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::bench {
namespace {

constexpr std::int64_t kDataRows = 2048;
constexpr std::int64_t kStepsPerBlock = 8;
constexpr int kFloorRepeats = 3;

const train::Dataset& data_of(std::int64_t dim) {
  static std::map<std::int64_t, train::Dataset> loaded;
  const auto found = loaded.find(dim);
  if (found != loaded.end()) return found->second;
  const TemporaryFolder folder;  // the mapped files outlive their names
  write_unit_rows(folder.path(), dim, kDataRows);
  return loaded.emplace(dim, data_in(folder.path())).first->second;
}

models::Product product_for(std::int64_t dim, std::int64_t batch) {
  static std::map<std::pair<std::int64_t, std::int64_t>, models::Product> chosen;
  const auto [it, fresh] = chosen.try_emplace({dim, batch}, models::Product::kMkl);
  if (fresh) it->second = models::faster_product(batch, dim, kHidden);
  return it->second;
}

void training_step(benchmark::State& state, std::int64_t dim, const StepArm& arm) {
  const models::Product product = product_for(dim, arm.batch);
  const Products products = products_of(arm.attack);
  train::StepRunner runner(data_of(dim), run_of(arm), product);
  KernelFloor floor(dim, arm.batch, products, product);
  std::int64_t step = 0;
  double cpu_s = 0;
  std::int64_t attacked = 0;
  for (auto _ : state) {
    state.PauseTiming();
    {
      const c10::InferenceMode no_autograd;
      const train::FlushDenormals flush;
      floor.measure(kFloorRepeats);
    }
    state.ResumeTiming();
    const train::StepBlock block = runner.run(step, kStepsPerBlock);
    step += kStepsPerBlock;
    cpu_s += block.cpu_s;
    attacked += block.counts.attacked_batches;
  }
  const double step_s = cpu_s / static_cast<double>(step);
  const std::int64_t count = products.forward + products.weight_gradient + products.input_gradient;
  const KernelTimes kernels = floor.median();
  state.counters["step_us"] = 1e6 * step_s;
  state.counters["GFLOP/s"] =
      static_cast<double>(count) * flop_of_product(dim, arm.batch) / step_s / 1e9;
  state.counters["floor_us"] = 1e6 * kernels.sum(products);
  state.counters["floor_share"] = kernels.sum(products) / step_s;
  if (attacked != 0 && attacked != step) state.SkipWithError("not every batch was attacked");
  state.SetLabel(std::string(models::name(product)));
}

std::vector<std::string> attacks_and_none() {
  std::vector<std::string> names = {"none"};
  for (const std::string_view name : specs::attack_names()) names.emplace_back(name);
  return names;
}

void register_steps() {
  const std::vector<std::string> attacks = attacks_and_none();
  for (const std::int64_t dim : {384, 4096})
    for (const std::int64_t batch : {32, 64})
      for (const std::string_view loss : specs::loss_names())
        for (const std::string& attack : attacks) {
          StepArm arm;
          arm.attack = attack;
          arm.loss = loss;
          arm.batch = batch;
          const std::string name = "training_step/dim:" + std::to_string(dim) +
                                   "/batch:" + std::to_string(batch) + "/loss:" + arm.loss +
                                   "/attack:" + arm.attack;
          benchmark::RegisterBenchmark(name.c_str(), [dim, arm](benchmark::State& state) {
            training_step(state, dim, arm);
          })->Unit(benchmark::kMicrosecond);
        }
}

}  // namespace
}  // namespace ratbench::bench

int main(int argc, char** argv) {
  at::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  ratbench::bench::register_steps();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
