// The measurement against a clock that the test turns: planted times come out, disturbed blocks are
// repeated, and it ends for the reason it names.
#include "harness/cost/measurement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "harness/cost/block_length.hpp"
#include "harness/cost/block_order.hpp"
#include "harness/cost/summary.hpp"
#include "src/base/random.hpp"

namespace ratbench::cost {
namespace {

constexpr double kStart_s = 1000;
constexpr std::size_t kArms = 3;

// Arms take `step_s` a step, with noise, and slow down together over time; every `disturb_every`-th
// block waits for a core.
class FakeWorld final : public BlockRunner, public Machine {
 public:
  explicit FakeWorld(std::vector<double> step_s) : step_s_(std::move(step_s)) {}

  std::optional<protocol::CostTimes> run(const protocol::CostBlock& block,
                                         const std::function<bool()>& give_up) override {
    requests.push_back(block);
    if (hangs_at_request == requests.size()) {
      for (int looks = 0; !give_up(); ++looks) {
        now_s += 1;
        if (looks > 1000) return std::nullopt;  // for ever
      }
      return std::nullopt;
    }
    const auto count = static_cast<std::uint64_t>(requests.size());
    const double drift = 1 + (now_s - kStart_s) / 100;
    const double noise = 1 + noise_share * (stream_.uniform(0, count) - 0.5);
    protocol::CostTimes times;
    times.request_id = block.request_id;
    times.steps = block.steps;
    times.samples = 32 * block.steps;
    const bool attacked = block.arm == 1;
    times.attacked_steps = attacked ? block.steps : 0;
    times.forward_passes = times.backward_passes = (attacked ? 2 : 1) * block.steps;
    const double placement =
        1 + placement_share * (stream_.uniform(1, block.layout * kArms + block.arm) - 0.5);
    times.wall_s =
        step_s_[block.arm] * static_cast<double>(block.steps) * drift * noise * placement;
    times.cpu_s = times.wall_s;
    if (disturb_every > 0 && count % disturb_every == 0) {
      times.wall_s *= 3;
    }
    now_s += times.wall_s;
    if (block.profiled) {
      if (profiles_disturbed) times.cpu_s = 0;
      times.phase_s = {{"forward", 0.25 * times.wall_s}};
      if (attacked) times.attacked_phase_s = times.phase_s;
      times.peak_memory_bytes = 1 << 20;
    }
    return times;
  }
  void block_begins() override {}
  Conditions block_ended() override { return {}; }

  Surroundings surroundings() {
    return {*this,
            *this,
            [this] { return now_s; },
            [this] { return (now_s > interrupt_s ? 1 : 0) + (now_s > insist_s ? 1 : 0); },
            {}};
  }

  std::vector<protocol::CostBlock> requests;
  double now_s = kStart_s;
  double noise_share = 0.02;
  double placement_share = 0;  // of an arm's time, that depends on where it lies in memory
  double interrupt_s = 1e9;
  double insist_s = 1e9;             // of the second interruption
  std::size_t hangs_at_request = 0;  // the worker never answers this one
  std::uint64_t disturb_every = 0;
  bool profiles_disturbed = false;

