#include "harness/cost/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/cost/block_length.hpp"
#include "harness/cost/block_order.hpp"
#include "src/base/check.hpp"

namespace ratbench::cost {
namespace {

constexpr double kFirstBlock_s = 0.05;    // of the blocks that find the time of a step, about
constexpr std::int64_t kFirstSteps = 10;  // of them, at most
constexpr std::size_t kMostWarmUpRounds = 5;
constexpr double kWarmUpShare = 0.2;  // of max_s, at most
constexpr double kSteady = 0.05;      // change between warm-up rounds that counts as none
// Before an interval may end the measurement: the shortest of many intervals of few rounds is too
// short. Of arms of long steps, whose rounds are looked at less often.
constexpr std::size_t kEnoughRounds = 30;
constexpr std::size_t kEnoughLongRounds = 10;
constexpr int kAttempts = 3;                // of one block
constexpr double kPlacedAnewBelow_s = 0.1;  // longest step; for others it would take too much time
// Phases are looked at in several blocks of each arm, spread over time as the others are, for which
// a share of max_s is kept.
constexpr std::size_t kProfileBlocks = 5;
constexpr std::size_t kMostProfileRounds = 20;
constexpr double kProfileShare = 0.1;

// Thrown where a block was not run to its end because time was up or somebody insisted.
struct GivenUp {};

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
    done_.block_steps.assign(arms_, 1);
    try {
      warm_up();
      while (!stop()) {
        round();
        if (around_.after_round) around_.after_round(done_);
      }
    } catch (const GivenUp&) {
      done_.stopped_by = interrupted() ? StopReason::kInterrupted : StopReason::kTime;
    }
    if (done_.stopped_by != StopReason::kInterrupted) {
      try {
        profile();
      } catch (const GivenUp&) {
        // What was seen until then counts.
      }
    }
    done_.wall_s = elapsed_s();
    return std::move(done_);
  }

 private:
  double elapsed_s() const { return around_.now_s() - start_s_; }
  // For rounds; profiles have the rest.
  bool time_is_up() const { return elapsed_s() >= (1 - kProfileShare) * settings_.max_s; }
  bool interrupted() const { return around_.interrupts() > 0; }
  bool ends_at_once() const { return around_.interrupts() > 1 || elapsed_s() >= settings_.max_s; }

  protocol::CostTimes block(std::size_t arm, std::int64_t first, std::int64_t steps,
                            bool profiled) {
    const auto times = ends_at_once()
                           ? std::nullopt
                           : around_.runner.run({++requests_, arm, first, steps, profiled, layout_},
                                                [this] { return ends_at_once(); });
    if (!times) throw GivenUp();
    return *times;
  }

  // Seconds of a step of every arm, from one pass over all that is not recorded.
  std::vector<double> unrecorded_round(const std::vector<std::int64_t>& steps) {
    std::vector<double> step_s;
    for (std::size_t arm = 0; arm < arms_; ++arm) {
      if (interrupted()) throw GivenUp();
      step_s.push_back(block(arm, next_step_, steps[arm], false).wall_s /
                       static_cast<double>(steps[arm]));
    }
    next_step_ += longest(steps);
    return step_s;
  }
  static std::int64_t longest(const std::vector<std::int64_t>& steps) {
    return *std::max_element(steps.begin(), steps.end());
  }

  void find_block_steps() {
    // The first step of an arm also loads its kernels; a clock that stands still is seen later.
    constexpr double kLeast_s = 1e-7;
    std::vector<std::int64_t> steps(arms_, 1);
    std::vector<double> step_s = unrecorded_round(steps);
    for (std::size_t arm = 0; arm < arms_; ++arm)
      steps[arm] = std::clamp<std::int64_t>(
          std::llround(kFirstBlock_s / std::max(kLeast_s, step_s[arm])), 1, kFirstSteps);
    step_s = unrecorded_round(steps);
    for (double& s : step_s) s = std::max(kLeast_s, s);
    placed_anew_ = *std::max_element(step_s.begin(), step_s.end()) < kPlacedAnewBelow_s;
    done_.block_steps = settings_.block_steps
                            ? std::vector<std::int64_t>(arms_, *settings_.block_steps)
                            : block_lengths(step_s, comparisons_);
  }

  void warm_up() {
    find_block_steps();
    double before_s = 0;
    while (done_.warm_up_rounds < kMostWarmUpRounds && !done_.steady &&
           elapsed_s() < kWarmUpShare * settings_.max_s && !interrupted()) {
      double now_s = 0;
      const std::vector<double> step_s = unrecorded_round(done_.block_steps);
      for (std::size_t arm = 0; arm < arms_; ++arm)
        now_s += step_s[arm] * static_cast<double>(done_.block_steps[arm]);
      done_.steady = before_s > 0 && std::abs(now_s - before_s) <= kSteady * before_s;
      before_s = now_s;
      ++done_.warm_up_rounds;
    }
  }

