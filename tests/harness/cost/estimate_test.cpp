// Order of blocks and ratios of times: what is planted is found, identical arms agree.
#include "harness/cost/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "harness/cost/block_order.hpp"
#include "harness/cost/conditions.hpp"
#include "src/base/random.hpp"

namespace ratbench::cost {
namespace {

using Times = std::vector<std::optional<double>>;

TEST(BlockOrder, EachArmStandsAtEachPlaceAndFollowsEachOtherEquallyOften) {
  for (std::size_t arms = 1; arms <= 13; ++arms) {
    std::map<std::pair<std::size_t, std::size_t>, int> at_place;
    std::map<std::pair<std::size_t, std::size_t>, int> follows;
    for (std::size_t round = 0; round < cycle_rounds(arms); ++round) {
      const auto order = block_order(arms, round);
      EXPECT_EQ(std::set(order.begin(), order.end()).size(), arms);
      for (std::size_t place = 0; place < arms; ++place) {
        ++at_place[{order[place], place}];
        if (place > 0) ++follows[{order[place - 1], order[place]}];
      }
    }
    const int times = arms % 2 == 0 || arms == 1 ? 1 : 2;
    EXPECT_EQ(at_place.size(), arms * arms);
    for (const auto& [key, count] : at_place) EXPECT_EQ(count, times) << arms;
    EXPECT_EQ(follows.size(), arms * (arms - 1));
    for (const auto& [key, count] : follows) EXPECT_EQ(count, times) << arms;
  }
}

TEST(BlockOrder, CyclesRepeat) {
  EXPECT_EQ(block_order(5, 3), block_order(5, 3 + cycle_rounds(5)));
  EXPECT_NE(block_order(5, 0), block_order(5, 1));
}

// Rounds whose speed drifts by half, with independent noise of `sd` on every block.
struct Rounds {
  Times base;
  Times arm;
};
Rounds rounds_with(double planted, double sd, std::size_t n, std::uint64_t seed) {
  const RandomStream stream(seed, Purpose::kBootstrap);
  Rounds out;
  for (std::size_t r = 0; r < n; ++r) {
    const double drift = 1e-3 * (1 + 0.5 * static_cast<double>(r) / static_cast<double>(n));
    const auto noise = [&](std::uint32_t lane) {
      double sum = 0;  // of 12 uniform numbers: near enough to a normal one
      for (std::uint64_t i = 0; i < 12; ++i) sum += stream.uniform(lane, 12 * r + i);
      return std::exp(sd * (sum - 6));
    };
    out.base.push_back(drift * noise(0));
    out.arm.push_back(planted * drift * noise(1));
  }
  return out;
}

TEST(TimeRatio, FindsAPlantedRatioWhateverTheDrift) {
  const Rounds r = rounds_with(1.7, 0.01, 40, 3);
  const auto ratio = time_ratio({r.arm}, {r.base});
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->rounds, 40u);
  EXPECT_LT(ratio->ci95.low, 1.7);
  EXPECT_GT(ratio->ci95.high, 1.7);
  // sd of a log ratio 0.0141 over sqrt(40), times t: half a percent.
  EXPECT_NEAR(ratio->half_width(), 0.0045, 0.0015);
  EXPECT_LT(ratio->ci999.low, ratio->ci95.low);
}

TEST(TimeRatio, CoversAsOftenAsItSaysAndSeesTwoPercent) {
  int covered = 0;
  int found = 0;
  int outside_999 = 0;
  constexpr int kRepetitions = 400;
  for (int i = 0; i < kRepetitions; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    const Rounds equal = rounds_with(1, 0.02, 20, seed);
    const auto aa = time_ratio({equal.arm}, {equal.base});
    covered += aa->ci95.low <= 1 && 1 <= aa->ci95.high ? 1 : 0;
    outside_999 += aa->ci999.low > 1 || aa->ci999.high < 1 ? 1 : 0;
    const Rounds slower = rounds_with(1.02, 0.02, 60, seed);
    found += time_ratio({slower.arm}, {slower.base})->ci95.low > 1 ? 1 : 0;
  }
  // Binomial(400, 0.95) lies within 4 sd = 17.4 of 380; all but 4 of 400 within 99.9 %.
  EXPECT_NEAR(covered, 380, 18);
  EXPECT_LE(outside_999, 4);
  // An effect of 5.5 standard errors.
  EXPECT_GE(found, 395);
}

TEST(TimeRatio, TakesOnlyRoundsThatHaveBoth) {
  Times base = {1.0, 1.0, std::nullopt, 1.0, 1.0, 1.0, 9.0};
  Times arm = {2.0, 2.0, 50.0, 2.0, 2.0, 2.0, std::nullopt};
  const auto ratio = time_ratio({arm}, {base});
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->rounds, 5u);
  EXPECT_DOUBLE_EQ(ratio->ratio, 2);
  arm[0].reset();
  EXPECT_FALSE(time_ratio({arm}, {base}));
}

