#include "harness/cost/measurement.hpp"

#include <algorithm>
#include <cmath>

#include "harness/cost/block_order.hpp"
#include "src/base/check.hpp"

namespace ratbench::cost {
namespace {

constexpr std::int64_t kFirstSteps = 5;  // of the very first blocks, which find the time of a step
constexpr double kBlock_s = 0.05;        // length that block_steps auto aims at, for the first arm
constexpr std::int64_t kFewestSteps = 2;
constexpr std::int64_t kMostSteps = 2000;
constexpr std::size_t kMostWarmUpRounds = 5;
constexpr double kWarmUpShare = 0.2;       // of max_s, at most
constexpr double kSteady = 0.05;           // change between warm-up rounds that counts as none
constexpr std::size_t kEnoughRounds = 10;  // before an interval may end the measurement
constexpr int kAttempts = 3;               // of one block

class Loop {
 public:
  Loop(std::size_t arms, const std::vector<Comparison>& comparisons,
       const MeasurementSettings& settings, const Surroundings& around)
      : arms_(arms),
        comparisons_(comparisons),
        settings_(settings),
        around_(around),
        start_s_(around.now_s()) {}

  Measurement run() {
    warm_up();
    while (!stop()) {
      round();
      if (around_.after_round) around_.after_round(done_);
    }
    if (done_.stopped_by != StopReason::kInterrupted) profile();
    done_.wall_s = elapsed_s();
    return std::move(done_);
  }

 private:
  double elapsed_s() const { return around_.now_s() - start_s_; }
  bool time_is_up() const { return elapsed_s() >= settings_.max_s; }

  protocol::CostTimes block(std::size_t arm, std::int64_t steps, bool profiled) {
    return around_.runner.run({++requests_, arm, next_step_, steps, profiled});
  }

  // Seconds of one pass over all arms that is not recorded; `first` gets the first arm's step time.
  double unrecorded_round(std::int64_t steps, double& first_step_s) {
    double sum_s = 0;
    for (std::size_t arm = 0; arm < arms_; ++arm) {
      const double wall_s = block(arm, steps, false).wall_s;
      sum_s += wall_s;
      if (arm == 0) first_step_s = wall_s / static_cast<double>(steps);
    }
    next_step_ += steps;
    return sum_s;
  }

  void warm_up() {
    double step_s = 0;
    unrecorded_round(kFirstSteps, step_s);
    // Once more: the first steps of a process also load its kernels.
    unrecorded_round(kFirstSteps, step_s);
    const double wanted = step_s > 0 ? std::ceil(kBlock_s / step_s) : kMostSteps;
    done_.block_steps = settings_.block_steps.value_or(std::clamp(
        static_cast<std::int64_t>(std::min(wanted, double{kMostSteps})), kFewestSteps, kMostSteps));
    double before_s = 0;
    while (done_.warm_up_rounds < kMostWarmUpRounds && !done_.steady &&
           elapsed_s() < kWarmUpShare * settings_.max_s && !around_.interrupted()) {
      const double now_s = unrecorded_round(done_.block_steps, step_s);
      done_.steady = before_s > 0 && std::abs(now_s - before_s) <= kSteady * before_s;
      before_s = now_s;
      ++done_.warm_up_rounds;
    }
  }

  bool stop() {
    if (around_.interrupted()) {
      done_.stopped_by = StopReason::kInterrupted;
      return true;
    }
    // Only whole cycles are counterbalanced.
    if (done_.rounds >= kEnoughRounds && done_.rounds % cycle_rounds(arms_) == 0 && narrow()) {
      done_.stopped_by = StopReason::kHalfWidth;
      return true;
    }
    done_.stopped_by = StopReason::kTime;
    return time_is_up();
  }

  bool narrow() const {
    return std::all_of(comparisons_.begin(), comparisons_.end(), [&](const Comparison& c) {
      const auto ratio = done_.ratio(c);
      return ratio && ratio->half_width() < settings_.half_width;
    });
  }

  void round() {
    const std::vector<std::size_t> order = block_order(arms_, done_.rounds);
    for (std::size_t place = 0; place < order.size(); ++place)
      for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        if (recorded_block(place, order[place], attempt)) break;
        if (time_is_up() || around_.interrupted()) break;
      }
    next_step_ += done_.block_steps;
    ++done_.rounds;
  }

  // False when it was disturbed.
  bool recorded_block(std::size_t place, std::size_t arm, int attempt) {
    around_.machine.block_begins();
    Block b;
    b.round = done_.rounds;
    b.place = place;
    b.arm = arm;
    b.attempt = attempt;
    b.times = block(arm, done_.block_steps, false);
    b.conditions = around_.machine.block_ended();
    b.disturbed = disturbances(b.times, settings_.on_cpu, settings_.threads, b.conditions);
    done_.blocks.push_back(std::move(b));
    return done_.blocks.back().disturbed.empty();
  }

  // After the measurement, because the clock of the phases takes time.
  void profile() {
    for (std::size_t arm = 0; arm < arms_; ++arm) {
      protocol::CostTimes times;
      for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        around_.machine.block_begins();
        times = block(arm, done_.block_steps, true);
        const Conditions conditions = around_.machine.block_ended();
        if (disturbances(times, settings_.on_cpu, settings_.threads, conditions).empty()) break;
      }
      done_.profiles.push_back(std::move(times));
    }
  }

  std::size_t arms_;
  const std::vector<Comparison>& comparisons_;
  const MeasurementSettings& settings_;
  const Surroundings& around_;
  double start_s_;
  std::uint64_t requests_ = 0;
  std::int64_t next_step_ = 0;  // the same for all arms of a round: the same batches
  Measurement done_;
};

}  // namespace

const char* to_text(StopReason reason) {
  switch (reason) {
    case StopReason::kHalfWidth:
      return "half_width";
    case StopReason::kTime:
      return "max_s";
    case StopReason::kInterrupted:
      break;
  }
  return "interrupted";
}

std::vector<std::optional<double>> Measurement::step_s(std::size_t arm) const {
  std::vector<std::optional<double>> times(rounds);
  for (const Block& b : blocks)
    if (b.arm == arm && b.round < rounds && b.disturbed.empty())
      times[b.round] = b.times.wall_s / static_cast<double>(b.times.steps);
  return times;
}

std::optional<Ratio> Measurement::ratio(const Comparison& c) const {
  const auto arm = step_s(c.arm);
  const auto baseline = step_s(c.baseline);
  std::vector<double> draws;
  if (c.drawn) {
    draws.assign(rounds, 0);
    for (const Block& b : blocks)
      if (b.arm == c.drawn->arm && b.round < rounds)
        draws[b.round] =
            static_cast<double>(b.times.attacked_steps) / static_cast<double>(b.times.steps) -
            c.drawn->p_rat;
  }
  return c.floor ? overhead_ratio(arm, baseline, step_s(*c.floor), draws)
                 : time_ratio(arm, baseline, draws);
}

Measurement measure(std::size_t arms, const std::vector<Comparison>& comparisons,
                    const MeasurementSettings& settings, const Surroundings& around) {
  RB_CHECK_GE(arms, 1U);
  return Loop(arms, comparisons, settings, around).run();
}

}  // namespace ratbench::cost