 private:
  std::vector<double> step_s_;
  RandomStream stream_{7, Purpose::kBootstrap};
};

// clean, AT at twice its time, and clean again.
const std::vector<Comparison> kComparisons = {{1, 0, {}}, {2, 0, {}}};

MeasurementSettings lasting(double max_s) {
  MeasurementSettings settings;
  settings.max_s = max_s;
  return settings;
}

ArmSet arm_set() {
  ArmSet set;
  set.arms = {{"clean", {}, {}, 0, false}, {"at", {}, {}, 0, false}, {"clean", {}, {}, 0, true}};
  for (const Comparison& c : kComparisons)
    set.comparisons.push_back({c, set.arms[c.arm].name, "clean", ""});
  return set;
}

TEST(Measurement, FindsThePlantedRatioAndEndsWhenIntervalsAreNarrow) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  const Measurement m = measure(kArms, kComparisons, {}, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kHalfWidth);
  EXPECT_EQ(m.rounds % cycle_rounds(kArms), 0u) << "whole cycles only";
  EXPECT_TRUE(m.steady);
  const auto ratio = m.ratio(kComparisons[0]);
  ASSERT_TRUE(ratio);
  EXPECT_LT(ratio->half_width(), 0.02);
  EXPECT_LT(ratio->ci999.low, 2);
  EXPECT_GT(ratio->ci999.high, 2);
  const Summary summary = summarise(m, arm_set());
  EXPECT_EQ(summary.problem, "");
  EXPECT_DOUBLE_EQ(*summary.comparisons[0].theoretical_ratio, 2);
  EXPECT_DOUBLE_EQ(*summary.comparisons[0].attacks_ratio, 1);
  EXPECT_NEAR(summary.arms[1].phase_step_s.at("forward") / *summary.arms[1].step_s, 0.25, 0.05);
}

TEST(Measurement, ArmsOfARoundTrainOnTheSameBatches) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.disturb_every = 4;
  MeasurementSettings settings;
  settings.block_steps = 20;
  settings.max_s = 20;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  std::map<std::int64_t, std::set<std::uint64_t>> arms_of;
  for (const protocol::CostBlock& block : world.requests) {
    if (!block.profiled && block.steps == 20) arms_of[block.first_step].insert(block.arm);
  }
  EXPECT_EQ(arms_of.size(), m.rounds + m.warm_up_rounds);
  for (const auto& [first, arms] : arms_of) EXPECT_EQ(arms.size(), kArms) << first;
}

TEST(Measurement, DisturbedBlocksAreMarkedRepeatedAndDoNotCount) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.disturb_every = 5;
  const Measurement m = measure(kArms, kComparisons, {}, world.surroundings());
  std::size_t disturbed = 0;
  for (std::size_t i = 0; i < m.blocks.size(); ++i) {
    if (m.blocks[i].disturbed.empty()) continue;
    ++disturbed;
    ASSERT_LT(i + 1, m.blocks.size());
    EXPECT_EQ(m.blocks[i + 1].arm, m.blocks[i].arm);
    EXPECT_EQ(m.blocks[i + 1].attempt, m.blocks[i].attempt + 1);
  }
  EXPECT_GT(disturbed, 0u);
  // A block three times as long would move the mean log ratio; none entered.
  EXPECT_NEAR(m.ratio(kComparisons[0])->ratio, 2, 0.02);
  const Summary summary = summarise(m, arm_set());
  EXPECT_EQ(summary.arms[0].disturbed + summary.arms[1].disturbed + summary.arms[2].disturbed,
            disturbed);
}

TEST(Measurement, EndsWhenTimeIsUpAndSaysSo) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.noise_share = 0.8;
  MeasurementSettings settings;
  settings.half_width = 1e-4;
  settings.max_s = 30;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kTime);
  EXPECT_GE(m.wall_s, 27);
  EXPECT_LT(m.wall_s, 30.1) << "with its profiles";
}

// A round of three seconds: not begun to its end when a second is left.
TEST(Measurement, ARoundIsCutShortWhenTimeIsUp) {
  FakeWorld world({0.25, 0.5, 0.75});
  const Measurement m = measure(kArms, kComparisons, lasting(31), world.surroundings());
  double blocks_s = 0;
  for (const Block& b : m.blocks) blocks_s += b.times.wall_s;
  EXPECT_EQ(m.stopped_by, StopReason::kTime);
  EXPECT_LT(blocks_s, 31);
  EXPECT_LT(m.blocks.size(), kArms * m.rounds);
  EXPECT_TRUE(m.ratio(kComparisons[0]));
}

