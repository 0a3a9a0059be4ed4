// Token sequences as a BERT reads them: [CLS] A [SEP] or [CLS] A [SEP] B [SEP], with truncation.
// Ids, segment ids and, for every token, where in its text it came from.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "src/text/tokenizer.hpp"

namespace ratbench::text {

// Which text a token of an encoding belongs to.
enum class Segment { kNone, kFirst, kSecond };

// Parallel vectors, one entry per token. Tokens of kNone are [CLS] and [SEP] around the texts.
struct Encoding {
  std::vector<Token> tokens;
  std::vector<TokenId> type_ids;  // 0 up to the first [SEP], 1 after it
  std::vector<Segment> segments;

  std::size_t size() const { return tokens.size(); }
};

// Where a pair that is too long is cut, always on the right.
enum class PairTruncation {
  kLongestFirst,  // the longer text first, down to half of the room each
  kOnlyFirst,
  kOnlySecond,
};

// [CLS] `text` [SEP] with at most `max_length` tokens, special ones included. Throws UsageError
// when max_length is below 2.
Encoding encode_single(const Tokenizer& tokenizer, std::vector<Token> text, std::size_t max_length);

// [CLS] `first` [SEP] `second` [SEP] with at most `max_length` tokens. Throws UsageError when
// max_length is below 3 or when the text to be cut has no more tokens than must go.
Encoding encode_pair(const Tokenizer& tokenizer, std::vector<Token> first,
                     std::vector<Token> second, std::size_t max_length, PairTruncation truncation);

// Joins two texts that fit already.
Encoding join_pair(const Tokenizer& tokenizer, const std::vector<Token>& first,
                   const std::vector<Token>& second);

}  // namespace ratbench::text
