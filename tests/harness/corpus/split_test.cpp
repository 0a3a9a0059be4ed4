#include "harness/corpus/split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace ratbench::corpus {
namespace {

// 100 of class 0, 37 of class 1, 3 of class 2, 1 of class 3, interleaved.
std::vector<std::int32_t> uneven_labels() {
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 100; ++i) {
    labels.push_back(0);
    if (i < 37) labels.push_back(1);
    if (i < 3) labels.push_back(2);
  }
  labels.push_back(3);
  return labels;
}

TEST(StratifiedSplit, HoldsOutTheSameShareOfEveryClass) {
  const auto labels = uneven_labels();
  const RowSplit split = stratified_split(labels, 0.2, 1);
  std::map<std::int32_t, int> held;
  for (const auto row : split.held_out) ++held[labels[static_cast<std::size_t>(row)]];
  EXPECT_EQ(held[0], 20);
  EXPECT_EQ(held[1], 7);
  EXPECT_EQ(held[2], 1);
  EXPECT_EQ(held[3], 0);
}

TEST(StratifiedSplit, GivesEveryRowToOnePart) {
  const auto labels = uneven_labels();
  const RowSplit split = stratified_split(labels, 0.35, 5);
  std::vector<std::int64_t> all = split.kept;
  all.insert(all.end(), split.held_out.begin(), split.held_out.end());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<std::int64_t>(i));
  EXPECT_EQ(all.size(), labels.size());
  EXPECT_TRUE(std::is_sorted(split.kept.begin(), split.kept.end()));
}

TEST(StratifiedSplit, KeepsARowOfEveryClass) {
  const std::vector<std::int32_t> labels = {0, 0, 1};
  EXPECT_EQ(stratified_split(labels, 0.99, 1).kept.size(), 2U);
}

TEST(StratifiedSplit, DependsOnTheSeed) {
  const auto labels = uneven_labels();
  EXPECT_EQ(stratified_split(labels, 0.2, 1).held_out, stratified_split(labels, 0.2, 1).held_out);
  EXPECT_NE(stratified_split(labels, 0.2, 1).held_out, stratified_split(labels, 0.2, 2).held_out);
}

TEST(StratifiedFolds, AreEvenInEveryClassAndInAll) {
  const auto labels = uneven_labels();
  const std::vector<int> folds = stratified_folds(labels, 5, 3);
  std::map<std::int32_t, std::vector<int>> of_class;
  std::vector<int> total(5, 0);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    auto& counts = of_class.try_emplace(labels[row], 5, 0).first->second;
    ++counts[static_cast<std::size_t>(folds[row])];
    ++total[static_cast<std::size_t>(folds[row])];
  }
  for (const auto& [label, counts] : of_class)
    EXPECT_LE(*std::max_element(counts.begin(), counts.end()),
              *std::min_element(counts.begin(), counts.end()) + 1)
        << label;
  EXPECT_LE(*std::max_element(total.begin(), total.end()),
            *std::min_element(total.begin(), total.end()) + 1);
}

}  // namespace
}  // namespace ratbench::corpus
