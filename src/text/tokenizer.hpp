// WordPiece tokenization of raw text, as Hugging Face's BERT tokenizers do it, from vocab.txt or
// tokenizer.json of a model folder. A tokenizer is immutable; any number of threads may use it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/normalize.hpp"
#include "src/text/vocabulary.hpp"

namespace ratbench::text {

// One token and the part of the original text it stands for.
struct Token {
  TokenId id = 0;
  std::uint32_t begin = 0;  // [begin, end) in code points
  std::uint32_t end = 0;
  std::uint32_t byte_begin = 0;  // [byte_begin, byte_end) in UTF-8 bytes
  std::uint32_t byte_end = 0;
  bool special = false;  // a special token that stands in the text itself, such as "[SEP]"
};

// Ids of the tokens that the model gives a meaning to.
struct SpecialTokens {
  TokenId unknown = 0;
  TokenId cls = 0;
  TokenId sep = 0;
  TokenId pad = 0;
  TokenId mask = 0;
};

class Tokenizer {
 public:
  // Reads tokenizer.json, else vocab.txt with tokenizer_config.json, of a model folder. Throws
  // DataError naming the file and what is missing or not supported.
  static Tokenizer load(const std::filesystem::path& folder);

  // `added` are the tokens that are found in raw text before anything else, longest first.
  Tokenizer(Vocabulary vocabulary, NormalizerOptions options, SpecialTokens special,
            std::vector<TokenId> added);

  // The tokens of one text without [CLS] and [SEP] around it; `source` names the text in errors.
  // Throws DataError with the byte position when the text is not valid UTF-8.
  std::vector<Token> tokenize(std::string_view text, const std::string& source) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const SpecialTokens& special() const { return special_; }
  const NormalizerOptions& options() const { return options_; }

 private:
  void tokenize_segment(const std::vector<CodePoint>& points, std::uint32_t first,
                        std::uint32_t last, std::uint32_t text_bytes,
                        std::vector<Token>& out) const;

  Vocabulary vocabulary_;
  NormalizerOptions options_;
  SpecialTokens special_;
  std::vector<TokenId> added_;
};

}  // namespace ratbench::text
