// Metrics of every task against counts made by hand.
#include "src/metrics/task_metrics.hpp"

#include <gtest/gtest.h>

#include <map>

#include "src/base/error.hpp"

namespace ratbench::metrics {
namespace {

using Units = std::vector<std::int32_t>;

std::map<std::string, double> by_name(const NamedValues& values) {
  std::map<std::string, double> out;
  for (const auto& [name, value] : values) EXPECT_TRUE(out.emplace(name, value).second) << name;
  return out;
}

const TaskSetting kNer{"ner", {"O", "B-C", "I-C", "B-D", "I-D"}, "", {}};

// Three sentences of 4, 3 and 1 words.
const std::vector<std::int64_t> kStarts = {0, 4, 7, 8};
const Units kTags = {1, 2, 0, 3, /**/ 0, 3, 4, /**/ 0};
// A type taken for the other; an I-D without its B-D; an entity too many.
const Units kPredictedTags = {1, 2, 0, 1, /**/ 0, 4, 4, /**/ 3};

TEST(TaskMetrics, EntitiesAreRightWithTypeAndBoundsUnderBothReadings) {
  const auto m = by_name(task_metrics(kNer, {kTags, kStarts}, kPredictedTags));
  EXPECT_DOUBLE_EQ(m.at("entity_precision"), 1.0 / 3);  // 3 predicted, 3 true, 1 right
  EXPECT_DOUBLE_EQ(m.at("entity_recall"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("entity_f1"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("entity_precision_conlleval"), 2.0 / 4);
  EXPECT_DOUBLE_EQ(m.at("entity_recall_conlleval"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("entity_f1_conlleval"), 4.0 / 7);
  EXPECT_DOUBLE_EQ(m.at("f1/C"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("precision/C"), 0.5);
  EXPECT_DOUBLE_EQ(m.at("recall/C"), 1);
  EXPECT_DOUBLE_EQ(m.at("f1/D"), 0);
  EXPECT_DOUBLE_EQ(m.at("macro_f1"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("weighted_f1"), 2.0 / 9);
  EXPECT_FALSE(m.contains("accuracy"));
}

TEST(TaskMetrics, EntitiesDoNotReachIntoTheNextSentence) {
  const std::vector<std::int64_t> starts = {0, 1, 2};
  const Units apart = {1, 2};  // B-C | I-C: one strict entity, two as conlleval reads it
  const auto m = by_name(task_metrics(kNer, {apart, starts}, apart));
  EXPECT_DOUBLE_EQ(m.at("entity_f1"), 1);
  const auto sums = RowCounter(kNer).count(Units{2}, Units{2});
  ASSERT_EQ(sums.size(), 1u);
  EXPECT_EQ(sums[0].column, 2u);
  EXPECT_EQ(sums[0].gold, 1);
}

TEST(TaskMetrics, TheTrainSplitOfNerHasNone) {
  EXPECT_TRUE(confusion_metrics(kNer, std::vector<std::int64_t>(25, 1)).empty());
}

const TaskSetting kLabels{"multilabel", {"a", "b", "c"}, "", {}};
const std::vector<std::int64_t> kTexts = {0, 3, 6, 9};
const Units kTrueLabels = {1, 0, 1, /**/ 0, 1, 0, /**/ 1, 0, 0};
const Units kPredictedLabels = {1, 0, 0, /**/ 0, 1, 0, /**/ 1, 1, 0};

TEST(TaskMetrics, LabelsOfTextsTogetherAndOneByOne) {
  const auto m = by_name(task_metrics(kLabels, {kTrueLabels, kTexts}, kPredictedLabels));
  EXPECT_DOUBLE_EQ(m.at("micro_precision"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(m.at("micro_recall"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(m.at("micro_f1"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(m.at("f1/a"), 1);
  EXPECT_DOUBLE_EQ(m.at("f1/b"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("f1/c"), 0);
  EXPECT_DOUBLE_EQ(m.at("macro_f1"), 5.0 / 9);
  EXPECT_DOUBLE_EQ(m.at("weighted_f1"), (2 * 1 + 2.0 / 3) / 4);
  EXPECT_DOUBLE_EQ(m.at("exact_match"), 1.0 / 3);
}

TEST(TaskMetrics, ConfusionOfLabelsGivesTheSameButWholeRows) {
  const auto confusion = unit_confusion(kLabels, kTrueLabels, kPredictedLabels);
  EXPECT_EQ(confusion, (std::vector<std::int64_t>{1, 0, 0, 2, /**/ 1, 1, 0, 1, /**/ 2, 0, 1, 0}));
  auto whole = by_name(task_metrics(kLabels, {kTrueLabels, kTexts}, kPredictedLabels));
  whole.erase("exact_match");
  EXPECT_EQ(by_name(confusion_metrics(kLabels, confusion)), whole);
}

TEST(TaskMetrics, RelationsCountPositiveClassesWhenTheNegativeOneIsNamed) {
  TaskSetting setting{"relation", {"none", "acts", "binds"}, "none", {}};
  const Units truth = {0, 0, 1, 1, 2};
  const Units predicted = {0, 1, 1, 2, 0};
  auto m = by_name(task_metrics(setting, {truth, {}}, predicted));
  EXPECT_DOUBLE_EQ(m.at("micro_precision"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("micro_recall"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("micro_f1"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.at("accuracy"), 2.0 / 5);
  setting.negative_class.clear();
  m = by_name(task_metrics(setting, {truth, {}}, predicted));
  EXPECT_DOUBLE_EQ(m.at("micro_f1"), 2.0 / 5);
}

TEST(TaskMetrics, ATreeForgivesPartOfAWrongAnswer) {
  TaskSetting setting{
      "classification", {"gums", "teeth", "heart"}, "", {{"gums", "dental"}, {"teeth", "dental"}}};
  // gums for teeth shares "dental" of 2 nodes; gums for heart shares nothing; heart is right.
  const Units truth = {1, 2, 2};
  const Units predicted = {0, 0, 2};
  const auto m = by_name(task_metrics(setting, {truth, {}}, predicted));
  EXPECT_DOUBLE_EQ(m.at("hierarchical_precision"), 2.0 / 5);
  EXPECT_DOUBLE_EQ(m.at("hierarchical_recall"), 2.0 / 4);
  EXPECT_DOUBLE_EQ(m.at("hierarchical_f1"), 4.0 / 9);
  EXPECT_DOUBLE_EQ(m.at("accuracy"), 1.0 / 3);
}

TEST(Hierarchy, ANodeAboveAllClassesDoesNotCount) {
  const Hierarchy tree = {{"a", "x"}, {"b", "x"}, {"x", "top"}, {"c", "top"}};
  const auto nodes = nodes_of_classes(tree, {"a", "b", "c"});
  EXPECT_EQ(nodes[0].size(), 2u);
  EXPECT_EQ(nodes[2].size(), 1u);
}

TEST(Hierarchy, IsReadBackAsItWasWritten) {
  const Hierarchy tree = parse_hierarchy(R"({"gums": "dental", "dental": "body"})", "tree.json");
  EXPECT_EQ(parse_hierarchy(hierarchy_to_json(tree), "again"), tree);
}

TEST(Hierarchy, WhatIsNoTreeIsRefused) {
  for (const char* bad : {"", "[]", "{}", R"({"a": 1})", R"({"a": "b", "a": "c"})",
                          R"({"a": "b", "b": "a"})", R"({"a": "a"})"})
    EXPECT_THROW(parse_hierarchy(bad, "tree.json"), DataError) << bad;
}

}  // namespace
}  // namespace ratbench::metrics
