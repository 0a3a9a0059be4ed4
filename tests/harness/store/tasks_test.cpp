// Data sets whose rows hold several units: registered, committed, read back, exported, merged.
#include <gtest/gtest.h>

#include "src/base/error.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

Dataset of_sentences() {
  Dataset data = small_dataset();
  data.task = "ner";
  data.class_names = {"O", "B-C", "I-C"};
  // The second test sentence has no word.
  data.labels = {{"train", {0, 1}}, {"val", {1, 2, 0}}, {"test", {1, 2, 0, 0, 1}}};
  data.row_starts = {{"train", {0, 2}}, {"val", {0, 2, 3}}, {"test", {0, 3, 3, 5}}};
  return data;
}

Dataset of_labels() {
  Dataset data = small_dataset();
  data.task = "multilabel";
  data.class_names = {"a", "b"};
  data.labels = {{"train", {1, 0}}, {"val", {0, 1}}, {"test", {1, 0, 0, 1}}};
  data.row_starts = {{"train", {0, 2}}, {"val", {0, 2}}, {"test", {0, 2, 4}}};
  data.hierarchy = {{"a", "top"}, {"b", "other"}};
  return data;
}

protocol::RunResult result_of(std::vector<std::int32_t> test, std::vector<std::int64_t> train) {
  protocol::RunResult r = small_result("cell0-seed0");
  r.outcomes = {{"test", "best", std::move(test), {}}, {"train", "last", {}, std::move(train)}};
  return r;
}

class Tasks : public ::testing::Test {
 protected:
  CommitReport commit(const Dataset& data, const protocol::RunResult& result) {
    Writer writer(db_);
    const std::vector<Dataset> datasets = {data};
    writer.register_sweep(small_sweep(), datasets);
    writer.begin_attempts(starts_of({result.run_key}));
    return writer.commit_results(std::vector{result});
  }
  double metric(const std::string& name, const std::string& split = "test") {
    const auto rows = Reader(db_).metrics("small", split, split == "test" ? "best" : "last", name);
    EXPECT_FALSE(rows.empty()) << name;
    return rows.empty() ? -1 : rows.front().value;
  }
  std::vector<std::string> predictions() {
    std::vector<std::string> out;
    const Reader reader(db_);
    reader.visit_view("v_prediction", [&](const auto& row) {
      std::string line;
      for (std::size_t c = 4; c < row.size(); ++c) line += row[c].value_or("-") + " ";
      out.push_back(line);
    });
    return out;
  }

  TemporaryFolder folder_;
  std::filesystem::path db_ = folder_ / "r.db";
};

TEST_F(Tasks, SentencesAreScoredByEntitiesAndListedByWord) {
  const auto report =
      commit(of_sentences(), result_of({1, 2, 0, 1, 1}, std::vector<std::int64_t>(9, 0)));
  EXPECT_EQ(report.committed, 1u);
  EXPECT_DOUBLE_EQ(metric("entity_f1"), 2 * 2.0 / 5);  // 3 predicted, 2 true, 2 right
  EXPECT_DOUBLE_EQ(metric("recall/C"), 1);
  // row, label, predicted, correct, unit
  EXPECT_EQ(predictions(), (std::vector<std::string>{"0 1 1 1 0 ", "0 2 2 1 1 ", "0 0 0 1 2 ",
                                                     "2 0 1 0 0 ", "2 1 1 1 1 "}));
  const Reader reader(db_);
  const std::string dataset = dataset_hash(of_sentences().files);
  EXPECT_EQ(reader.row_starts(dataset, "test"), (std::vector<std::int64_t>{0, 3, 3, 5}));
  EXPECT_EQ(reader.task_setting(dataset).task, "ner");
  EXPECT_EQ(reader.support(dataset, "test"), (std::vector<std::int64_t>{2, 2, 1}));
}

TEST_F(Tasks, LabelsAreScoredByTextAndByTree) {
  const auto report = commit(of_labels(), result_of({1, 1, 0, 1}, {0, 0, 0, 1, 1, 0, 0, 0}));
  EXPECT_EQ(report.committed, 1u);
  EXPECT_DOUBLE_EQ(metric("micro_f1"), 4.0 / 5);
  EXPECT_DOUBLE_EQ(metric("exact_match"), 1.0 / 2);
  EXPECT_DOUBLE_EQ(metric("hierarchical_f1"), 8.0 / 10);
  EXPECT_DOUBLE_EQ(metric("micro_f1", "train"), 1);
  const Reader reader(db_);
  const std::string dataset = dataset_hash(of_labels().files);
  EXPECT_EQ(reader.support(dataset, "test"), (std::vector<std::int64_t>{1, 1}));
  EXPECT_EQ(reader.task_setting(dataset).hierarchy, of_labels().hierarchy);
  EXPECT_EQ(predictions()[3], "1 1 1 1 1 ");
}

