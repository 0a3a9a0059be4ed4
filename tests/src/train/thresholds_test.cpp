#include "src/train/thresholds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "src/train/order.hpp"

namespace ratbench::train {
namespace {

double threshold(std::vector<double> probabilities, std::vector<std::int32_t> truth) {
  return best_threshold(probabilities, truth);
}

TEST(Thresholds, SeparateWhatCanBeSeparatedAndStayAtOneHalfWhereItServes) {
  EXPECT_DOUBLE_EQ(threshold({0.9, 0.8, 0.2, 0.1}, {1, 1, 0, 0}), 0.5);
  EXPECT_DOUBLE_EQ(threshold({0.4, 0.3, 0.2, 0.1}, {1, 1, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(threshold({0.9, 0.8, 0.7, 0.6}, {1, 1, 0, 0}), 0.75);
}

TEST(Thresholds, WithoutAPositiveRowAreOneHalf) {
  EXPECT_DOUBLE_EQ(threshold({0.9, 0.1}, {0, 0}), 0.5);
  EXPECT_DOUBLE_EQ(threshold({}, {}), 0.5);
}

TEST(Thresholds, NeverPartEqualProbabilities) {
  // Taking both rows at 0.3: F1 = 2/3; the cut between them does not exist.
  EXPECT_DOUBLE_EQ(threshold({0.3, 0.3, 0.1}, {1, 0, 0}), 0.2);
}

TEST(Thresholds, OfEquallyGoodOnesTheNearestToOneHalfIsTaken) {
  // Cuts after one row (F1 2/3) and after four (F1 2*2/(4+2) = 2/3) tie.
  EXPECT_DOUBLE_EQ(threshold({0.95, 0.6, 0.5, 0.4, 0.1}, {1, 0, 0, 1, 0}), 0.25);
}

TEST(Buckets, KeepEveryRowAndTheLastShortBatchLast) {
  std::vector<std::int64_t> order;
  std::vector<std::int64_t> lengths;
  for (std::int64_t i = 0; i < 37; ++i) {
    order.push_back(i * 7 % 37);
    lengths.push_back(order.back() % 5 + 1);
  }
  const auto rows = bucketed(order, lengths, 8, 3, 1);
  EXPECT_EQ(rows, bucketed(order, lengths, 8, 3, 1));
  EXPECT_NE(rows, bucketed(order, lengths, 8, 3, 2));
  std::vector<std::int64_t> sorted = rows;
  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < 37; ++i) EXPECT_EQ(sorted[static_cast<std::size_t>(i)], i);
  for (std::size_t i = 32; i < 37; ++i) EXPECT_EQ(rows[i] % 5, 0) << "the shortest";
  for (std::size_t batch = 0; batch < 4; ++batch) {
    const auto [low, high] =
        std::minmax_element(rows.begin() + static_cast<std::ptrdiff_t>(8 * batch),
                            rows.begin() + static_cast<std::ptrdiff_t>(8 * batch + 8),
                            [](std::int64_t a, std::int64_t b) { return a % 5 < b % 5; });
    EXPECT_LE(*high % 5 - *low % 5, 1);
  }
}

}  // namespace
}  // namespace ratbench::train
