#include "src/data/token_file.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "src/base/error.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::data {
namespace {

// Two sentences: three words of which the second has two pieces, then one word in a window of its
// own and another in the next window.
TokenColumns sentences() {
  TokenColumns columns;
  columns.task = Task::kNer;
  columns.class_names = {"O", "B-X", "I-X"};
  columns.ids = {2, 10, 11, 12, 13, 3, 2, 14, 3, 2, 15, 3};
  columns.types.assign(12, 0);
  columns.free = {0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0};
  columns.starts = {0, 6, 9, 12};
  columns.row = {0, 1, 1};
  columns.tags = {-100, 0, 1, -100, 2, -100, -100, 0, -100, -100, 1, -100};
  columns.unit = {-1, 0, 1, -1, 2, -1, -1, 3, -1, -1, 4, -1};
  return columns;
}

TokenColumns texts(Task task) {
  TokenColumns columns;
  columns.task = task;
  columns.class_names = {"a", "b"};
  columns.ids = {2, 10, 11, 3, 2, 12, 3, 13, 3};
  columns.types = {0, 0, 0, 0, 0, 0, 0, 1, 1};
  columns.free = {0, 1, 1, 0, 0, 1, 0, 1, 0};
  columns.starts = {0, 4, 9};
  columns.row = {0, 1};
  if (task == Task::kMultilabel)
    columns.flags = {1, 0, 1, 1};
  else
    columns.labels = {0, 1};
  if (task == Task::kRelation) columns.markers = {1, 2, 5, 7};
  return columns;
}

class TokenFile : public testing::Test {
 protected:
  TokenSet written(const TokenColumns& columns, const std::string& name = "split") {
    write_tokens(folder_.path() / name, columns, {});
    return TokenSet::open(folder_.path() / name);
  }
  std::string refusal(TokenColumns columns, const std::function<void(TokenColumns&)>& spoil) {
    spoil(columns);
    try {
      written(columns);
    } catch (const DataError& error) {
      return error.what();
    }
    return "accepted";
  }
  void expect_refused(const TokenColumns& columns, const std::function<void(TokenColumns&)>& spoil,
                      const std::string& named) {
    EXPECT_NE(refusal(columns, spoil).find(named), std::string::npos) << named << "\n"
                                                                      << refusal(columns, spoil);
  }

