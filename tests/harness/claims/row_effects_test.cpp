#include "harness/claims/row_effects.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ratbench::claims