TEST(OverheadRatio, IsTheQuotientBeyondTheFloor) {
  const Times floor(8, 1.0);
  const Times rat(8, 1.5);
  const Times at(8, 2.0);
  const auto share = overhead_ratio({rat}, {at}, {floor});
  ASSERT_TRUE(share);
  EXPECT_NEAR(share->ratio, 0.5, 1e-12);
  EXPECT_FALSE(overhead_ratio({rat}, {floor}, {floor})) << "no overhead to take a share of";
}

TEST(OverheadRatio, CoversThePlantedShare) {
  int covered = 0;
  constexpr int kRepetitions = 400;
  for (int i = 0; i < kRepetitions; ++i) {
    const Rounds rat = rounds_with(1.5, 0.02, 30, static_cast<std::uint64_t>(i));
    const Rounds at = rounds_with(2.0, 0.02, 30, static_cast<std::uint64_t>(1000 + i));
    const auto share = overhead_ratio({rat.arm}, {at.arm}, {rat.base});
    covered += share->ci95.low <= 0.5 && 0.5 <= share->ci95.high ? 1 : 0;
  }
  EXPECT_NEAR(covered, 380, 18);
}

TEST(ControlVariate, TakesTheLuckOfTheDrawOutOfRandomAttacks) {
  // A step takes 1 and an attack as long again; shares are those of 60 draws at p = 0.5.
  const RandomStream stream(11, Purpose::kBootstrap);
  int covered = 0;
  double plain_width = 0;
  double width = 0;
  constexpr int kRepetitions = 300;
  for (std::uint64_t i = 0; i < kRepetitions; ++i) {
    Rounds rat = rounds_with(1, 0.005, 20, i);
    std::vector<double> draws;
    for (std::size_t r = 0; r < 20; ++r) {
      int attacked = 0;
      for (std::uint64_t step = 0; step < 60; ++step)
        attacked += stream.uniform(static_cast<std::uint32_t>(i), 60 * r + step) < 0.5 ? 1 : 0;
      const double share = attacked / 60.0;
      *rat.arm[r] *= 1 + share;
      draws.push_back(share - 0.5);
    }
    const auto with = time_ratio({rat.arm, draws}, {rat.base});
    covered += with->ci95.low <= 1.5 && 1.5 <= with->ci95.high ? 1 : 0;
    width += with->half_width() / kRepetitions;
    plain_width += time_ratio({rat.arm}, {rat.base})->half_width() / kRepetitions;
  }
  // Spread 0.043 of the draws against 0.007 of the times.
  EXPECT_LT(width, plain_width / 4);
  EXPECT_GE(covered, 285 - 15) << "95 % of 300 less 4 sd";
}

