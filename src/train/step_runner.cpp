#include "src/train/step_runner.hpp"

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <ctime>
#include <utility>

#include "src/base/error.hpp"
#include "src/train/flush_denormals.hpp"
#include "src/train/run_trainer.hpp"
#include "src/train/step_clock.hpp"

namespace ratbench::train {
namespace {

class NoReports final : public RunSink {
 public:
  void progress(const std::string&, std::int64_t, std::int64_t) override {}
  void finished(const RunOutcome&) override {}
  void failed(const std::string&, std::exception_ptr) override {}
};

double thread_cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void finish_work_of(const at::Device& device) {
  if (!device.is_cpu()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

WorkCounts difference(const WorkCounts& later, const WorkCounts& earlier) {
  return {later.batches - earlier.batches, later.attacked_batches - earlier.attacked_batches,
          later.forward_passes - earlier.forward_passes,
          later.backward_passes - earlier.backward_passes, later.samples - earlier.samples};
}

}  // namespace

struct StepRunner::State {
  State(const Dataset& data, RunSpec spec, const models::Arithmetic& arithmetic)
      : device(data.device()), run(std::move(spec)), trainer(data, run, arithmetic, reports) {}

  StepBlock block(std::int64_t first, std::int64_t steps, StepClock* clock) {
    const c10::InferenceMode no_autograd;
    const FlushDenormals flush;
    using Clock = std::chrono::steady_clock;
    const WorkCounts before = trainer.counts();
    finish_work_of(device);
    StepBlock done;
    const double cpu_start_s = thread_cpu_s();
    const auto start = Clock::now();
    const bool finite = trainer.train_steps(first, steps, clock);
    finish_work_of(device);
    done.wall_s = std::chrono::duration<double>(Clock::now() - start).count();
    done.cpu_s = thread_cpu_s() - cpu_start_s;
    if (!finite)
      throw DataError(run.run_key, "",
                      "the training loss is not finite, so its steps are not worth timing");
    done.last_loss = trainer.step_losses().back();
    done.counts = difference(trainer.counts(), before);
    return done;
  }

  at::Device device;
  RunSpec run;
  NoReports reports;
  RunTrainer trainer;
};

StepRunner::StepRunner(const Dataset& data, RunSpec run, const models::Arithmetic& arithmetic) {
  const c10::InferenceMode no_autograd;
  state_ = std::make_unique<State>(data, std::move(run), arithmetic);
}

StepRunner::~StepRunner() = default;
StepRunner::StepRunner(StepRunner&&) noexcept = default;
StepRunner& StepRunner::operator=(StepRunner&&) noexcept = default;

StepBlock StepRunner::run(std::int64_t first, std::int64_t steps) {
  return state_->block(first, steps, nullptr);
}

StepBlock StepRunner::run_profiled(std::int64_t first, std::int64_t steps) {
  StepClock clock;
  StepBlock done = state_->block(first, steps, &clock);
  // On a GPU the host sees when work was asked for, not when it was done.
  if (!state_->device.is_cpu()) return done;
  for (std::size_t phase = 0; phase < kPhaseNames.size(); ++phase)
    done.phase_s[kPhaseNames[phase]] = clock.seconds(phase);
  return done;
}

}  // namespace ratbench::train
