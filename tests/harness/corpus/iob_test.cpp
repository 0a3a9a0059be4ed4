#include "harness/corpus/iob.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "src/base/error.hpp"
#include "tests/needs.hpp"

namespace ratbench::corpus {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_iob(text, "file.tsv");
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

void expect_refused(const std::string& text, const std::string& place, const std::string& problem) {
  EXPECT_NE(refusal(text).find("file.tsv: " + place), std::string::npos) << refusal(text);
  EXPECT_NE(refusal(text).find(problem), std::string::npos) << refusal(text);
}

TEST(Iob, ReadsSentencesOfWordsAndTags) {
  const auto sentences =
      parse_iob("Selegiline\tNN\tB-Chemical\nitself\tO\n\nA\tB-X\r\nB\tI-X\r\n\r\n\n", "file.tsv");
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_EQ(sentences[0].words, (std::vector<std::string>{"Selegiline", "itself"}));
  EXPECT_EQ(sentences[0].tags, (std::vector<std::string>{"B-Chemical", "O"}));
  EXPECT_EQ(sentences[1].tags, (std::vector<std::string>{"B-X", "I-X"}));
}

TEST(Iob, LastSentenceNeedsNoLineEnd) {
  EXPECT_EQ(parse_iob("a\tO\n\nb\tO", "file.tsv").size(), 2U);
}

TEST(Iob, RefusesWithTheLine) {
  expect_refused("a\tO\nword\n", "line 2", "the token \"word\" has no tag");
  expect_refused("a\tO\nb\tB\n", "line 2", "found the tag \"B\"");
  expect_refused("a\tO\nb\t\n", "line 2", "found the tag \"\"");
  expect_refused("\tO\n", "line 1", "the token is empty");
  expect_refused("a\tO\n\n\nb\tO\n", "line 3", "a sentence without tokens");
  expect_refused("\na\tO\n", "line 1", "a sentence without tokens");
  expect_refused("a\xFF\tO\n", "line 1", "byte 1 is not valid UTF-8");
  expect_refused("\n\n", "", "holds no sentence");
}

TEST(Iob, AnEntityBeginsWithB) {
  expect_refused("a\tI-X\n", "line 1", "I-X follows the beginning of the sentence");
  expect_refused("a\tO\nb\tI-X\n", "line 2", "I-X follows O");
  expect_refused("a\tB-X\nb\tI-Y\n", "line 2", "I-Y follows B-X");
  expect_refused("a\tB-X\n\nb\tI-X\n", "line 3", "I-X follows the beginning");
  EXPECT_EQ(refusal("a\tB-X\nb\tI-X\nc\tI-X\nd\tB-X\n"), "accepted");
}

TEST(Iob, ReadsTheChemicals) {
  RATBENCH_NEEDS_DATA();
  const char* folder = std::getenv("RATBENCH_DATA");
  const auto sentences =
      read_iob(std::filesystem::path(folder) / "ner" / "BC5CDR-chem-IOB" / "train.tsv");
  EXPECT_EQ(sentences.size(), 4560U);
  std::ptrdiff_t entities = 0;
  for (const Report& sentence : sentences)
    entities += std::count(sentence.tags.begin(), sentence.tags.end(), "B-Chemical");
  EXPECT_EQ(entities, 5203);
}

}  // namespace
}  // namespace ratbench::corpus
