#include "src/text/tokenizer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "src/base/error.hpp"
#include "tests/src/text/small_tokenizer.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::text {
namespace {

using Ids = std::vector<TokenId>;

TEST(Vocabulary, TakesTheLongestPieceFirstAndGivesUpOnTheWholeWord) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(ids_of(tokenizer.tokenize("unaffable falls", "t")), (Ids{5, 6, 7, 8, 9}));
  EXPECT_EQ(ids_of(tokenizer.tokenize("unaffablex", "t")), (Ids{1}));
}

TEST(Vocabulary, NeverEndsAPieceInsideACodePoint) {
  // The first byte of e-acute alone would be found if bytes were cut anywhere.
  const Vocabulary vocabulary({"\xC3", "x"});
  std::vector<Piece> pieces;
  EXPECT_FALSE(vocabulary.split("\xC3\xA9", pieces));
  EXPECT_TRUE(pieces.empty());
}

TEST(Tokenizer, CountsOffsetsInTheTextAsItWasWritten) {
  const Tokenizer tokenizer = small_tokenizer();
  const auto tokens = tokenizer.tokenize("\xC3\x9A\x6E CAF\xC3\x89,", "t");
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(tokens[0].id, 5);
  EXPECT_EQ(tokens[1].id, 15);
  EXPECT_EQ(tokens[1].begin, 3U);
  EXPECT_EQ(tokens[1].end, 7U);
  EXPECT_EQ(tokens[1].byte_begin, 4U);
  EXPECT_EQ(tokens[1].byte_end, 9U);
  EXPECT_EQ(tokens[2].id, 14);
}

TEST(Tokenizer, KeepsAccentsAndCaseWhenToldTo) {
  NormalizerOptions options;
  options.strip_accents = false;
  options.lowercase = false;
  const Tokenizer tokenizer = small_tokenizer(options);
  EXPECT_EQ(ids_of(tokenizer.tokenize("\xC3\xA9 A", "t")), (Ids{16, 1}));
}

TEST(Tokenizer, FindsSpecialTokensInTheText) {
  const auto tokens = small_tokenizer().tokenize("fall[SEP]a [SEP", "t");
  EXPECT_EQ(ids_of(tokens), (Ids{8, 3, 17, 12, 1}));
  EXPECT_TRUE(tokens[1].special);
  EXPECT_EQ(tokens[1].begin, 4U);
}

TEST(Tokenizer, RefusesInvalidUtf8WithItsBytePosition) {
  for (const char* bad : {"ab\xFF", "ab\xC0\x80", "ab\xED\xA0\x80", "ab\xE2\x82", "ab\xF5"}) {
    try {
      small_tokenizer().tokenize(bad, "reports.csv line 7");
      FAIL() << bad;
    } catch (const DataError& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find("reports.csv line 7"), std::string::npos) << message;
      EXPECT_NE(message.find("byte 2"), std::string::npos) << message;
    }
  }
}

TEST(Tokenizer, StaysLinearOnALongFieldFullOfSpecialTokens) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "[SEP]";
  EXPECT_EQ(small_tokenizer().tokenize(text, "t").size(), 100000U);
}

TEST(Tokenizer, CutsWordsOverAHundredCodePointsToUnknown) {
  const Tokenizer tokenizer = small_tokenizer();
  std::string word = "un";
  for (int i = 0; i < 32; ++i) word += "aff";
  EXPECT_EQ(tokenizer.tokenize(word + "s", "t").size(), 34U);
  EXPECT_EQ(ids_of(tokenizer.tokenize(word + "aff", "t")), (Ids{1}));
}

class ModelFolder : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name) << content;
  }
  std::string refusal() const {
    try {
      Tokenizer::load(folder_.path());
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(ModelFolder, NamesWhatIsMissing) {
  EXPECT_NE(refusal().find("neither tokenizer.json nor vocab.txt"), std::string::npos);
  write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[MASK]\na\n");
  EXPECT_NE(refusal().find("[SEP]"), std::string::npos);
  write("vocab.txt", "");
  EXPECT_NE(refusal().find("empty"), std::string::npos);
  write("vocab.txt", "[PAD]\n\xFFx\n");
  EXPECT_NE(refusal().find("line 2"), std::string::npos);
}

TEST_F(ModelFolder, RefusesOtherTokenizersByName) {
  write("tokenizer.json", "{\"model\": {\"type\": \"BPE\"}}");
  EXPECT_NE(refusal().find("\"BPE\" is not supported"), std::string::npos);
  write("tokenizer.json", "{\"model\": ");
  EXPECT_NE(refusal().find("not valid JSON"), std::string::npos);
  write("tokenizer.json", "[]");
  EXPECT_NE(refusal().find("not a JSON object"), std::string::npos);
  write("tokenizer.json",
        R"({"model": {"type": "WordPiece", "vocab": {"a": -1}},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "normalizer": {"type": "BertNormalizer"}})");
  EXPECT_NE(refusal().find("out of range"), std::string::npos);
}

TEST_F(ModelFolder, RefusesMoreTokensThanTheEmbeddingTableHasRows) {
  write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
  write("config.json", R"({"vocab_size": 6})");
  EXPECT_EQ(refusal(), "");
  write("config.json", R"({"vocab_size": 64})");
  EXPECT_EQ(refusal(), "");
  write("config.json", R"({"vocab_size": 5})");
  EXPECT_EQ(refusal(), (folder_ / "vocab.txt").string() +
                           ": holds token ids up to 5, but the embedding table has 5 rows "
                           "(vocab_size of config.json)");
  const std::string vocabulary =
      R"("vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 90})";
  const std::string parts = R"("pre_tokenizer": {"type": "BertPreTokenizer"},
                               "normalizer": {"type": "BertNormalizer"})";
  write("tokenizer.json", R"({"model": {"type": "WordPiece", )" + vocabulary + "}, " + parts + "}");
  EXPECT_NE(refusal().find("tokenizer.json: holds token ids up to 90, but"), std::string::npos)
      << refusal();
  write("tokenizer.json", R"({"model": {"type": "WordPiece", "continuing_subword_prefix": 3, )" +
                              vocabulary + "}, " + parts + "}");
  EXPECT_NE(refusal().find("/continuing_subword_prefix: missing or of the wrong type"),
            std::string::npos)
      << refusal();
}

TEST_F(ModelFolder, ReadsVocabularyAndSettingsWithLineEndingsOfWindows) {
  write("vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nA\r\na\r\n");
  EXPECT_EQ(ids_of(Tokenizer::load(folder_.path()).tokenize("A", "t")), (Ids{6}));
  write("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_EQ(ids_of(Tokenizer::load(folder_.path()).tokenize("A", "t")), (Ids{5}));
  EXPECT_FALSE(Tokenizer::load(folder_.path()).options().strip_accents);
}

}  // namespace
}  // namespace ratbench::text
