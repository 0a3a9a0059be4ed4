#include "harness/corpus/abex_rat.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "src/base/error.hpp"
#include "tests/needs.hpp"

namespace ratbench::corpus {
namespace {

std::string refusal(const std::string& json) {
  try {
    parse_abex_rat(json, "file");
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

std::string record(const std::string& id, const std::string& gold = "A") {
  return R"({"id": )" + id + R"(, "title": " T ", "summary": "S \n", "gold": ")" + gold + "\"}";
}

TEST(AbexRat, TellsSyntheticReportsByTheirIds) {
  const auto reports = parse_abex_rat(
      "[" + record("\"7-aug-2\"") + "," + record("3") + "," + record("7") + "]", "file");
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].source, 2);
  EXPECT_EQ(reports[0].aug_index, 2);
  EXPECT_EQ(reports[1].source, -1);
  EXPECT_EQ(reports[1].aug_index, 0);
  EXPECT_EQ(reports[0].text, "T  S");
  EXPECT_EQ(reports[0].label, "A");
}

TEST(AbexRat, ReadsTheFieldIdxOfTheOtherSplits) {
  const auto reports =
      parse_abex_rat(R"([{"idx": 5, "title": "", "summary": "S", "gold": "A"}])", "file");
  EXPECT_EQ(reports.at(0).text, "S");
}

TEST(AbexRat, NamesTheRecordThatIsWrong) {
  EXPECT_EQ(refusal("[" + record("1") + "," + record("1") + "]"),
            "file: record 1 (from 0): has the id of record 0");
  EXPECT_EQ(refusal("[" + record("\"9-aug-1\"") + "]"),
            "file: record 0 (from 0): was made from report 9, which is not in this file");
  EXPECT_EQ(refusal("[" + record("9", "B") + "," + record("\"9-aug-1\"") + "]"),
            "file: record 1 (from 0): has another class than its source, record 0");
  for (const char* id : {"\"x\"", "\"1-aug-\"", "\"1-aug-0\"", "\"-1\"", "-1", "1.5", "null",
                         "\"1-aug-2-aug-3\"", "\"\""})
    EXPECT_NE(refusal("[" + record(id) + "]").find("file: record 0 (from 0): id "),
              std::string::npos)
        << id;
  EXPECT_EQ(refusal(R"([{"id": 1, "title": "T", "gold": "A"}])"),
            "file: record 0 (from 0): has no \"summary\"");
  EXPECT_EQ(refusal(R"([{"id": 1, "title": 2, "summary": "", "gold": "A"}])"),
            "file: record 0 (from 0): \"title\" is not a string");
  EXPECT_EQ(refusal(R"([{"id": 1, "title": " ", "summary": "", "gold": "A"}])"),
            "file: record 0 (from 0): has neither title nor summary");
  EXPECT_EQ(refusal("[3]"), "file: record 0 (from 0): is not an object");
  EXPECT_EQ(refusal("[\"a\xFF\"]"), "file: byte 3: is not valid UTF-8");
}

TEST(AbexRat, RefusesWhatIsNoList) {
  for (const char* json : {"", "{}", "[]", "[", "[{\"id\": 1,", "\"text\"", "[1] 2"})
    EXPECT_EQ(refusal(json).substr(0, 5), "file:") << json;
}

TEST(AbexRat, ReadsThePublishedRelease) {
  RATBENCH_NEEDS_DATA();
  const char* root = std::getenv("RATBENCH_DATA");
  const auto folder = std::filesystem::path(root) / "osha";
  const auto train = read_abex_rat(folder / "train_aug.json");
  EXPECT_EQ(train.size(), 6361U);
  std::size_t synthetic = 0;
  for (const Report& report : train) synthetic += report.aug_index > 0 ? 1U : 0U;
  EXPECT_EQ(synthetic, 2785U);
  EXPECT_EQ(read_abex_rat(folder / "val.json").size(), 447U);
  EXPECT_EQ(read_abex_rat(folder / "test.json").size(), 447U);
}

}  // namespace
}  // namespace ratbench::corpus
