#include <gtest/gtest.h>

#include <cmath>

#include "harness/cli/store_comparison.hpp"
#include "src/base/random.hpp"

namespace ratbench::cli {
namespace {

using claims::Outcome;

SeedScores scores(const std::vector<double>& values, std::uint64_t first = 0) {
  SeedScores out;
  for (std::size_t i = 0; i < values.size(); ++i) out[first + i] = values[i];
  return out;
}

// Differences 0.01, 0.03, 0.02: mean 0.02, sd 0.01, se 0.01 / sqrt(3); t(2) quantiles at 0.95 and
// 0.975 are 2.919986 and 4.302653 (printed tables).
TEST(Equivalence, PairedIntervalsAreThoseOfStudentsT) {
  const auto found = test_equivalence(scores({0.5, 0.6, 0.7}), scores({0.51, 0.63, 0.72}), 0.1);
  EXPECT_TRUE(found.paired);
  ASSERT_TRUE(found.narrow && found.wide && found.estimate);
  const double se = 0.01 / std::sqrt(3.0);
  EXPECT_NEAR(*found.estimate, 0.02, 1e-12);
  EXPECT_NEAR(found.narrow->low, 0.02 - 2.919986 * se, 1e-7);
  EXPECT_NEAR(found.wide->high, 0.02 + 4.302653 * se, 1e-7);
  EXPECT_EQ(found.outcome, Outcome::kSupported);
}

// Welch by hand: variances 1e-4 and 4e-4 over 3 and 2 values; se^2 = 1e-4 / 3 + 2e-4,
// df = se^4 / ((1e-4 / 3)^2 / 2 + (2e-4)^2 / 1) = 1.3423...
TEST(Equivalence, OtherSeedsAreComparedByWelchsTest) {
  const auto found = test_equivalence(scores({0.49, 0.50, 0.51}),
                                      scores({0.6, 0.6 + 0.04 / std::sqrt(2)}, 7), 0.01);
  EXPECT_FALSE(found.paired);
  ASSERT_TRUE(found.wide && found.narrow);
  const double part_a = 1e-4 / 3;
  const double part_b = 4e-4 / 2;
  const double half = (found.wide->high - found.wide->low) / 2;
  const double narrow = (found.narrow->high - found.narrow->low) / 2;
  // t quantiles with df of 1.34 lie between those of one and two degrees of freedom.
  const double se = std::sqrt(part_a + part_b);
  EXPECT_GT(half / se, 4.302653);
  EXPECT_LT(half / se, 12.7062);
  EXPECT_GT(narrow / se, 2.919986);
  EXPECT_LT(narrow / se, 6.313752);
}

TEST(Equivalence, DecidesByTheMargin) {
  const SeedScores a = scores({0.80, 0.82, 0.81, 0.79});
  const SeedScores b = scores({0.85, 0.86, 0.86, 0.84});
  EXPECT_EQ(test_equivalence(a, b, 0.1).outcome, Outcome::kSupported);
  EXPECT_EQ(test_equivalence(a, b, 0.01).outcome, Outcome::kRefuted);
  const auto between = test_equivalence(a, b, 0.05);
  EXPECT_EQ(between.outcome, Outcome::kUndecided);
  EXPECT_FALSE(between.reason.empty());
  EXPECT_DOUBLE_EQ(*test_equivalence(a, b, 0.1).estimate, -*test_equivalence(b, a, 0.1).estimate);
}

TEST(Equivalence, WithoutSpreadOnlyEqualScoresAreEquivalent) {
  const SeedScores a = scores({0.8, 0.9});
  EXPECT_EQ(test_equivalence(a, a, 1e-6).outcome, Outcome::kSupported);
  const auto shifted = test_equivalence(a, scores({0.85, 0.95}), 0.5);
  EXPECT_EQ(shifted.outcome, Outcome::kUndecided);
  EXPECT_NE(shifted.reason.find("zero variance"), std::string::npos);
  const auto constant = test_equivalence(scores({0.8, 0.8}), scores({0.8, 0.8}, 5), 0.5);
  EXPECT_EQ(constant.outcome, Outcome::kUndecided);
}

TEST(Equivalence, OneSeedOrNoneIsUndecidedAndNeverANumberThatIsNone) {
  const auto one = test_equivalence(scores({0.8}), scores({0.8}), 0.5);
  EXPECT_EQ(one.outcome, Outcome::kUndecided);
  EXPECT_DOUBLE_EQ(*one.estimate, 0);
  EXPECT_FALSE(one.narrow.has_value());
  EXPECT_FALSE(test_equivalence({}, scores({0.8, 0.9}), 0.5).estimate.has_value());
}

// At the margin itself the test says "equivalent" in at most 5 % of samples, up to the noise of
// 2,000 of them (three standard errors: 1.5 points).
TEST(Equivalence, FalseEquivalenceAtTheMarginStaysBelowAlpha) {
  for (const bool paired : {true, false}) {
    const RandomStream random(paired ? 7 : 8, Purpose::kBootstrap);
    int equivalent = 0;
    for (std::uint32_t sample = 0; sample < 2000; ++sample) {
      SeedScores a, b;
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        a[seed] = 0.8 + 0.02 * random.normal(sample, 2 * seed);
        b[seed + (paired ? 0 : 100)] = 0.83 + 0.02 * random.normal(sample, 2 * seed + 1);
      }
      equivalent += test_equivalence(a, b, 0.03).outcome == Outcome::kSupported ? 1 : 0;
    }
    EXPECT_LE(equivalent, 130) << (paired ? "paired" : "unpaired");
  }
}

}  // namespace
}  // namespace ratbench::cli