  TemporaryFolder folder_;
};

TEST_F(TokenFile, GivesSentencesBackWithTheirWords) {
  const TokenColumns columns = sentences();
  const TokenSet set = written(columns);
  EXPECT_EQ(set.task(), Task::kNer);
  EXPECT_EQ(set.class_names(), columns.class_names);
  EXPECT_EQ(std::vector(set.ids().begin(), set.ids().end()), columns.ids);
  EXPECT_EQ(std::vector(set.free().begin(), set.free().end()), columns.free);
  EXPECT_EQ(std::vector(set.tags().begin(), set.tags().end()), columns.tags);
  EXPECT_EQ(set.rows(), 2);
  EXPECT_EQ(set.windows(), 3);
  EXPECT_EQ(set.units(), 5);
  EXPECT_EQ(set.longest(), 6);
  EXPECT_EQ(set.largest_id(), 15);
  EXPECT_EQ(set.row_windows(), (std::vector<std::int64_t>{0, 1, 3}));
  EXPECT_EQ(set.row_units(), (std::vector<std::int64_t>{0, 3, 5}));
  EXPECT_EQ(set.unit_labels(), (std::vector<std::int32_t>{0, 1, 2, 0, 1}));
}

TEST_F(TokenFile, GivesTextsBackWithTheirLabels) {
  const TokenSet relation = written(texts(Task::kRelation));
  EXPECT_EQ(relation.unit_labels(), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(relation.row_units(), (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(relation.markers()[3], 7);
  const TokenSet multilabel = written(texts(Task::kMultilabel));
  EXPECT_EQ(multilabel.unit_labels(), (std::vector<std::int32_t>{1, 0, 1, 1}));
  EXPECT_EQ(multilabel.row_units(), (std::vector<std::int64_t>{0, 2, 4}));
  EXPECT_TRUE(multilabel.markers().empty());
}

TEST_F(TokenFile, SyntheticRowsPointAtTheirOriginal) {
  TokenColumns columns = texts(Task::kClassification);
  columns.labels = {1, 1};
  columns.source = {-1, 0};
  columns.aug_index = {0, 1};
  EXPECT_EQ(written(columns).aug_index_of(1), 1);
  expect_refused(
      columns,
      [](TokenColumns& c) {
        c.labels = {0, 1};
      },
      "another label");
  expect_refused(
      columns,
      [](TokenColumns& c) {
        c.source = {-1, 1};
      },
      "itself synthetic");
}

TEST_F(TokenFile, RefusesWhatIsOutOfRangeByName) {
  const TokenColumns ner = sentences();
  expect_refused(
      ner, [](TokenColumns& c) { c.ids[3] = -1; }, "\"ids\", element 3");
  expect_refused(
      ner, [](TokenColumns& c) { c.types[1] = 2; }, "\"types\", element 1");
  expect_refused(
      ner, [](TokenColumns& c) { c.free[1] = 7; }, "\"free\", element 1");
  expect_refused(
      ner, [](TokenColumns& c) { c.types.pop_back(); }, "needed is U8 [12]");
  expect_refused(
      ner, [](TokenColumns& c) { c.starts[1] = 0; }, "without tokens");
  expect_refused(
      ner, [](TokenColumns& c) { c.starts[1] = 9; }, "\"starts\", element 1");
  expect_refused(
      ner, [](TokenColumns& c) { c.starts[3] = 13; }, "number of tokens");
  expect_refused(
      ner, [](TokenColumns& c) { c.row[2] = 3; }, "\"row\", element 2");
  expect_refused(
      ner, [](TokenColumns& c) { c.row[0] = 1; }, "\"row\", element 0");
  expect_refused(
      ner, [](TokenColumns& c) { c.tags[1] = 3; }, "tag 3 is out of range");
  expect_refused(
      ner, [](TokenColumns& c) { c.tags[1] = -100; }, "both a tag and a word");
  expect_refused(
      ner, [](TokenColumns& c) { c.unit[4] = 3; }, "in order it would be 2");
  expect_refused(
      ner, [](TokenColumns& c) { c.class_names.pop_back(); }, "tag 2 is out of range");

  const TokenColumns single = texts(Task::kRelation);
  expect_refused(
      single, [](TokenColumns& c) { c.labels[1] = 2; }, "label 2 is out of range");
  expect_refused(
      single, [](TokenColumns& c) { c.labels.clear(); }, "labels");
  expect_refused(
      texts(Task::kClassification), [](TokenColumns& c) { c.row[1] = 0; },
      "only sentences of task ner");
  expect_refused(
      single, [](TokenColumns& c) { c.markers[1] = 4; }, "marker 4");
  const TokenColumns multilabel = texts(Task::kMultilabel);
  expect_refused(
      multilabel, [](TokenColumns& c) { c.flags[2] = 2; }, "row 1 (from 0), label 0");
}

TEST_F(TokenFile, SplitsMustFitTogether) {
  const TokenSet train = written(sentences(), "train");
  const TokenSet val = written(sentences(), "val");
  EXPECT_NO_THROW(check_splits(train, val, val));
  EXPECT_THROW(check_splits(train, written(texts(Task::kRelation), "other"), val), DataError);

  TokenColumns rare = texts(Task::kClassification);
  rare.labels = {0, 0};
  const TokenSet without = written(rare, "without");
  const TokenSet both = written(texts(Task::kClassification), "both");
  EXPECT_NO_THROW(check_splits(both, without, without));
  EXPECT_THROW(check_splits(without, both, both), DataError);
}

}  // namespace
}  // namespace ratbench::data