TEST_F(Tasks, ThresholdsOfLabelsAreListedByLabel) {
  auto result = result_of({1, 1, 0, 1}, std::vector<std::int64_t>(8, 0));
  result.outcomes.front().thresholds = {0.25, 0.1};
  EXPECT_EQ(commit(of_labels(), result).committed, 1u);
  const auto listed = [](const std::filesystem::path& file) {
    std::vector<std::string> out;
    const Reader reader(file);
    EXPECT_EQ(reader.view_columns("v_threshold"),
              (std::vector<std::string>{"run_key", "seed", "selection", "class", "threshold"}));
    reader.visit_view("v_threshold", [&](const auto& row) {
      out.push_back(row[2].value() + " " + row[3].value() + " " + row[4].value());
    });
    return out;
  };
  EXPECT_EQ(listed(db_), (std::vector<std::string>{"best a 0.25", "best b 0.1"}));
  const auto merged = folder_ / "merged.db";
  const std::vector<std::filesystem::path> sources = {db_};
  Writer(merged).merge(sources, OnConflict::kRefuse);
  EXPECT_EQ(listed(merged), listed(db_));
}

TEST_F(Tasks, ClassificationHasNoRowStartsAndUnitZero) {
  commit(small_dataset(), result_of({0, 0, 1, 1, 2}, std::vector<std::int64_t>(9, 0)));
  EXPECT_TRUE(Reader(db_).row_starts(dataset_hash(small_dataset().files), "test").empty());
  EXPECT_EQ(predictions()[4], "4 2 2 1 0 ");
}

TEST_F(Tasks, RelationsCountWithoutTheRunsNegativeClass) {
  Dataset data = small_dataset();
  data.task = "relation";
  grid::Sweep sweep = small_sweep();
  for (grid::Cell& cell : sweep.cells) cell.config.set("data.negative_class", std::string("ALPHA"));
  Writer writer(db_);
  const std::vector<Dataset> datasets = {data};
  writer.register_sweep(sweep, datasets);
  const auto result = result_of({0, 1, 1, 0, 2}, std::vector<std::int64_t>(9, 0));
  writer.commit_results(std::vector{result});
  // Positive: 3 true, 3 predicted, 2 right.
  EXPECT_DOUBLE_EQ(metric("micro_f1"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(metric("accuracy"), 3.0 / 5);
}

TEST_F(Tasks, WhatDoesNotFitTheTaskIsRejected) {
  const auto rejected = [&](const Dataset& data, const protocol::RunResult& result) {
    std::filesystem::remove(db_);
    const auto report = commit(data, result);
    return report.rejected.empty() ? std::string() : report.rejected.front().problem;
  };
  const std::vector<std::int64_t> nine(9, 0), eight(8, 0);
  EXPECT_EQ(rejected(of_sentences(), result_of({1, 2, 0}, nine)),
            "test/best: 3 predictions for 5 units");
  EXPECT_EQ(rejected(of_labels(), result_of({1, 2, 0, 1}, eight)),
            "test/best: a prediction is no class");
  EXPECT_EQ(rejected(of_labels(), result_of({1, 1, 0, 1}, nine)),
            "train/last: the confusion matrix is not of 2 classes");
  for (const auto& thresholds : {std::vector<double>{0.5}, std::vector<double>{0.5, 1.5}}) {
    auto result = result_of({1, 1, 0, 1}, eight);
    result.outcomes.front().thresholds = thresholds;
    EXPECT_EQ(rejected(of_labels(), result),
              "test/best: the thresholds are no 2 numbers from 0 to 1");
  }
}

TEST_F(Tasks, TheSameDataUnderAnotherTaskAreRefused) {
  commit(small_dataset(), result_of({0, 0, 1, 1, 2}, std::vector<std::int64_t>(9, 0)));
  Dataset other = small_dataset();
  other.task = "relation";
  const std::vector<Dataset> datasets = {other};
  EXPECT_THROW(Writer(db_).register_sweep(small_sweep(), datasets), UsageError);
}

TEST_F(Tasks, MergingTakesTasksRowsAndTrees) {
  commit(of_sentences(), result_of({1, 2, 0, 1, 1}, std::vector<std::int64_t>(9, 0)));
  const auto before = comparable_rows(db_);
  const auto target = folder_ / "merged.db";
  const std::vector<std::filesystem::path> sources = {db_};
  Writer(target).merge(sources, OnConflict::kRefuse);
  EXPECT_EQ(comparable_rows(target), before);
  const std::string dataset = dataset_hash(of_sentences().files);
  EXPECT_EQ(Reader(target).row_starts(dataset, "test"), Reader(db_).row_starts(dataset, "test"));
}

}  // namespace
}  // namespace ratbench::store
