#include "harness/corpus/text_file.hpp"

#include <gtest/gtest.h>

#include "harness/corpus/delimited.hpp"
#include "src/base/error.hpp"

namespace ratbench::corpus {
namespace {

std::vector<std::string> texts_of(const std::vector<Report>& reports) {
  std::vector<std::string> texts;
  for (const Report& report : reports) texts.push_back(report.text + "|" + report.label);
  return texts;
}

std::string refusal(std::string_view text, TextFormat format, const TextFields& fields = {}) {
  try {
    parse_texts(text, format, fields, "f");
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

using Texts = std::vector<std::string>;

TEST(TextFile, CsvKeepsQuotedCommasQuotesAndLineBreaks) {
  const char* csv = "\xEF\xBB\xBFid,text,label\r\n1,\"a, \"\"b\"\"\nc\",x\r\n\r\n2,d,y";
  EXPECT_EQ(texts_of(parse_texts(csv, TextFormat::kCsv, {}, "f")), (Texts{"a, \"b\"\nc|x", "d|y"}));
}

TEST(TextFile, LinesOfErrorsCountLineBreaksWithinQuotes) {
  EXPECT_EQ(refusal("text,label\n\"a\nb\",x\nc\n", TextFormat::kCsv),
            "f: line 4: has 1 fields, the first line 2");
  EXPECT_EQ(refusal("text,label\na,x\n\"b\n", TextFormat::kCsv),
            "f: line 3: a quote is opened and never closed");
  EXPECT_NE(refusal("text,label\n\"a\"b,x\n", TextFormat::kCsv).find("line 2: text stands after"),
            std::string::npos);
}

TEST(TextFile, TabSeparatedFilesHaveNoQuoting) {
  EXPECT_EQ(texts_of(parse_texts("label\ttext\nx\t\"a\n", TextFormat::kTsv, {}, "f")),
            (Texts{"\"a|x"}));
}

TEST(TextFile, NamesTheColumnsThereAre) {
  EXPECT_EQ(refusal("text,category\na,x\n", TextFormat::kCsv),
            "f: line 1: has no column \"label\"; its columns are text, category");
  TextFields fields;
  fields.label = "category";
  EXPECT_EQ(refusal("text,category\na,x\n", TextFormat::kCsv, fields), "accepted");
  EXPECT_NE(refusal("text,text\n", TextFormat::kCsv).find("twice"), std::string::npos);
  EXPECT_NE(refusal("", TextFormat::kCsv).find("empty"), std::string::npos);
  EXPECT_NE(refusal("text,label\n", TextFormat::kCsv).find("no record"), std::string::npos);
}

TEST(TextFile, JsonLinesTakeStringAndIntegerLabels) {
  const char* jsonl = "{\"text\": \"a\", \"label\": 3}\n\n{\"label\": \"x\", \"text\": \"b\"}";
  EXPECT_EQ(texts_of(parse_texts(jsonl, TextFormat::kJsonLines, {}, "f")), (Texts{"a|3", "b|x"}));
}

TEST(TextFile, JsonLinesNameTheLineOfAnError) {
  const std::string good = "{\"text\": \"a\", \"label\": \"x\"}\n";
  EXPECT_EQ(refusal(good + "{\"text\": \"a\"}", TextFormat::kJsonLines),
            "f: line 2: has no \"label\"; its keys are text");
  EXPECT_EQ(refusal(good + "{\"text\": 1, \"label\": 2}", TextFormat::kJsonLines),
            "f: line 2: \"text\" must be a string");
  EXPECT_NE(refusal(good + "{", TextFormat::kJsonLines).find("line 2: byte"), std::string::npos);
  EXPECT_EQ(refusal(good + "[]", TextFormat::kJsonLines), "f: line 2: is not a JSON object");
}

TEST(TextFile, ArgumentsOfARelationAreMarkedWhereTheRecordSays) {
  TextFields fields;
  fields.arguments = "spans";
  const auto record = [](const std::string& spans) {
    return "{\"text\": \"caf\u00e9 helps sleep\", \"label\": \"x\", \"spans\": " + spans + "}";
  };
  EXPECT_EQ(
      texts_of(parse_texts(record("[[11, 16], [0, 4]]"), TextFormat::kJsonLines, fields, "f")),
      (Texts{"[[ caf\xC3\xA9 ]] helps << sleep >>|x"}));
  const auto refused = [&](const std::string& spans) {
    return refusal(record(spans), TextFormat::kJsonLines, fields);
  };
  EXPECT_EQ(refused("[[0, 4], [11, 17]]"),
            "f: line 1: characters 11 to 17 are no part of the text; allowed is a begin below its "
            "end, which is at most 16, the length of the text");
  EXPECT_EQ(refused("[[0, 4], [4, 5]]"),
            "f: line 1: characters 4 to 5 are white space; allowed are places that hold a word");
  EXPECT_EQ(refused("[[0, 4], [3, 9]]"), "f: line 1: the two arguments of the relation overlap");
  for (const char* spans : {"[[0, 4]]", "[0, 4]", "7", "[[0, 4], [-1, 4]]", "[[0, 4], [5.5, 7]]",
                            "{\"a\": [0, 4], \"b\": [11, 16]}"})
    EXPECT_EQ(refused(spans), "f: line 1: \"spans\" must be two places like [[0, 7], [12, 19]]");
  EXPECT_EQ(refusal("{\"text\": \"a\", \"label\": \"x\"}", TextFormat::kJsonLines, fields),
            "f: line 1: has no \"spans\"; its keys are label, text");
}

TEST(TextFile, RefusesEmptyTextsLabelsAndInvalidUtf8) {
  EXPECT_EQ(refusal("text,label\n \t,x\n", TextFormat::kCsv), "f: line 2: \"text\" is empty");
  EXPECT_EQ(refusal("text,label\na,\n", TextFormat::kCsv), "f: line 2: \"label\" is empty");
  EXPECT_EQ(refusal("text,label\nab\xFF,x\n", TextFormat::kCsv),
            "f: line 2: byte 2 of \"text\" is not valid UTF-8");
  EXPECT_EQ(refusal("{\"text\": \"a\xFF\"}\n", TextFormat::kJsonLines),
            "f: line 1: byte 11 of the line: not valid UTF-8");
}

TEST(TextFile, FormatsAreKnownByName) {
  EXPECT_EQ(text_format("jsonl"), TextFormat::kJsonLines);
  EXPECT_THROW(text_format("xml"), UsageError);
}

}  // namespace
}  // namespace ratbench::corpus
