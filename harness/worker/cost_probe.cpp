#include "harness/worker/cost_probe.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <random>
#include <sstream>
#include <vector>

#include "harness/worker/machine.hpp"
#include "harness/worker/method_trainer.hpp"
#include "harness/worker/tensor_memory.hpp"
#include "src/base/error.hpp"

namespace ratbench::worker {
namespace {

// Time of one product that can be planted over the time of a step: the median over pairs of blocks,
// with and without products, since the speed of a machine changes more between distant blocks than
// the products take.
double product_share(train::StepRunner& arm) {
  constexpr int kPairs = 41;
  constexpr std::int64_t kSteps = 30;
  constexpr double kProducts = 20;  // of a step
  std::vector<double> shares;
  for (int i = 0; i < kPairs; ++i) {
    arm.plant(0);
    const double plain_s = arm.run(0, kSteps).wall_s;
    arm.plant(kProducts);
    shares.push_back((arm.run(0, kSteps).wall_s / plain_s - 1) / kProducts);
  }
  const auto middle = shares.begin() + kPairs / 2;
  std::nth_element(shares.begin(), middle, shares.end());
  return *middle;
}

}  // namespace

void CostProbe::Arm::start() {
  runner.emplace(*data, run, arithmetic);
  runner->plant(planted);
}

void CostProbe::Arm::look_at_memory(std::int64_t first) {
  constexpr std::int64_t kLeastSteps = 2;  // the second one has the optimiser's state
  constexpr std::int64_t kMostSteps = 64;
  const bool attacks = run.config.text_or("attack.name", "none") != "none" &&
                       run.config.real_or("attack.p_rat", 1) > 0;
  runner.reset();
  const TensorMemory memory;
  start();
  std::int64_t attacked = 0;
  for (std::int64_t step = 0;
       step < kLeastSteps || (attacks && attacked < kLeastSteps && step < kMostSteps); ++step)
    attacked += runner->run(first + step, 1).counts.attacked_batches;
  peak_bytes = memory.peak_bytes();
}

void CostProbe::lay_out(std::uint64_t number) {
  std::vector<std::size_t> order(arms_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(number));
  for (Arm& arm : arms_) arm.runner.reset();
  for (const std::size_t arm : order) arms_[arm].start();
  layout_ = number;
}

// RATBENCH_COST_PLANT="2 0.02" slows arm 2 down by 2 % through extra matrix products: for the test
// that asks how often a measurement finds that.
void CostProbe::plant_slow_down() {
  const char* told = std::getenv("RATBENCH_COST_PLANT");
  if (told == nullptr) return;
  std::istringstream fields(told);
  std::size_t index = 0;
  double share = 0;
  if (!(fields >> index >> share) || index >= arms_.size() || share < 0)
    throw UsageError("RATBENCH_COST_PLANT wants an arm and a share of its time");
  Arm& arm = arms_[index];
  const double of_product = product_share(*arm.runner);
  if (!(of_product > 0)) throw EnvironmentError("the products to plant take no time");
  arm.planted = share / of_product;
  arm.runner->plant(arm.planted);
}

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
    if (!data) data = open_data(arm.paths, device, arm.sha256);
    const models::Arithmetic arithmetic =
        requested_arithmetic(kernel, device, arm.config, main_layer(*data, arm.config));
    if (kernel == "auto")
      kernel = device.is_cpu() ? std::string(models::name(arithmetic.product)) : "cublas";
    arms_.push_back({data.get(), {arm.name, setup.seed, arm.config}, arithmetic});
    arms_.back().start();
  }
  layout_ = 0;
  ready.kernel = kernel;
  plant_slow_down();
  return ready;
}

protocol::CostTimes CostProbe::run(const protocol::CostBlock& block) {
  if (block.arm >= arms_.size())
    throw UsageError("arm " + std::to_string(block.arm) + " is not open");
  if (block.layout != layout_) lay_out(block.layout);
  Arm& arm = arms_[static_cast<std::size_t>(block.arm)];
  if (block.profiled && arm.peak_bytes < 0) arm.look_at_memory(block.first_step);
  protocol::CostTimes times;
  const std::optional<double> waited_before_s = waited_for_cores_s();
  const train::StepBlock done = block.profiled
                                    ? arm.runner->run_profiled(block.first_step, block.steps)
                                    : arm.runner->run(block.first_step, block.steps);
  const std::optional<double> waited_s = waited_for_cores_s();
  if (waited_s && waited_before_s) times.waited_s = std::max(0.0, *waited_s - *waited_before_s);
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
  times.attacked_phase_s = done.attacked_phase_s;
  if (block.profiled) times.peak_memory_bytes = arm.peak_bytes;
  return times;
}

}  // namespace ratbench::worker
