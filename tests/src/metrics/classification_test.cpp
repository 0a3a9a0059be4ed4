#include "src/metrics/classification.hpp"

#include <gtest/gtest.h>

#include "src/metrics/entities.hpp"

namespace ratbench::metrics {
namespace {

TEST(Classification, TwoMacroFormulasDiffer) {
  // Class 0: P 2/3, R 1, F1 4/5. Class 1: P 1, R 1/2, F1 2/3.
  const auto s = classify(confusion_matrix(std::vector<std::int32_t>{0, 0, 1, 1},
                                           std::vector<std::int32_t>{0, 0, 0, 1}, 2));
  EXPECT_NEAR(s.macro.f1, 11.0 / 15, 1e-15);
  EXPECT_NEAR(s.macro_f1_of_means, 2 * (5.0 / 6) * 0.75 / (5.0 / 6 + 0.75), 1e-15);
}

TEST(Classification, AbsentClassCountsInMacroAndNotInBalancedAccuracy) {
  const std::vector<std::int32_t> labels = {0, 1};
  const auto s = classify(confusion_matrix(labels, labels, 3));
  EXPECT_NEAR(s.macro.f1, 2.0 / 3, 1e-15);
  EXPECT_DOUBLE_EQ(s.macro_f1_present, 1);
  EXPECT_DOUBLE_EQ(s.balanced_accuracy, 1);
}

TEST(Classification, NoRowsGiveTheUndefinedValueEverywhere) {
  const Confusion empty{2, {0, 0, 0, 0}};
  EXPECT_EQ(classify(empty).macro.f1, 0);
  EXPECT_EQ(classify(empty).weighted.f1, 0);
  EXPECT_EQ(classify(empty, 1).accuracy, 1);
  EXPECT_EQ(classify(empty).mcc, 0);
}

TEST(Classification, MacroF1WithoutAllocationIsTheSameNumber) {
  const Confusion c{3, {5, 1, 0, 2, 3, 0, 1, 1, 0}};
  EXPECT_EQ(macro_f1(c.counts, 3), classify(c).macro.f1);
}

TEST(Classification, MinorityRecallIsTheMeanOverTheListedClassesOnly) {
  const Confusion c{3, {4, 0, 0, 1, 3, 0, 0, 1, 1}};
  EXPECT_NEAR(minority_recall(classify(c), std::vector<std::size_t>{1, 2}), (0.75 + 0.5) / 2,
              1e-15);
  EXPECT_EQ(minority_recall(classify(c), {}), 0);
}

TEST(Classification, NamedMetricsCarryClassNames) {
  const Confusion c{2, {3, 1, 0, 2}};
  const std::vector<std::string> names = {"A", "b c"};
  const auto named = named_metrics(classify(c), names);
  ASSERT_EQ(named.size(), 6u + 3u * 2u);
  EXPECT_EQ(named[0].first, "macro_f1");
  EXPECT_EQ(named[7].first, "recall/A");
  EXPECT_DOUBLE_EQ(named[7].second, 0.75);
  EXPECT_EQ(named.back().first, "f1/b c");
}

TEST(ClassificationDeathTest, LabelOutsideTheClassListFailsACheck) {
  const std::vector<std::int32_t> good = {0};
  const std::vector<std::int32_t> negative = {-1};
  EXPECT_DEATH(confusion_matrix(good, negative, 2), "");
  EXPECT_DEATH(confusion_matrix(std::vector<std::int32_t>{2}, good, 2), "");
}

TEST(Entities, SentencesAreKeptApart) {
  // An I-X that opens the second sentence must not continue the first sentence's entity.
  EntityScorer scorer(EntityScheme::kConlleval);
  const std::vector<std::string> first = {"O", "B-X"};
  const std::vector<std::string> second = {"I-X"};
  scorer.add(first, first);
  scorer.add(second, second);
  EXPECT_EQ(scorer.scores().counts.truth, 2);
  EXPECT_EQ(scorer.scores().counts.correct, 2);
}

}  // namespace
}  // namespace ratbench::metrics
