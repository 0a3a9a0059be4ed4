// Texts as the sequences of tokens that a fine-tuned BERT reads, with labels and with what an
// attack may perturb. Depends on nothing but the texts, the tokenizer and the settings below.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"
#include "src/data/token_file.hpp"
#include "src/text/tokenizer.hpp"

namespace ratbench::corpus {

struct TokenSetting {
  std::size_t max_length = 512;  // tokens of a sequence, special ones included; at least 4
  bool head_tail = false;  // a text that is too long keeps both ends; a pair see text/head_tail
  bool markers = false;    // task relation: where `<<` and `[[` open the arguments

  // "128 head markers 2", for hashes; another number where the markers would be other tokens.
  std::string text() const;
};

// What was done to texts that were too long.
struct TokenCounts {
  std::size_t truncated = 0;       // texts that lost tokens
  std::size_t lost_arguments = 0;  // those of them that lost a marked argument or a part of one
  std::size_t windows = 0;         // sequences beyond one per sentence
};

// The sequences of all rows. Every label must be one of `class_names`; `source` names the texts in
// errors. Throws DataError naming the place of a text without a token, or where `markers` are asked
// for of an argument that is not marked or was cut off.
data::TokenColumns tokenized(const std::vector<Report>& reports, data::Task task,
                             const std::vector<std::string>& class_names,
                             const TokenSetting& setting, const text::Tokenizer& tokenizer,
                             const std::string& source, TokenCounts& counts);

}  // namespace ratbench::corpus
