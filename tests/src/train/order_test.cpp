#include "src/train/order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace ratbench::train {
namespace {

std::vector<std::int64_t> first_rows(std::int64_t n) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

TEST(EpochOrder, IsAPermutationThatChangesWithSeedAndEpoch) {
  const auto rows = first_rows(500);
  const auto order = epoch_order(rows, 3, 0);
  EXPECT_TRUE(std::is_permutation(order.begin(), order.end(), rows.begin()));
  EXPECT_NE(order, rows);
  EXPECT_NE(order, epoch_order(rows, 3, 1));
  EXPECT_NE(order, epoch_order(rows, 4, 0));
  EXPECT_EQ(order, epoch_order(rows, 3, 0));
}

TEST(EpochOrder, CommonRowsKeepTheirRelativeOrder) {
  const auto fewer = epoch_order(first_rows(300), 3, 2);
  auto more = epoch_order(first_rows(450), 3, 2);
  std::erase_if(more, [](std::int64_t row) { return row >= 300; });
  EXPECT_EQ(fewer, more);
}

TEST(EpochOrder, PutsEveryRowFirstEquallyOften) {
  constexpr int kRows = 4;
  constexpr int kEpochs = 4000;
  std::vector<int> first(kRows, 0);
  for (int epoch = 0; epoch < kEpochs; ++epoch)
    ++first[static_cast<std::size_t>(epoch_order(first_rows(kRows), 8, epoch)[0])];
  // Binomial sd sqrt(4000 * 0.25 * 0.75) = 27; five of them.
  for (const int count : first) EXPECT_NEAR(count, kEpochs / kRows, 137);
}

TEST(AttackDecision, FollowsTheProbabilityAndItsEnds) {
  constexpr int kSteps = 10000;
  int attacked = 0;
  for (int t = 0; t < kSteps; ++t) {
    EXPECT_FALSE(batch_is_attacked(1, t, 0.0));
    EXPECT_TRUE(batch_is_attacked(1, t, 1.0));
    attacked += batch_is_attacked(1, t, 0.3) ? 1 : 0;
    EXPECT_LE(batch_is_attacked(1, t, 0.3), batch_is_attacked(1, t, 0.5));
  }
  // Binomial sd sqrt(10000 * 0.3 * 0.7) = 46; five of them.
  EXPECT_NEAR(attacked, 3000, 230);
}

}  // namespace
}  // namespace ratbench::train
