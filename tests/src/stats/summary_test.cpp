#include "src/stats/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ratbench::stats {
namespace {

TEST(Summary, SpreadOfOneValueIsUnavailableNotZero) {
  const Summary one = summarise(std::vector<double>{0.7});
  EXPECT_EQ(one.n, 1u);
  EXPECT_DOUBLE_EQ(*one.mean, 0.7);
  EXPECT_FALSE(one.sd);
  EXPECT_FALSE(one.t95);
}

TEST(Summary, NothingIsKnownOfNoValues) {
  const Summary none = summarise({});
  EXPECT_EQ(none.n, 0u);
  EXPECT_FALSE(none.mean);
  EXPECT_FALSE(none.sd);
  EXPECT_FALSE(none.median);
  EXPECT_FALSE(none.iqm);
}

// Closed form: values 1..5 have variance 2.5, and t_{4, 0.975} = 2.7764451051977987 (the fixtures'
// quantile, five seeds). The divisor n would give sd 1.414, so only n - 1 passes.
TEST(Summary, IntervalUsesTheSampleDeviationAndStudentsQuantile) {
  const Summary five = summarise(std::vector<double>{5, 1, 4, 2, 3});
  EXPECT_DOUBLE_EQ(*five.mean, 3);
  EXPECT_DOUBLE_EQ(*five.sd, std::sqrt(2.5));
  const double half = 2.7764451051977987 * std::sqrt(2.5 / 5);
  EXPECT_NEAR(five.t95->low, 3 - half, 1e-12);
  EXPECT_NEAR(five.t95->high, 3 + half, 1e-12);
}

TEST(Summary, MedianAveragesTheTwoMiddleValues) {
  EXPECT_DOUBLE_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{9, 1, 3}), 3);
}

// Eight values: floor(8 / 4) = 2 dropped at each end, so the outlier does not count.
TEST(Summary, InterquartileMeanDropsAQuarterAtEitherEnd) {
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{100, 1, 2, 3, 4, 5, 6, 0}), 3.5);
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{1, 2, 9}), 4);
}

TEST(Summary, IntervalsAreCutToARange) {
  EXPECT_EQ(clipped({-3e11, 3e11}, {0, 1}), (Interval{0, 1}));
  EXPECT_EQ(clipped({0.2, 1.4}, {0, 1}), (Interval{0.2, 1}));
  EXPECT_EQ(clipped({1.2, 1.4}, {0, 1}), (Interval{1, 1}));
}

TEST(Summary, PercentileInterpolatesBetweenOrderStatistics) {
  EXPECT_DOUBLE_EQ(percentile(std::vector<double>{30, 10, 20}, 0.25), 15);
  EXPECT_DOUBLE_EQ(percentile(std::vector<double>{30, 10, 20}, 1), 30);
}

}  // namespace
}  // namespace ratbench::stats
