#include "harness/claims/row_effects.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/claims/judge.hpp"

namespace ratbench::claims {
namespace {

// 30 rows of A, 3 of B; cell 0 has everything right in both seeds, cell 1 errs on rows 0, 1 and 31.
Evidence evidence() {
  std::vector<std::int32_t> labels(30, 0);
  labels.insert(labels.end(), 3, 1);
  std::vector<std::int32_t> wrong = labels;
  for (const std::size_t row : {0U, 1U, 31U}) wrong[row] = 1 - wrong[row];
  Evidence out;
  out.class_names = {"A", "B"};
  out.metric = {stats::MetricKind::kMacroF1, {}};
  out.table = stats::prediction_table(labels, {{labels, labels}, {wrong, wrong}}, 2);
  return out;
}

TEST(RowEffects, NamesTheRowThatMovesTheContrastMost) {
  const stats::Contrast difference{{1, -1}, 0};
  const auto effects = row_effects(evidence(), difference);
  // The rare class B holds the most influential row, so that it is named once.
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].row, 30U);
  EXPECT_EQ(effects[0].class_name, "B");
  EXPECT_EQ(effects[0].class_rows, 3U);
  // Without a row of B that was right: B has 1 of 2 right and 2 false alarms, A 28 of 30 and 1.
  EXPECT_NEAR(effects[0].estimate_without, 1 - (2.0 / 5 + 56.0 / 59) / 2, 1e-12);
}

TEST(RowEffects, OfARareClassStandBesideTheLargest) {
  // Recall of A moves by rows of A alone; B is rare and is named with its effect of nothing.
  Evidence found = evidence();
  found.metric = {stats::MetricKind::kRecall, {0}};
  const auto effects = row_effects(found, {{1, -1}, 0});
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].row, 0U);
  EXPECT_NEAR(effects[0].estimate_without, 1.0 / 29, 1e-12);
  EXPECT_EQ(effects[1].class_name, "B");
  EXPECT_NEAR(effects[1].estimate_without, 2.0 / 30, 1e-12);
}

// Two folds with 40 rows of A and 5 of B each: 10 of B in all, of which each fold's own macro-F1
// sees 5. Both arms have A right; the first has most of B, the second none.
Evidence two_folds() {
  Evidence out;
  out.class_names = {"A", "B"};
  out.metric = {stats::MetricKind::kMacroF1, {}};
  std::vector<std::int32_t> labels(40, 0);
  labels.insert(labels.end(), 5, 1);
  const std::vector<std::int32_t> none(45, 0);
  for (std::size_t fold = 0; fold < 2; ++fold) {
    std::vector<std::int32_t> first = labels, second = labels;
    first[40] = static_cast<std::int32_t>(fold);
    second[41] = 0;
    out.splits.push_back({stats::prediction_table(labels, {{first, second}, {none, none}}, 2),
                          {2 * fold, 2 * fold + 1},
                          400,
                          "fold " + std::to_string(fold)});
  }
  out.test_rows = 90;
  return out;
}

Question difference_over_folds() {
  Question question;
  question.cells = {0, 1, 2, 3};
  question.steps = {{"a - b", {{0.5, -0.5, 0.5, -0.5}, 0}}};
  question.criterion = {Shape::kAbove, 0};
  return question;
}

TEST(RowEffects, OverFoldsNameTheFoldAndWhatTheMeanOverFoldsLoses) {
  const Evidence folds = two_folds();
  const stats::Contrast contrast = difference_over_folds().steps.front().contrast;
  const double all = estimate_of(folds, contrast);
  const auto effects = row_effects(folds, contrast);
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].class_name, "B");
  EXPECT_EQ(effects[0].class_rows, 5U);
  EXPECT_EQ(effects[0].split, "fold 1");
  // By hand: the fold without its row, the other as it is.
  Evidence without = folds;
  auto& table = without.splits[1].table;
  for (std::size_t i = 0; i < table.labels.size(); ++i)
    if (std::find(table.rows[i].begin(), table.rows[i].end(), effects[0].row) !=
        table.rows[i].end())
      table.weights[i] -= 1;
  EXPECT_NEAR(effects[0].estimate_without, estimate_of(without, contrast), 1e-12);
  EXPECT_GT(std::abs(effects[0].estimate_without - all), 0.001);
}

TEST(RareRule, OfFoldsCountsTheRowsOfOneFold) {
  const Assessment assessed = assess(difference_over_folds(), two_folds());
  ASSERT_EQ(assessed.steps.size(), 1U) << assessed.nothing;
  constexpr double kError = 0.5;  // two folds leave one degree of freedom
  ASSERT_EQ(decide(assessed.question.criterion, assessed.steps, kError), Outcome::kSupported);
  const Judged judged = judge(assessed, kError);
  EXPECT_EQ(judged.outcome, Outcome::kUndecided);
  EXPECT_EQ(judged.because, Because::kFewRows);
  ASSERT_EQ(judged.rare_classes.size(), 1U);
  EXPECT_EQ(judged.rare_classes[0].name, "B");
  EXPECT_EQ(judged.rare_classes[0].rows, 5U);
  EXPECT_NE(judged.reason.find("the class B with 5 test rows (in a split)"), std::string::npos)
      << judged.reason;
}

}  // namespace
}  // namespace ratbench::claims
