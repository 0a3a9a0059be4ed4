#include "src/train/thresholds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "src/train/order.hpp"

namespace ratbench::train {
namespace {

double threshold(std::vector<double> probabilities, std::vector<std::int32_t> truth) {
  return best_threshold({std::move(probabilities), std::move(truth)});
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

// TP, FP and FN of thresholds on labels.
double micro_f1(const std::vector<LabelColumn>& labels, const std::vector<double>& thresholds) {
  double hits = 0;
  double yes = 0;
  double positives = 0;
  for (std::size_t label = 0; label < labels.size(); ++label)
    for (std::size_t row = 0; row < labels[label].truth.size(); ++row) {
      const bool taken = labels[label].probabilities[row] >= thresholds[label];
      yes += taken;
      positives += labels[label].truth[row];
      hits += taken && labels[label].truth[row] == 1;
    }
  return 2 * hits / (yes + positives);
}

// Labels of which some are hardly told apart, with coarse probabilities so that some are equal.
std::vector<LabelColumn> drawn_labels(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<LabelColumn> labels(3);
  for (std::size_t label = 0; label < labels.size(); ++label)
    for (int row = 0; row < 9; ++row) {
      const auto truth = static_cast<std::int32_t>(random() % (label + 2) == 0);
      labels[label].truth.push_back(truth);
      labels[label].probabilities.push_back((static_cast<double>(random() % 7) + 2.0 * truth + 1) /
                                            11);
    }
  return labels;
}

TEST(Thresholds, OfMicroF1AreTheBestOfAllThatCanBe) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const std::vector<LabelColumn> labels = drawn_labels(seed);
    // Every cut between the multiples of 1/11 that probabilities take.
    double best = 0;
    for (int a = 0; a <= 10; ++a)
      for (int b = 0; b <= 10; ++b)
        for (int c = 0; c <= 10; ++c)
          best = std::max(best, micro_f1(labels, {(a + 0.5) / 11, (b + 0.5) / 11, (c + 0.5) / 11}));
    EXPECT_DOUBLE_EQ(micro_f1(labels, best_micro_thresholds(labels)), best) << seed;
  }
}

TEST(Thresholds, OfMicroF1LeaveOutALabelThatWouldOnlyCost) {
  // Taking all rows is best for the second label alone (F1 0.4), and lowers the first one's 1.
  const std::vector<LabelColumn> labels = {{{0.9, 0.8, 0.7, 0.2}, {1, 1, 1, 0}},
                                           {{0.6, 0.5, 0.4, 0.3}, {0, 0, 0, 1}}};
  const std::vector<double> thresholds = best_micro_thresholds(labels);
  EXPECT_DOUBLE_EQ(thresholds[0], 0.5);
  EXPECT_GT(thresholds[1], 0.6);
  EXPECT_LT(best_threshold(labels[1]), 0.3);
  EXPECT_EQ(best_micro_thresholds(std::vector<LabelColumn>{{{0.9, 0.1}, {0, 0}}}),
            std::vector<double>{0.5});
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
