// Every case of the reference tokenizations and truncations; a case that is not visited fails.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "src/base/error.hpp"
#include "src/text/encoding.hpp"
#include "src/text/head_tail.hpp"
#include "tests/needs.hpp"

namespace ratbench::text {
namespace {

using Json = nlohmann::json;

class TextFixtures : public testing::Test {
 protected:
  void SetUp() override { RATBENCH_NEEDS_FIXTURES(); }

  static std::string path(const std::string& name) {
    return std::string(std::getenv("RATBENCH_FIXTURES")) + "/" + name;
  }
  static Json load(const std::string& name) {
    std::ifstream in(path(name));
    EXPECT_TRUE(in) << name;
    return Json::parse(in);
  }
};

Json offsets(const Encoding& encoding, bool bytes) {
  Json result = Json::array();
  for (const Token& t : encoding.tokens) {
    result.push_back(bytes ? Json{t.byte_begin, t.byte_end} : Json{t.begin, t.end});
  }
  return result;
}

Json ids(const Encoding& encoding) {
  Json result = Json::array();
  for (const Token& token : encoding.tokens) result.push_back(token.id);
  return result;
}

Json sequence_ids(const Encoding& encoding) {
  Json result = Json::array();
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    const Segment segment = encoding.segments[i];
    // The reference library counts a special token written in the text as part of that text.
    if (segment == Segment::kNone) {
      result.push_back(nullptr);
    } else {
      result.push_back(segment == Segment::kFirst ? 0 : 1);
    }
  }
  return result;
}

// Compares what a case states of an encoding; the number of comparisons.
int expect_encoding(const Tokenizer& tokenizer, const Encoding& got, const Json& want,
                    const std::string& what) {
  int compared = 0;
  const auto expect = [&](const char* key, const Json& value) {
    if (!want.contains(key)) return;
    ++compared;
    EXPECT_EQ(value, want.at(key)) << what << " " << key;
  };
  Json tokens = Json::array();
  for (const Token& token : got.tokens) tokens.push_back(tokenizer.vocabulary().token(token.id));
  expect("ids", ids(got));
  expect("tokens", tokens);
  expect("offsets", offsets(got, false));
  expect("byte_offsets", offsets(got, true));
  expect("type_ids", got.type_ids);
  expect("sequence_ids", sequence_ids(got));
  return compared;
}

PairTruncation truncation_of(const std::string& name) {
  if (name == "only_first") return PairTruncation::kOnlyFirst;
  if (name == "only_second") return PairTruncation::kOnlySecond;
  EXPECT_EQ(name, "longest_first");
  return PairTruncation::kLongestFirst;
}

std::vector<Token> tokens_of(const Tokenizer& tokenizer, const Json& text) {
  return tokenizer.tokenize(text.get<std::string>(), "fixture");
}

constexpr std::size_t kUnlimited = 1'000'000;

void check_singles(const Tokenizer& tokenizer, const Json& file, std::size_t cases) {
  EXPECT_EQ(file.at("cases").size(), cases);
  for (const Json& c : file.at("cases")) {
    const std::size_t limit = c.value("max_length", kUnlimited);
    const Encoding got = encode_single(tokenizer, tokens_of(tokenizer, c.at("text")), limit);
    EXPECT_GE(expect_encoding(tokenizer, got, c, "case " + c.value("id", Json()).dump()), 1);
  }
}

void check_pairs(const Tokenizer& tokenizer, const Json& file) {
  EXPECT_EQ(file.at("cases").size(), 104U);
  for (const Json& c : file.at("cases")) {
    const std::string what = "pair " + c.at("id").dump();
    const auto encode = [&] {
      return encode_pair(tokenizer, tokens_of(tokenizer, c.at("text")),
                         tokens_of(tokenizer, c.at("pair")), c.value("max_length", kUnlimited),
                         truncation_of(c.value("truncation", "longest_first")));
    };
    if (c.contains("error")) {
      EXPECT_THROW(encode(), UsageError) << what;
    } else {
      EXPECT_GE(expect_encoding(tokenizer, encode(), c, what), 4);
    }
  }
}

TEST_F(TextFixtures, UncasedVocabularyFromVocabTxt) {
  const std::string folder = "wordpiece/uncased_real";
  const Tokenizer tokenizer = Tokenizer::load(path(folder));
  check_singles(tokenizer, load(folder + "/single.json"), 404);
  check_singles(tokenizer, load(folder + "/truncated.json"), 125);
  check_pairs(tokenizer, load(folder + "/pairs.json"));
}

TEST_F(TextFixtures, CasedArabicVocabularyFromTokenizerJson) {
  const std::string folder = "wordpiece/cased_arabic";
  const Tokenizer tokenizer = Tokenizer::load(path(folder));
  check_singles(tokenizer, load(folder + "/single.json"), 404);
  check_singles(tokenizer, load(folder + "/truncated.json"), 125);
  check_pairs(tokenizer, load(folder + "/pairs.json"));
}

TEST_F(TextFixtures, StrippedAccentsWithoutSpacesAroundIdeographs) {
  const std::string folder = "wordpiece/cased_arabic";
  const Tokenizer base = Tokenizer::load(path(folder));
  NormalizerOptions options = base.options();
  options.strip_accents = true;
  options.handle_chinese_chars = false;
  const SpecialTokens& s = base.special();
  const Tokenizer tokenizer(base.vocabulary(), options, s,
                            {s.unknown, s.cls, s.sep, s.pad, s.mask});
  check_singles(tokenizer, load(folder + "/single_strip_accents_no_cjk.json"), 211);
}

TEST_F(TextFixtures, HeadTailOfIds) {
  const Json file = load("headtail/ids.json");
  const Tokenizer tokenizer = Tokenizer::load(path("wordpiece/cased_arabic"));
  EXPECT_EQ(file.at("cases").size(), 98U);
  for (const Json& c : file.at("cases")) {
    std::vector<Token> question(c.at("q_len").get<std::size_t>());
    std::vector<Token> answer(c.at("a_len").get<std::size_t>());
    for (std::size_t i = 0; i < question.size(); ++i) {
      question[i].id = 1000 + static_cast<TokenId>(i);
    }
    for (std::size_t i = 0; i < answer.size(); ++i) answer[i].id = 5000 + static_cast<TokenId>(i);
    const auto limit = c.at("limit").get<std::size_t>();
    EXPECT_EQ(answer_reserve(limit), c.at("reserve").get<std::size_t>());
    const Encoding got = encode_head_tail(tokenizer, question, answer, limit);
    const std::string what = "case " + c.at("id").dump();
    EXPECT_EQ(ids(got), c.at("expected").at("ids")) << what;
    EXPECT_EQ(Json(got.type_ids), c.at("expected").at("type_ids")) << what;
  }
  for (const auto& [limit, reserve] : file.at("minimum_values").items()) {
    EXPECT_EQ(answer_reserve(std::stoul(limit)), reserve.get<std::size_t>()) << limit;
  }
}

// The ids of these cases belong to another order of the vocabulary than the one that lies beside
// them: `single.json` gives the same question other ids. Sequences must therefore agree up to one
// renumbering, the same in all cases, that leaves the special tokens alone.
TEST_F(TextFixtures, HeadTailOfTextsUpToARenumberingOfTheVocabulary) {
  const Json file = load("headtail/text.json");
  const Tokenizer tokenizer = Tokenizer::load(path("wordpiece/cased_arabic"));
  EXPECT_EQ(file.at("cases").size(), 27U);
  std::map<TokenId, TokenId> theirs = {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}};
  std::map<TokenId, TokenId> ours = theirs;
  for (const Json& c : file.at("cases")) {
    const std::string what = "case " + c.at("id").dump();
    const auto limit = c.at("limit").get<std::size_t>();
    const Encoding got = encode_head_tail(tokenizer, tokens_of(tokenizer, c.at("question")),
                                          tokens_of(tokenizer, c.at("answer")), limit);
    EXPECT_EQ(Json(got.type_ids), c.at("expected").at("type_ids")) << what;
    const auto want = c.at("expected").at("ids").get<std::vector<TokenId>>();
    ASSERT_EQ(got.size(), want.size()) << what;
    for (std::size_t i = 0; i < want.size(); ++i) {
      const TokenId id = got.tokens[i].id;
      EXPECT_EQ(theirs.emplace(id, want[i]).first->second, want[i]) << what << " token " << i;
      EXPECT_EQ(ours.emplace(want[i], id).first->second, id) << what << " token " << i;
    }
  }
  EXPECT_GT(theirs.size(), 80U);
}

}  // namespace
}  // namespace ratbench::text