TEST(Measurement, NothingIsSaidOfWhatWasNotRun) {
  FakeWorld world({10, 20, 10});
  const Measurement m = measure(kArms, kComparisons, lasting(1), world.surroundings());
  EXPECT_TRUE(m.blocks.empty());
  const Summary summary = summarise(m, arm_set());
  EXPECT_FALSE(summary.comparisons[0].theoretical_ratio);
  EXPECT_FALSE(summary.comparisons[0].attacks_ratio);
  EXPECT_NE(summary.problem, "");
}

TEST(Measurement, DisturbedProfilesGiveNoPhases) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.profiles_disturbed = true;
  const Summary summary =
      summarise(measure(kArms, kComparisons, {}, world.surroundings()), arm_set());
  EXPECT_TRUE(summary.arms[1].phase_step_s.empty());
  EXPECT_EQ(summary.arms[1].peak_memory_bytes, 1 << 20) << "which takes no core";
}

TEST(Measurement, PhasesAreThoseOfTheExpectedShareOfAttacks) {
  Measurement m;
  m.block_steps = {8};
  Profile profile;
  profile.steps = 8;
  profile.attacked_steps = 2;
  profile.phase_s = {{"forward", 0.8}, {"backward", 1.0}, {"attack", 0.2}};
  profile.attacked_phase_s = {{"forward", 0.2}, {"backward", 0.4}, {"attack", 0.2}};
  m.profiles = {profile};
  specs::Config rat;
  rat.set("attack.name", std::string("fgm"));
  rat.set("attack.p_rat", *Decimal::parse("0.5"));
  ArmSet set;
  set.arms = {{"rat", rat, {}, 0, false, {}}};
  const auto phases = summarise(m, set).arms[0].phase_step_s;
  EXPECT_DOUBLE_EQ(phases.at("forward"), 0.1);
  EXPECT_DOUBLE_EQ(phases.at("attack"), 0.05) << "0.1 s each, every other step";
  EXPECT_DOUBLE_EQ(phases.at("backward"), 0.15) << "0.2 s where attacked, else 0.1";
  for (const std::int64_t attacked : {0, 8}) {
    m.profiles[0].attacked_steps = attacked;
    EXPECT_TRUE(summarise(m, set).arms[0].phase_step_s.empty()) << "unknown is not 0";
  }
}

TEST(Measurement, InterruptsEndIt) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.interrupt_s = 1003;
  MeasurementSettings settings;
  settings.half_width = 1e-6;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kInterrupted);
  EXPECT_TRUE(m.profiles.empty());
}

TEST(Measurement, InterruptsEndTheProfilesButLeaveTheMeasurement) {
  FakeWorld world({0.1, 0.2, 0.1});
  world.interrupt_s = kStart_s + 18.7;  // within the profile of the first arm
  MeasurementSettings settings = lasting(20);
  settings.half_width = 1e-6;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kTime);
  for (const Profile& profile : m.profiles) EXPECT_LE(profile.blocks, 1u);
  EXPECT_TRUE(m.ratio(kComparisons[0]));
}

// A GPU that hangs answers nothing, and does so for ever.
TEST(Measurement, ABlockThatNeverEndsIsGivenUpWhenTimeIsUp) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.hangs_at_request = 400;
  MeasurementSettings settings = lasting(60);
  settings.half_width = 1e-6;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kTime);
  EXPECT_EQ(world.requests.size(), 400u) << "such a worker is asked nothing more";
  EXPECT_LT(m.wall_s, 62);
  EXPECT_GT(m.rounds, kLeastRounds);
  EXPECT_TRUE(m.ratio(kComparisons[0])) << "what was measured before counts";
  EXPECT_TRUE(summarise(m, arm_set()).arms[0].phase_step_s.empty());

  FakeWorld at_first({1e-3, 2e-3, 1e-3});
  at_first.hangs_at_request = 1;
  const Measurement none = measure(kArms, kComparisons, lasting(10), at_first.surroundings());
  EXPECT_EQ(none.rounds, 0u);
  EXPECT_NE(summarise(none, arm_set()).problem, "");
}