// Steps of a large model are long, so that a block has two, of batches that are unequally long; PGD
// adds three times a step. The logarithm of a share of 0, 1/2 or 1 is far from linear.
TEST(ControlVariate, IsExactForBlocksOfTwoSteps) {
  const RandomStream stream(12, Purpose::kBootstrap);
  constexpr int kRepetitions = 300;
  constexpr std::size_t kRounds = 60;
  int covered = 0;
  int covered_overhead = 0;
  std::vector<double> found;
  for (std::uint64_t i = 0; i < kRepetitions; ++i) {
    Rounds rat = rounds_with(1, 0.005, kRounds, i);
    Rounds at = rounds_with(4, 0.005, kRounds, 1000 + i);
    std::vector<double> draws;
    for (std::size_t r = 0; r < kRounds; ++r) {
      const auto uniform = [&](std::uint64_t n) {
        return stream.uniform(static_cast<std::uint32_t>(i), 4 * r + n);
      };
      const double first = 0.4 + 0.2 * uniform(0);  // its part of the block
      const bool attacks[] = {uniform(1) < 0.5, uniform(2) < 0.5};
      *rat.arm[r] *= 1 + 3 * ((attacks[0] ? first : 0) + (attacks[1] ? 1 - first : 0));
      *at.arm[r] *= *rat.base[r] / *at.base[r];
      draws.push_back((attacks[0] ? 0.5 : 0) + (attacks[1] ? 0.5 : 0) - 0.5);
    }
    const auto ratio = time_ratio({rat.arm, draws}, {rat.base});
    covered += ratio->ci95.low <= 2.5 && 2.5 <= ratio->ci95.high ? 1 : 0;
    found.push_back(ratio->ratio);
    const auto share = overhead_ratio({rat.arm, draws}, {at.arm}, {rat.base});
    covered_overhead += share->ci95.low <= 0.5 && 0.5 <= share->ci95.high ? 1 : 0;
  }
  // A standard error of 2.5 % or so over sqrt(60 x 300).
  EXPECT_NEAR(stats::mean(found), 2.5, 0.005);
  EXPECT_NEAR(covered, 285, 16);
  EXPECT_NEAR(covered_overhead, 285, 16);
}

// Both arms attack at random, one seldom and one often, and a block has two steps: neither alone
// tells the luck of the quotient.
TEST(ControlVariate, TwoRandomArmsAreEachCorrectedForTheirOwnLuck) {
  const RandomStream stream(13, Purpose::kBootstrap);
  constexpr int kRepetitions = 300;
  constexpr std::size_t kRounds = 60;
  int covered = 0;
  std::vector<double> found;
  for (std::uint64_t i = 0; i < kRepetitions; ++i) {
    const Rounds speed = rounds_with(1, 0.005, kRounds, i);
    Times seldom = speed.arm, often = speed.arm;
    std::vector<double> seldom_draws, often_draws;
    for (std::size_t r = 0; r < kRounds; ++r) {
      double attacks = 0, more_attacks = 0;
      for (std::uint64_t step = 0; step < 2; ++step) {
        const double uniform = stream.uniform(static_cast<std::uint32_t>(i), 2 * r + step);
        attacks += uniform < 0.3 ? 0.5 : 0;
        more_attacks += uniform < 0.5 ? 0.5 : 0;
      }
      *seldom[r] *= 1 + 3 * attacks;
      *often[r] *= 1 + 3 * more_attacks;
      seldom_draws.push_back(attacks - 0.3);
      often_draws.push_back(more_attacks - 0.5);
    }
    constexpr double kTruth = 1.9 / 2.5;
    const auto ratio = time_ratio({seldom, seldom_draws}, {often, often_draws}, speed.base);
    const auto inverse = time_ratio({often, often_draws}, {seldom, seldom_draws}, speed.base);
    covered += ratio->ci95.low <= kTruth && kTruth <= ratio->ci95.high ? 1 : 0;
    found.push_back(ratio->ratio / kTruth);
    EXPECT_NEAR(ratio->ratio * inverse->ratio, 1, 1e-12);
    EXPECT_NEAR(ratio->ci95.low * inverse->ci95.high, 1, 1e-12);
    const auto over_clean = time_ratio({seldom, seldom_draws}, {speed.base});
    const auto other_over_clean = time_ratio({often, often_draws}, {speed.base});
    EXPECT_NEAR(over_clean->ratio / other_over_clean->ratio, ratio->ratio, 1e-12);
    EXPECT_TRUE(time_ratio({seldom, seldom_draws}, {often, often_draws}))
        << "without an arm that attacks always or never";
  }
  EXPECT_NEAR(stats::mean(found), 1, 0.002);
  EXPECT_NEAR(covered, 285, 16);
}

