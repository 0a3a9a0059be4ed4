#include "harness/worker/cost_probe.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "harness/worker/machine.hpp"
#include "harness/worker/method_trainer.hpp"
#include "src/base/error.hpp"

namespace ratbench::worker {
namespace {

constexpr int kTries = 20;

// The shortest of several blocks, seconds of a step.
double shortest_step_s(train::StepRunner& arm, std::int64_t steps) {
  double shortest_s = arm.run(0, steps).wall_s;
  for (int i = 1; i < kTries; ++i) shortest_s = std::min(shortest_s, arm.run(0, steps).wall_s);
  return shortest_s / static_cast<double>(steps);
}

// RATBENCH_COST_PLANT="2 0.02" slows arm 2 down by 2 % through extra matrix products: for the test
// that asks how often a measurement finds that.
void plant_slow_down(std::vector<train::StepRunner>& arms) {
  const char* told = std::getenv("RATBENCH_COST_PLANT");
  if (told == nullptr) return;
  std::istringstream fields(told);
  std::size_t index = 0;
  double share = 0;
  if (!(fields >> index >> share) || index >= arms.size() || share < 0)
    throw UsageError("RATBENCH_COST_PLANT wants an arm and a share of its time");
  train::StepRunner& arm = arms[index];
  constexpr std::int64_t kSteps = 50;
  constexpr double kProducts = 20;
  const double step_s = shortest_step_s(arm, kSteps);
  arm.plant(kProducts);
  const double product_s = (shortest_step_s(arm, kSteps) - step_s) / kProducts;
  if (!(product_s > 0)) throw EnvironmentError("the products to plant take no time");
  arm.plant(share * step_s / product_s);
}

}  // namespace

protocol::CostReady CostProbe::open(const protocol::CostSetup& setup) {
  if (setup.arms.empty()) throw UsageError("a cost measurement without arms");
  at::set_num_threads(setup.threads);
  const at::Device device = device_named(setup.device);
  arms_.clear();
  data_.clear();
  protocol::CostReady ready;
  ready.device_name = device_model(device);
  ready.driver = driver_version(device);
  ready.threads = setup.threads;
  std::string kernel = setup.kernel;
  for (const protocol::CostArm& arm : setup.arms) {
    std::unique_ptr<train::TrainingData>& data = data_[arm.paths];
    if (!data) data = open_data(arm.paths, device);
    const models::Arithmetic arithmetic =
        requested_arithmetic(kernel, device, arm.config, main_layer(*data, arm.config));
    if (kernel == "auto")
      kernel = device.is_cpu() ? std::string(models::name(arithmetic.product)) : "cublas";
    arms_.emplace_back(*data, train::RunSpec{arm.name, setup.seed, arm.config}, arithmetic);
  }
  ready.kernel = kernel;
  plant_slow_down(arms_);
  return ready;
}

protocol::CostTimes CostProbe::run(const protocol::CostBlock& block) {
  if (block.arm >= arms_.size())
    throw UsageError("arm " + std::to_string(block.arm) + " is not open");
  train::StepRunner& arm = arms_[static_cast<std::size_t>(block.arm)];
  const bool memory = block.profiled && reset_peak_memory();
  const train::StepBlock done = block.profiled ? arm.run_profiled(block.first_step, block.steps)
                                               : arm.run(block.first_step, block.steps);
  protocol::CostTimes times;
  times.request_id = block.request_id;
  times.wall_s = done.wall_s;
  times.cpu_s = done.cpu_s;
  times.steps = done.counts.batches;
  times.attacked_steps = done.counts.attacked_batches;
  times.forward_passes = done.counts.forward_passes;
  times.backward_passes = done.counts.backward_passes;
  times.samples = done.counts.samples;
  times.real_tokens = done.counts.real_tokens;
  times.padded_tokens = done.counts.padded_tokens;
  times.clock_skew_s = done.clock_skew_s;
  times.phase_s = done.phase_s;
  if (memory) times.peak_memory_bytes = peak_memory_since_reset_bytes();
  return times;
}

}  // namespace ratbench::worker