TEST(Measurement, TheSecondInterruptionEndsABlock) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.hangs_at_request = 400;
  world.interrupt_s = kStart_s + 40;
  world.insist_s = kStart_s + 50;
  MeasurementSettings settings = lasting(600);
  settings.half_width = 1e-6;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kInterrupted);
  EXPECT_LT(m.wall_s, 52);
  EXPECT_GT(m.wall_s, 49);
}

// A block of each arm follows a step of that arm, so that no arm always comes last before a round.
TEST(Measurement, EveryBlockOfARoundFollowsAnUnrecordedStepOfItsArm) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  const Measurement m = measure(kArms, kComparisons, {}, world.surroundings());
  std::size_t recorded = 0;
  for (std::size_t i = 1; i < world.requests.size(); ++i) {
    const protocol::CostBlock& block = world.requests[i];
    if (block.layout == 0 || block.profiled || block.steps == 1) continue;
    ++recorded;
    EXPECT_EQ(world.requests[i - 1].arm, block.arm);
    EXPECT_EQ(world.requests[i - 1].steps, 1);
    EXPECT_EQ(world.requests[i - 1].first_step + 1, block.first_step);
  }
  EXPECT_EQ(recorded, m.blocks.size());
}

TEST(Measurement, PhasesAreFromSeveralBlocksOfEachArmInTurn) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  const Measurement m = measure(kArms, kComparisons, {}, world.surroundings());
  std::vector<std::uint64_t> arms;
  for (const protocol::CostBlock& block : world.requests)
    if (block.profiled) arms.push_back(block.arm);
  ASSERT_EQ(arms.size(), 5 * kArms);
  for (std::size_t i = 0; i < arms.size(); i += kArms)
    EXPECT_EQ(std::set(arms.begin() + static_cast<std::ptrdiff_t>(i),
                       arms.begin() + static_cast<std::ptrdiff_t>(i + kArms))
                  .size(),
              kArms);
  EXPECT_EQ(m.profiles[1].blocks, 5u);
}

TEST(Measurement, TimesOfRandomAttacksAreThoseOfTheExpectedShare) {
  Measurement m;
  m.rounds = 3;
  m.block_steps = {4};
  // 1 s a step, 2 s more where attacked; luck has it that few were.
  for (const std::int64_t attacked : {0, 1, 2}) {
    Block b;
    b.times.steps = b.times.samples = 4;
    b.times.attacked_steps = attacked;
    b.times.wall_s = 4 + 2.0 * static_cast<double>(attacked);
    m.blocks.push_back(b);
  }
  specs::Config rat;
  rat.set("attack.name", std::string("fgm"));
  rat.set("attack.p_rat", *Decimal::parse("0.5"));
  ArmSet set;
  set.arms = {{"rat", rat, {}, 0, false, {}}};
  EXPECT_DOUBLE_EQ(*summarise(m, set).arms[0].step_s, 2);
}

TEST(Measurement, EnergyOfACounterThatStandsStillIsNotAvailable) {
  Measurement m;
  m.rounds = 1;
  m.block_steps = {4};
  Block b;
  b.times.steps = 4;
  b.times.wall_s = 1;
  b.conditions.energy_j = 0;
  m.blocks = {b};
  ArmSet set;
  set.arms = {{"clean", {}, {}, 0, false, {}}};
  EXPECT_FALSE(summarise(m, set).arms[0].energy_j);
  m.blocks[0].conditions.energy_j = 2;
  EXPECT_DOUBLE_EQ(*summarise(m, set).arms[0].energy_j, 0.5);
}

