// The decision table of design.md, Holm's levels, and p values that invert the interval.
#include "harness/claims/decision.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "src/base/random.hpp"

namespace ratbench::claims {
namespace {

// With so many degrees of freedom the 95 % interval is estimate -+ 1.96 se.
Measured at(double estimate, double se = 0.01) { return {estimate, se, 1e6}; }

Outcome above(double bound, std::vector<Measured> steps) {
  return decide({Shape::kAbove, bound}, steps, 0.05);
}
Outcome within(double bound, double estimate, double se = 0.01) {
  return decide({Shape::kWithin, bound}, std::vector{at(estimate, se)}, 0.05);
}

TEST(Decision, NeedsTheWholeIntervalOnOneSideOfTheBound) {
  EXPECT_EQ(above(0, {at(0.020)}), Outcome::kSupported);
  EXPECT_EQ(above(0, {at(0.019)}), Outcome::kUndecided);
  EXPECT_EQ(above(0, {at(-0.019)}), Outcome::kUndecided);
  EXPECT_EQ(above(0, {at(-0.020)}), Outcome::kRefuted);
  EXPECT_EQ(above(0.02, {at(0.030)}), Outcome::kUndecided);
  EXPECT_EQ(above(0.02, {at(0.040)}), Outcome::kSupported);
  // Non-inferiority with a margin of one point.
  EXPECT_EQ(above(-0.01, {at(0.010)}), Outcome::kSupported);
  EXPECT_EQ(above(-0.01, {at(0.009)}), Outcome::kUndecided);
  EXPECT_EQ(above(-0.01, {at(-0.030)}), Outcome::kRefuted);
}

TEST(Decision, OfSeveralStepsNeedsAllAndFallsWithOne) {
  EXPECT_EQ(above(0, {at(0.05), at(0.03)}), Outcome::kSupported);
  EXPECT_EQ(above(0, {at(0.05), at(0.01)}), Outcome::kUndecided);
  EXPECT_EQ(above(0, {at(0.05), at(-0.03)}), Outcome::kRefuted);
}

TEST(Decision, EquivalenceUsesTheNarrowIntervalInsideAndTheWideOneOutside) {
  // 1.645 and 1.96 standard errors.
  EXPECT_EQ(within(0.017, 0), Outcome::kSupported);
  EXPECT_EQ(within(0.016, 0), Outcome::kUndecided);
  EXPECT_EQ(within(0.01, 0.029), Outcome::kUndecided);
  EXPECT_EQ(within(0.01, 0.030), Outcome::kRefuted);
  EXPECT_EQ(within(0.01, -0.030), Outcome::kRefuted);
}

// What a reader sees in the one interval that is shown is the outcome.
TEST(Decision, ShowsInTheDecidingInterval) {
  const Criterion criterion{Shape::kWithin, 0.02};
  for (int k = -60; k <= 60; ++k) {
    const Measured measured = at(0.001 * k + 0.0003, 0.01);
    const stats::Interval ci =
        interval(measured, deciding_error(criterion, std::vector{measured}, 0, 0.05));
    const Outcome seen = ci.low > -0.02 && ci.high < 0.02   ? Outcome::kSupported
                         : ci.low > 0.02 || ci.high < -0.02 ? Outcome::kRefuted
                                                            : Outcome::kUndecided;
    EXPECT_EQ(decide(criterion, std::vector{measured}, 0.05), seen) << measured.estimate;
  }
  EXPECT_EQ(deciding_error({Shape::kAbove, 0.02}, std::vector{at(0, 0.01)}, 0, 0.05), 0.05);
}

// Each of many steps could lie below by chance, so that one counts only in a wider interval.
TEST(Decision, ManyStepsAreRefutedTogetherAtAlpha) {
  const Criterion rises{Shape::kAbove, 0};
  const Measured low{-0.021, 0.01, 1e6};  // 2.1 standard errors: beyond 1.96, within 2.13
  const Measured high{0.05, 0.01, 1e6};
  EXPECT_EQ(decide(rises, std::vector{low}, 0.05), Outcome::kRefuted);
  EXPECT_EQ(decide(rises, std::vector{low, high}, 0.05), Outcome::kRefuted);
  const std::vector<Measured> three = {high, low, high};
  EXPECT_EQ(decide(rises, three, 0.05), Outcome::kUndecided);
  EXPECT_NEAR(refuting_error(3, 0.05), 0.1 / 3, 1e-15);
  const std::vector<Measured> lower = {high, {-0.022, 0.01, 1e6}, {0.02, 0.03, 1e6}};
  EXPECT_EQ(decide(rises, lower, 0.05), Outcome::kRefuted);
  EXPECT_EQ(weakest_step(rises, lower, 0.05), 1U);
  EXPECT_NEAR(deciding_error(rises, lower, 1, 0.05), 0.1 / 3, 1e-15);
  // Undecided, the step with the smallest lower end is shown.
  EXPECT_EQ(weakest_step(rises, std::vector<Measured>{high, low, {0.02, 0.03, 1e6}}, 0.05), 1U);
  // Alike steps with no true difference: any of five below by chance, at most alpha.
  const RandomStream stream(3, Purpose::kBootstrap);
  int refuted = 0;
  constexpr int kTrials = 20'000;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<Measured> steps;
    for (int k = 0; k < 5; ++k)
      steps.push_back(
          {0.01 * stream.normal(0, static_cast<std::uint64_t>(5 * trial + k)), 0.01, 1e6});
    refuted += decide(rises, steps, 0.05) == Outcome::kRefuted;
  }
  EXPECT_LT(refuted, 0.055 * kTrials);
  EXPECT_GT(refuted, 0.04 * kTrials);
}

TEST(Decision, PIsTheErrorAtWhichTheVerdictAppears) {
  const std::vector<std::pair<Criterion, std::vector<Measured>>> cases = {
      {{Shape::kAbove, 0}, {{0.05, 0.03, 12}}},
      {{Shape::kAbove, 0.01}, {{-0.05, 0.03, 7}}},
      {{Shape::kAbove, 0}, {{0.05, 0.03, 12}, {0.04, 0.01, 20}}},
      {{Shape::kAbove, 0}, {{0.05, 0.03, 12}, {-0.04, 0.02, 20}}},
      {{Shape::kWithin, 0.05}, {{0.01, 0.02, 9}}},
      {{Shape::kWithin, 0.01}, {{-0.06, 0.03, 9}}}};
  for (const auto& [criterion, steps] : cases) {
    const double p = p_value(criterion, steps);
    ASSERT_GT(p, 0);
    ASSERT_LT(p, 0.45);
    EXPECT_NE(decide(criterion, steps, p * 1.001), Outcome::kUndecided);
    EXPECT_EQ(decide(criterion, steps, p * 0.999), Outcome::kUndecided);
  }
}

TEST(Decision, HolmLevelsSayTheSameAsHolm) {
  const std::vector<double> p = {0.011, 0.04, 0.001, 0.03};
  const auto levels = holm_levels(p, 0.05);
  EXPECT_DOUBLE_EQ(levels[2].p_adjusted, 0.004);
  EXPECT_DOUBLE_EQ(levels[0].p_adjusted, 0.033);
  EXPECT_DOUBLE_EQ(levels[3].p_adjusted, 0.06);
  EXPECT_DOUBLE_EQ(levels[1].p_adjusted, 0.06);
  EXPECT_DOUBLE_EQ(levels[2].alpha, 0.05 / 4);
  EXPECT_DOUBLE_EQ(levels[0].alpha, 0.05 / 3);
  // The third fails at 0.025; the fourth would pass at 0.05 but Holm has stopped.
  EXPECT_DOUBLE_EQ(levels[3].alpha, 0.025);
  EXPECT_DOUBLE_EQ(levels[1].alpha, 0.025);
  for (std::size_t i = 0; i < p.size(); ++i)
    EXPECT_EQ(p[i] <= levels[i].alpha, levels[i].p_adjusted <= 0.05);
}

TEST(Decision, HolmTreatsEqualClaimsAlike) {
  const std::vector<double> p = {0.02, 0.001, 0.001};
  const auto levels = holm_levels(p, 0.05);
  EXPECT_DOUBLE_EQ(levels[1].alpha, 0.05 / 3);
  EXPECT_DOUBLE_EQ(levels[2].alpha, 0.05 / 3);
  EXPECT_DOUBLE_EQ(levels[1].p_adjusted, levels[2].p_adjusted);
  EXPECT_DOUBLE_EQ(levels[0].alpha, 0.05);
}

TEST(Decision, DetectableEffectIsFoundWithItsPower) {
  // Normal limit: (1.960 + 0.842) standard errors.
  EXPECT_NEAR(minimum_detectable_effect(Shape::kAbove, std::vector{at(0)}, 0.05), 0.02802, 1e-5);
}

TEST(Decision, SlackIsTheDistanceToAnotherOutcome) {
  const auto slack_of = [](double estimate) {
    return slack({Shape::kAbove, 0}, std::vector{at(estimate)}, 0.05);
  };
  EXPECT_NEAR(slack_of(0.03), 0.0104, 1e-4);
  EXPECT_NEAR(slack_of(-0.03), 0.0104, 1e-4);
  EXPECT_NEAR(slack_of(0.01), 0.0096, 1e-4);
}

}  // namespace
}  // namespace ratbench::claims
