// A tokenizer with a vocabulary small enough to work out its answers by hand.
#pragma once

#include <string>
#include <vector>

#include "src/text/tokenizer.hpp"

namespace ratbench::text {

inline Tokenizer small_tokenizer(NormalizerOptions options = {}) {
  Vocabulary vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able",
                         "fall", "##s", "<", ">", "[", "]", ",", "cafe", "\xC3\xA9", "a", "b"});
  return {std::move(vocabulary), options, SpecialTokens{1, 2, 3, 0, 4}, {0, 1, 2, 3, 4}};
}

inline std::vector<TokenId> ids_of(const std::vector<Token>& tokens) {
  std::vector<TokenId> ids;
  for (const Token& token : tokens) ids.push_back(token.id);
  return ids;
}

}  // namespace ratbench::text
