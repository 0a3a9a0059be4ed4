#include "src/text/words.hpp"

#include <gtest/gtest.h>

#include "src/base/error.hpp"
#include "tests/src/text/small_tokenizer.hpp"

namespace ratbench::text {
namespace {

TEST(Words, LabelStandsOnTheFirstPiece) {
  const auto windows = windows_of_words(small_tokenizer(), {"unaffable", "falls"}, 16, "t");
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].ids, (std::vector<TokenId>{2, 5, 6, 7, 8, 9, 3}));
  EXPECT_EQ(windows[0].word_of_token,
            (std::vector<std::int32_t>{kNoWord, 0, kNoWord, kNoWord, 1, kNoWord, kNoWord}));
}

TEST(Words, EveryWordStandsInExactlyOneWindow) {
  const std::vector<std::string> words = {"unaffable", "a",  "falls", "b", "unaffable",
                                          "\xC2\xAD",  "zz", "a",     "b", "falls"};
  for (std::size_t limit = 3; limit < 20; ++limit) {
    std::vector<int> seen(words.size(), 0);
    for (const WordWindow& window : windows_of_words(small_tokenizer(), words, limit, "t")) {
      EXPECT_LE(window.ids.size(), limit);
      ASSERT_EQ(window.ids.size(), window.word_of_token.size());
      for (const std::int32_t word : window.word_of_token) {
        if (word != kNoWord) ++seen[static_cast<std::size_t>(word)];
      }
    }
    EXPECT_EQ(seen, std::vector<int>(words.size(), 1)) << "limit " << limit;
  }
}

TEST(Words, WithoutPiecesBecomeUnknown) {
  const auto windows = windows_of_words(small_tokenizer(), {"\xC2\xAD"}, 8, "t");
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].ids, (std::vector<TokenId>{2, 1, 3}));
}

TEST(Words, NoWordsGiveNoWindowAndTooShortWindowsAreRefused) {
  EXPECT_TRUE(windows_of_words(small_tokenizer(), {}, 8, "t").empty());
  EXPECT_THROW(windows_of_words(small_tokenizer(), {"a"}, 2, "t"), UsageError);
}

}  // namespace
}  // namespace ratbench::text
