#include "src/train/step_runner.hpp"

#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
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

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Clocks that are set and slewed by nobody, and that count while the machine sleeps.
struct OtherClocks {
  double raw_s = seconds_of(CLOCK_MONOTONIC_RAW);
  double boot_s = seconds_of(CLOCK_BOOTTIME);

  // The larger disagreement with `wall_s` of the time since.
  double skew_s(double wall_s) const {
    const OtherClocks now;
    return std::max(std::abs(now.raw_s - raw_s - wall_s), std::abs(now.boot_s - boot_s - wall_s));
  }
};

void finish_work_of(const at::Device& device) {
  if (!device.is_cpu()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

WorkCounts difference(const WorkCounts& later, const WorkCounts& earlier) {
  return {later.batches - earlier.batches,
          later.attacked_batches - earlier.attacked_batches,
          later.forward_passes - earlier.forward_passes,
          later.backward_passes - earlier.backward_passes,
          later.samples - earlier.samples,
          later.real_tokens - earlier.real_tokens,
          later.padded_tokens - earlier.padded_tokens};
}

std::map<std::string, double> phases_of(const StepClock& clock, double wall_s) {
  std::map<std::string, double> phase_s;
  double sum_s = 0;
  for (std::size_t phase = 0; phase < kPhaseNames.size(); ++phase) {
    phase_s[kPhaseNames[phase]] = clock.seconds(phase);
    sum_s += clock.seconds(phase);
  }
  // What no lap covers, so that the phases add up to the whole.
  phase_s[kPhaseNames[static_cast<std::size_t>(Phase::kOther)]] += std::max(0.0, wall_s - sum_s);
  return phase_s;
}

// Adds the times of one step to a block.
void add(const StepBlock& step, StepBlock& sum) {
  sum.wall_s += step.wall_s;
  sum.cpu_s += step.cpu_s;
  sum.clock_skew_s += step.clock_skew_s;
  sum.last_loss = step.last_loss;
  for (const auto& [phase, phase_s] : step.phase_s) {
    sum.phase_s[phase] += phase_s;
    if (step.counts.attacked_batches > 0) sum.attacked_phase_s[phase] += phase_s;
  }
}

}  // namespace

struct StepRunner::State {
  State(const TrainingData& data, RunSpec spec, const models::Arithmetic& arithmetic)
      : device(data.device()), run(std::move(spec)), trainer(data, run, arithmetic, reports) {}

  StepBlock block(std::int64_t first, std::int64_t steps, StepClock* clock) {
    const c10::InferenceMode no_autograd;
    const FlushDenormals flush;
    using Clock = std::chrono::steady_clock;
    const WorkCounts before = trainer.counts();
    finish_work_of(device);
    StepBlock done;
    const double cpu_start_s = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    const OtherClocks clocks;
    const auto start = Clock::now();
    const bool finite = trainer.train_steps(first, steps, clock);
    for (auto i = std::llround(planted * static_cast<double>(steps)); i > 0; --i)
      at::mm_out(product, factor, factor);
    finish_work_of(device);
    done.wall_s = std::chrono::duration<double>(Clock::now() - start).count();
    done.clock_skew_s = clocks.skew_s(done.wall_s);
    done.cpu_s = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu_start_s;
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
  double planted = 0;  // products a step
  at::Tensor factor, product;
};

StepRunner::StepRunner(const TrainingData& data, RunSpec run,
                       const models::Arithmetic& arithmetic) {
  const c10::InferenceMode no_autograd;
  state_ = std::make_unique<State>(data, std::move(run), arithmetic);
}

StepRunner::~StepRunner() = default;
StepRunner::StepRunner(StepRunner&&) noexcept = default;
StepRunner& StepRunner::operator=(StepRunner&&) noexcept = default;

StepBlock StepRunner::run(std::int64_t first, std::int64_t steps) {
  return state_->block(first, steps, nullptr);
}

void StepRunner::plant(double products_per_step) {
  constexpr std::int64_t kWidth = 64;
  state_->planted = products_per_step;
  state_->factor = at::full({kWidth, kWidth}, 0.5, at::TensorOptions(state_->device));
  state_->product = at::empty_like(state_->factor);
}

StepBlock StepRunner::run_profiled(std::int64_t first, std::int64_t steps) {
  const WorkCounts before = state_->trainer.counts();
  StepBlock sum;
  // Step by step, since attacked ones are other work than the rest.
  for (std::int64_t step = 0; step < steps; ++step) {
    StepClock clock;
    StepBlock done = state_->block(first + step, 1, &clock);
    // On a GPU the host sees when work was asked for, not when it was done.
    if (state_->device.is_cpu()) done.phase_s = phases_of(clock, done.wall_s);
    add(done, sum);
  }
  sum.counts = difference(state_->trainer.counts(), before);
  return sum;
}

}  // namespace ratbench::train
