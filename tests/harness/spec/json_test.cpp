#include "harness/spec/json.hpp"

#include <gtest/gtest.h>

#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_json(text, "f.json");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

TEST(Json, NumbersKeepTheirDecimalText) {
  const Json json =
      parse_json("[0.1, 0.10, 1e-1, 12345678901234567890123, -0, 18446744073709551615]", "f.json");
  const std::vector<std::string> expected = {
      "0.1", "0.1", "0.1", "12345678901234567890123", "0", "18446744073709551615"};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(json.items[i].number.text(), expected[i]);
}

TEST(Json, DuplicateKeysAreRefusedWithLineAndColumn) {
  EXPECT_EQ(refusal("{\n  \"a\\\"b\": 1,\n  \"a\\\"b\": 2\n}"),
            "f.json: line 3, column 3: the key \"a\"b\" stands here twice");
  EXPECT_EQ(refusal("{\"x\": {\"a\": 1}, \"y\": {\"a\": 1}}"), "");
}

TEST(Json, SyntaxErrorsNameLineAndColumn) {
  const std::string message = refusal("{\n  \"a\": 1,\n}");
  EXPECT_NE(message.find("line 3, column 1"), std::string::npos) << message;
  EXPECT_EQ(message.find("json.exception"), std::string::npos) << message;
}

TEST(Json, NumbersBeyondADoubleAreRefusedWhereTheyStand) {
  const std::string allowed =
      ", allowed are 0 and what a double can hold: sizes from 5e-324 to 1.7e308";
  EXPECT_EQ(refusal("{\"a\": [{\"b\": 1e400},\n 1e400]}"),
            "f.json: at /a/0/b: line 1, column 14: found the number 1e400" + allowed);
  EXPECT_EQ(refusal("[1,\n -1e-400,-1e-400]"),
            "f.json: at /1: line 2, column 2: found the number -1e-400" + allowed);
  EXPECT_EQ(refusal("1e400"), "f.json: line 1, column 1: found the number 1e400" + allowed);
  EXPECT_EQ(refusal("[0e-400, 0.0, 5e-324, 1.7e308]"), "");
}

TEST(Json, InvalidUtf8AndDeepNestingAreRefused) {
  EXPECT_NE(refusal("\"\xff\""), "");
  EXPECT_NE(refusal("\"\xc0\xaf\""), "");
  EXPECT_NE(refusal(std::string(100000, '[')).find("nested deeper"), std::string::npos);
  EXPECT_EQ(refusal(std::string(64, '[') + std::string(64, ']')), "");
}

TEST(Json, CommentsAreAllowed) {
  EXPECT_EQ(to_canonical(parse_json("// a\n{\"b\": /* c */ 1}", "f.json")), "{\"b\":1}");
}

TEST(Json, CanonicalTextSortsKeysAndEscapes) {
  EXPECT_EQ(to_canonical(parse_json(R"({"b": [true, null], "a": "x\ny\"\u00e9"})", "f.json")),
            "{\"a\":\"x\\u000ay\\\"\xc3\xa9\",\"b\":[true,null]}");
}

TEST(Json, PointersAreEscaped) {
  EXPECT_EQ(pointer_to(pointer_to("", "a/b~c"), std::size_t{2}), "/a~1b~0c/2");
}

}  // namespace
}  // namespace ratbench::spec
