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

std::map<std::int32_t, int> counts_of(const std::vector<std::int64_t>& rows,
                                      const std::vector<std::int32_t>& labels) {
  std::map<std::int32_t, int> counts;
  for (const auto row : rows) ++counts[labels[static_cast<std::size_t>(row)]];
  return counts;
}

void expect_partition(const RowSplit& split, std::size_t rows) {
  std::vector<std::int64_t> all;
  for (const auto* part : {&split.train, &split.val, &split.test}) {
    EXPECT_TRUE(std::is_sorted(part->begin(), part->end()));
    all.insert(all.end(), part->begin(), part->end());
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), rows);
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<std::int64_t>(i));
}

TEST(StratifiedSplit, HoldsOutTheSameShareOfEveryClassTwice) {
  const auto labels = uneven_labels();
  const RowSplit split = stratified_split(labels, 0.2, 1);
  for (const auto* part : {&split.test, &split.val}) {
    auto held = counts_of(*part, labels);
    EXPECT_EQ(held[0], 20);
    EXPECT_EQ(held[1], 7);
    EXPECT_EQ(held[2], 1);
    EXPECT_EQ(held[3], 0);
  }
}

TEST(StratifiedSplit, GivesEveryRowToOnePart) {
  const auto labels = uneven_labels();
  expect_partition(stratified_split(labels, 0.35, 5), labels.size());
}

TEST(StratifiedSplit, KeepsARowOfEveryClassForTraining) {
  const std::vector<std::int32_t> labels = {0, 0, 0, 1, 2, 2};
  const auto kept = counts_of(stratified_split(labels, 0.49, 1).train, labels);
  EXPECT_EQ(kept.size(), 3U);
}

TEST(StratifiedSplit, DependsOnTheSeed) {
  const auto labels = uneven_labels();
  EXPECT_EQ(stratified_split(labels, 0.2, 1).test, stratified_split(labels, 0.2, 1).test);
  EXPECT_NE(stratified_split(labels, 0.2, 1).test, stratified_split(labels, 0.2, 2).test);
}

TEST(FoldSplit, TestsEveryRowInOneFoldAndValidatesItInTheFoldBefore) {
  const auto labels = uneven_labels();
  std::vector<int> tested(labels.size(), 0);
  const RowSplit first = fold_split(labels, 4, 0, 9);
  for (int fold = 0; fold < 4; ++fold) {
    const RowSplit split = fold_split(labels, 4, fold, 9);
    expect_partition(split, labels.size());
    for (const auto row : split.test) ++tested[static_cast<std::size_t>(row)];
    EXPECT_EQ(split.val, fold_split(labels, 4, (fold + 1) % 4, 9).test);
  }
  EXPECT_EQ(tested, std::vector<int>(labels.size(), 1));
}

TEST(Thinned, IsNestedSeededAndLeavesOtherClassesAlone) {
  const auto labels = uneven_labels();
  std::vector<std::int64_t> more(labels.size());
  for (std::size_t i = 0; i < more.size(); ++i) more[i] = static_cast<std::int64_t>(i);
  for (const std::int64_t most : {37, 30, 9, 1}) {
    const std::vector<std::int64_t> limits = {-1, most, -1, -1};
    const auto fewer = thinned(labels, limits, 4);
    EXPECT_TRUE(std::includes(more.begin(), more.end(), fewer.begin(), fewer.end()));
    auto counts = counts_of(fewer, labels);
    EXPECT_EQ(counts[0], 100);
    EXPECT_EQ(counts[1], most);
    EXPECT_EQ(counts[2], 3);
    more = fewer;
  }
  const std::vector<std::int64_t> limits = {10, 10, 1, 1};
  EXPECT_NE(thinned(labels, limits, 4), thinned(labels, limits, 5));
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