// Intervals that would also hold for half or double the time say nothing, identical arms or not.
TEST(Measurement, IdenticalArmsWithinAWideIntervalMakeItUnusable) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.noise_share = 1.9;
  const Measurement m = measure(kArms, kComparisons, lasting(3), world.surroundings());
  ASSERT_GT(m.ratio(kComparisons[1])->half_width(), 0.2);
  EXPECT_NE(summarise(m, arm_set()).problem.find("too noisy"), std::string::npos);
}

TEST(Measurement, IdenticalArmsThatDifferMakeItUnusable) {
  FakeWorld world({1e-3, 2e-3, 1.05e-3});
  const Measurement m = measure(kArms, kComparisons, {}, world.surroundings());
  const Summary summary = summarise(m, arm_set());
  EXPECT_NE(summary.problem.find("identical arms"), std::string::npos) << summary.problem;
}

// In one layout identical arms would lie up to 10 % apart, whatever the number of rounds.
TEST(Measurement, LuckOfPlacementIsPartOfTheInterval) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.placement_share = 0.1;
  const Measurement m = measure(kArms, kComparisons, {}, world.surroundings());
  EXPECT_EQ(summarise(m, arm_set()).problem, "");
  EXPECT_NEAR(m.ratio(kComparisons[0])->ratio, 2, 0.04);
  std::set<std::uint64_t> layouts;
  for (const protocol::CostBlock& block : world.requests) layouts.insert(block.layout);
  EXPECT_EQ(layouts.size(), m.rounds + 1) << "warm-up and every round";
}

TEST(Measurement, ArmsOfLongStepsStayWhereTheyAre) {
  FakeWorld world({0.25, 0.5, 0.75});
  measure(kArms, kComparisons, lasting(31), world.surroundings());
  for (const protocol::CostBlock& block : world.requests) EXPECT_EQ(block.layout, 0u);
}

TEST(Measurement, NothingUndisturbedIsNoMeasurement) {
  FakeWorld world({1e-3, 2e-3, 1e-3});
  world.disturb_every = 1;
  MeasurementSettings settings;
  settings.max_s = 20;
  const Measurement m = measure(kArms, kComparisons, settings, world.surroundings());
  EXPECT_EQ(m.stopped_by, StopReason::kTime);
  EXPECT_FALSE(m.ratio(kComparisons[0]));
  const Summary summary = summarise(m, arm_set());
  EXPECT_FALSE(summary.arms[0].step_s) << "unknown is not zero";
  EXPECT_NE(summary.problem.find("undisturbed"), std::string::npos) << summary.problem;
}

using Steps = std::vector<std::int64_t>;

TEST(Measurement, BlocksAreLongEnoughForTheClockUnlessAskedOtherwise) {
  FakeWorld fast({1e-6, 1e-6, 1e-6});
  EXPECT_EQ(measure(kArms, {}, lasting(5), fast.surroundings()).block_steps, Steps(3, 2000));
  FakeWorld slow({1, 1, 1});
  EXPECT_EQ(measure(kArms, {}, lasting(60), slow.surroundings()).block_steps, Steps(3, 2));
  FakeWorld given({1e-3, 1e-3, 1e-3});
  MeasurementSettings settings;
  settings.block_steps = 17;
  settings.max_s = 5;
  EXPECT_EQ(measure(kArms, {}, settings, given.surroundings()).block_steps, Steps(3, 17));
}

TEST(BlockLengths, AreCommonToArmsThatAreCompared) {
  // 0 and 1 through 2; 3 and 4 are another network.
  const std::vector<Comparison> comparisons = {{0, 2, {}}, {1, 2, {}}, {3, 4, {}}, {3, 3, 4}};
  const std::vector<double> step_s = {2e-3, 4e-3, 1e-3, 0.02, 0.01};
  EXPECT_EQ(block_lengths(step_s, comparisons), (Steps{20, 20, 20, 2, 2}));
  EXPECT_EQ(block_lengths(step_s, {}), (Steps{10, 5, 20, 2, 2}));
}

}  // namespace
}  // namespace ratbench::cost