  bool stop() {
    if (interrupted()) {
      done_.stopped_by = StopReason::kInterrupted;
      return true;
    }
    // Only whole cycles are counterbalanced.
    const std::size_t enough = placed_anew_ ? kEnoughRounds : kEnoughLongRounds;
    if (done_.rounds >= enough && done_.rounds % cycle_rounds(arms_) == 0 && narrow()) {
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

  // Ends early when time is up: the arms that are left have no block in this round.
  //
  // How fast an arm is depends on where its numbers happen to lie, by a few percent even for
  // identical arms (Mytkowicz et al., "Producing wrong data without doing anything obviously
  // wrong", ASPLOS 2009). Drawn anew for every round, that becomes part of the spread between
  // rounds.
  void round() {
    if (placed_anew_) ++layout_;
    for (std::size_t place = 0; place < arms_ && !time_is_up() && !interrupted(); ++place) {
      const std::size_t arm = block_order(arms_, done_.rounds)[place];
      for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        if (recorded_block(place, arm, attempt)) break;
        if (time_is_up() || interrupted()) break;
      }
    }
    next_step_ += longest(done_.block_steps) + 1;
    ++done_.rounds;
  }

  // The first step in a new place, or after other arms, finds nothing in the caches. Run directly
  // before a block, it leaves every arm its own numbers there, whichever arms ran before.
  void fill_caches(std::size_t arm) {
    if (placed_anew_) block(arm, next_step_, 1, false);
  }

  // False when it was disturbed.
  bool recorded_block(std::size_t place, std::size_t arm, int attempt) {
    fill_caches(arm);
    around_.machine.block_begins();
    Block b;
    b.round = done_.rounds;
    b.place = place;
    b.arm = arm;
    b.attempt = attempt;
    b.times = block(arm, next_step_ + 1, done_.block_steps[arm], false);
    b.conditions = around_.machine.block_ended();
    b.disturbed = disturbances(b.times, settings_.on_cpu, settings_.threads, b.conditions);
    done_.blocks.push_back(std::move(b));
    return done_.blocks.back().disturbed.empty();
  }

  // After the measurement, because the clock of the phases takes time.
  void profile() {
    done_.profiles.resize(arms_);
    const auto enough = [](const Profile& p) { return p.blocks >= kProfileBlocks; };
    for (std::size_t round = 0; round < kMostProfileRounds; ++round) {
      for (std::size_t place = 0; place < arms_; ++place) {
        const std::size_t arm = block_order(arms_, round)[place];
        if (enough(done_.profiles[arm])) continue;
        if (interrupted()) return;
        add_profile(arm);
      }
      if (std::all_of(done_.profiles.begin(), done_.profiles.end(), enough)) return;
      next_step_ += longest(done_.block_steps) + 1;
    }
  }

  void add_profile(std::size_t arm) {
    Profile& sum = done_.profiles[arm];
    fill_caches(arm);
    around_.machine.block_begins();
    const protocol::CostTimes times = block(arm, next_step_ + 1, done_.block_steps[arm], true);
    const Conditions conditions = around_.machine.block_ended();
    if (times.peak_memory_bytes >= 0) sum.peak_memory_bytes = times.peak_memory_bytes;
    if (!disturbances(times, settings_.on_cpu, settings_.threads, conditions).empty()) {
      ++sum.disturbed;
      return;
    }
    ++sum.blocks;
    sum.steps += times.steps;
    sum.attacked_steps += times.attacked_steps;
    for (const auto& [phase, phase_s] : times.phase_s) sum.phase_s[phase] += phase_s;
    for (const auto& [phase, phase_s] : times.attacked_phase_s)
      sum.attacked_phase_s[phase] += phase_s;
  }

  std::size_t arms_;
  const std::vector<Comparison>& comparisons_;
  const MeasurementSettings& settings_;
  const Surroundings& around_;
  double start_s_;
  std::uint64_t requests_ = 0;
  bool placed_anew_ = false;
  std::uint64_t layout_ = 0;
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

std::vector<double> Measurement::draws(const Comparison::Drawn& drawn) const {
  std::vector<double> shares(rounds, 0);
  for (const Block& b : blocks)
    if (b.arm == drawn.arm && b.round < rounds)
      shares[b.round] =
          static_cast<double>(b.times.attacked_steps) / static_cast<double>(b.times.steps) -
          drawn.p_rat;
  return shares;
}

std::optional<Ratio> Measurement::ratio(const Comparison& c) const {
  std::map<std::size_t, std::vector<std::optional<double>>> times;
  for (const auto& arm : {std::optional(c.arm), std::optional(c.baseline), c.floor, c.reference})
    if (arm) times.emplace(*arm, step_s(*arm));
  std::map<std::size_t, std::vector<double>> drawn;
  for (const Comparison::Drawn& d : c.drawn) drawn.emplace(d.arm, draws(d));
  const auto rounds_of = [&](std::size_t arm) {
    const auto found = drawn.find(arm);
    return ArmRounds{times.at(arm), found == drawn.end() ? RoundDraws() : found->second};
  };
  const RoundTimes reference = c.reference ? RoundTimes(times.at(*c.reference)) : RoundTimes();
  if (c.floor)
    return overhead_ratio(rounds_of(c.arm), rounds_of(c.baseline), rounds_of(*c.floor), reference);
  return time_ratio(rounds_of(c.arm), rounds_of(c.baseline), reference);
}

Measurement measure(std::size_t arms, const std::vector<Comparison>& comparisons,
                    const MeasurementSettings& settings, const Surroundings& around) {
  RB_CHECK_GE(arms, 1U);
  return Loop(arms, comparisons, settings, around).run();
}

}  // namespace ratbench::cost
