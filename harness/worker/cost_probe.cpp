#include "harness/worker/cost_probe.hpp"

#include <ATen/Parallel.h>

#include "harness/worker/machine.hpp"
#include "harness/worker/method_trainer.hpp"
#include "src/base/error.hpp"

namespace ratbench::worker {

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
    std::unique_ptr<train::Dataset>& data = data_[arm.paths];
    if (!data) data = std::make_unique<train::Dataset>(arm.paths, device);
    const models::Arithmetic arithmetic =
        requested_arithmetic(kernel, device, arm.config, data->dim());
    if (kernel == "auto")
      kernel = device.is_cpu() ? std::string(models::name(arithmetic.product)) : "cublas";
    arms_.emplace_back(*data, train::RunSpec{arm.name, setup.seed, arm.config}, arithmetic);
  }
  ready.kernel = kernel;
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
  times.clock_skew_s = done.clock_skew_s;
  times.phase_s = done.phase_s;
  if (memory) times.peak_memory_bytes = peak_memory_since_reset_bytes();
  return times;
}

}  // namespace ratbench::worker
