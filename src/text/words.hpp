// Texts that come as words, such as tagged sentences: every word becomes one or more tokens, its
// label stands on the first one, and a sentence over the limit becomes several windows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/text/tokenizer.hpp"

namespace ratbench::text {

// A part of a sentence that fits the limit, with [CLS] and [SEP] around it.
struct WordWindow {
  std::vector<TokenId> ids;
  // The word whose first piece stands here, or kNoWord for other pieces, [CLS] and [SEP].
  std::vector<std::int32_t> word_of_token;
};
inline constexpr std::int32_t kNoWord = -1;

// Splits a sentence into windows of at most `max_length` tokens. Every word stands in exactly one
// window, whole; a word with more pieces than a window holds keeps its first ones, and a word
// without any piece (control characters alone) becomes [UNK]. No words give no window. Throws
// UsageError when max_length is below 3, DataError for invalid UTF-8.
std::vector<WordWindow> windows_of_words(const Tokenizer& tokenizer,
                                         const std::vector<std::string>& words,
                                         std::size_t max_length, const std::string& source);

}  // namespace ratbench::text