protocol::CostTimes times_of(double wall_s, double cpu_s) {
  protocol::CostTimes times;
  times.wall_s = wall_s;
  times.cpu_s = cpu_s;
  return times;
}

TEST(Disturbances, NameWhatTheMachineTold) {
  const Conditions quiet;
  EXPECT_TRUE(disturbances(times_of(0.05, 0.0499), true, 1, quiet).empty());
  EXPECT_EQ(disturbances(times_of(0.05, 0.03), true, 1, quiet).size(), 1u);
  EXPECT_TRUE(disturbances(times_of(0.05, 0.03), false, 1, quiet).empty())
      << "the GPU computes meanwhile";
  EXPECT_TRUE(disturbances(times_of(0.05, 0.03), true, 2, quiet).empty())
      << "one thread waits for the other";
  protocol::CostTimes waited = times_of(0.05, 0.03);
  waited.waited_s = 0.001;
  EXPECT_TRUE(disturbances(waited, true, 2, quiet).empty());
  waited.waited_s = 0.01;
  EXPECT_EQ(disturbances(waited, true, 2, quiet).size(), 1u) << "one of them had no core";
  EXPECT_EQ(disturbances(times_of(0, 0), true, 1, quiet).size(), 1u) << "a clock that stands still";
  Conditions bad;
  bad.steal_share = 0.1;
  bad.throttled = 1;
  bad.other_workers = 1;
  bad.device_processes = 1;
  EXPECT_EQ(disturbances(times_of(0.05, 0.05), true, 1, bad).size(), 4u);
}

TEST(Disturbances, AClockThatJumpsIsNoMeasurement) {
  protocol::CostTimes times = times_of(0.05, 0.05);
  times.clock_skew_s = 0.00015;  // slewing and the time to read three clocks
  EXPECT_TRUE(disturbances(times, true, 1, {}).empty());
  times.clock_skew_s = 0.001;
  ASSERT_EQ(disturbances(times, true, 1, {}).size(), 1u);
  EXPECT_NE(disturbances(times, true, 1, {}).front().find("clocks disagree"), std::string::npos);
}

// Mean logs 0 and log 2, variance of each mean 0.02 / 3; Welch's degrees of freedom are 4, since
// spread and number are equal: t_{4, 0.975} = 2.776.
TEST(IndependentRatio, IsWelchOfTheLogarithms) {
  const Times before = {std::exp(-0.1), 1.0, std::exp(0.1)};
  const Times now = {2 * std::exp(-0.1), 2.0, 2 * std::exp(0.1)};
  const auto ratio = independent_ratio(now, before);
  ASSERT_TRUE(ratio);
  EXPECT_NEAR(ratio->ratio, 2, 1e-12);
  const double half = 2.7764451 * std::sqrt(2 * 0.01 / 3);
  EXPECT_NEAR(std::log(ratio->ci95.high / 2), half, 1e-6);
  EXPECT_NEAR(std::log(ratio->ci95.low / 2), -half, 1e-6);
  EXPECT_FALSE(independent_ratio(Times{1.0}, before));
  EXPECT_FALSE(independent_ratio(Times{1.0, 1.0}, Times{2.0, 2.0})) << "no spread, no interval";
}

}  // namespace
}  // namespace ratbench::cost
