// Head-tail truncation of a question and its answer: the question keeps its head, and of a long
// answer the beginning and the end stay. KvochurHegel at AbjadMed.
#pragma once

#include <cstddef>
#include <vector>

#include "src/text/encoding.hpp"

namespace ratbench::text {

// Tokens reserved for the answer at a limit: min(50, max(1, floor(50 limit / 512))).
std::size_t answer_reserve(std::size_t limit);

// [CLS] Q [SEP] A [SEP] of at most `limit` tokens. Q keeps its first limit - 3 - min(reserve, |A|)
// tokens; an answer longer than the room r that is left keeps its first floor(r / 2) and its last
// r - floor(r / 2) tokens. Throws UsageError when limit is below 3.
Encoding encode_head_tail(const Tokenizer& tokenizer, std::vector<Token> question,
                          std::vector<Token> answer, std::size_t limit);

// [CLS] Q A [SEP] of at most `limit` tokens, as sentence encoders read a pair: the same cut with
// the room of one sequence, limit - 2. Throws UsageError when limit is below 2.
Encoding encode_head_tail_joined(const Tokenizer& tokenizer, std::vector<Token> question,
                                 std::vector<Token> answer, std::size_t limit);

// [CLS] T [SEP] of at most `limit` tokens: a text longer than the room r keeps its first
// floor(r / 2) and its last r - floor(r / 2) tokens. Throws UsageError when limit is below 2.
Encoding encode_head_tail(const Tokenizer& tokenizer, std::vector<Token> text, std::size_t limit);

}  // namespace ratbench::text
