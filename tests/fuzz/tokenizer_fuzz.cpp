// Feeds arbitrary bytes to the tokenizer: invalid UTF-8 is refused, and of anything else every
// token lies inside the text and has an id of the vocabulary.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/text/characters.hpp"
#include "src/text/head_tail.hpp"
#include "src/text/words.hpp"
#include "tests/src/text/small_tokenizer.hpp"

namespace {

namespace rt = ratbench::text;

rt::NormalizerOptions options_of(unsigned bits) {
  return {(bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0, (bits & 8U) != 0};
}

void check_tokens(const std::vector<rt::Token>& tokens, std::string_view text,
                  const rt::Tokenizer& tokenizer) {
  for (const rt::Token& token : tokens) {
    RB_CHECK_LT(static_cast<std::size_t>(token.id), tokenizer.vocabulary().size());
    RB_CHECK_LT(token.begin, token.end);
    RB_CHECK_LT(token.byte_begin, token.byte_end);
    RB_CHECK_LE(token.byte_end, text.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const rt::Tokenizer tokenizer = rt::small_tokenizer(options_of(data[0]));
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  const bool valid = !rt::first_invalid_utf8(text).has_value();
  try {
    const std::vector<rt::Token> tokens = tokenizer.tokenize(text, "input");
    RB_CHECK(valid);
    check_tokens(tokens, text, tokenizer);
    const std::size_t limit = 3 + data[0];
    RB_CHECK_LE(rt::encode_head_tail(tokenizer, tokens, tokens, limit).size(), limit);
    RB_CHECK_LE(rt::encode_single(tokenizer, tokens, limit).size(), limit);
    for (const rt::WordWindow& window : rt::windows_of_words(tokenizer, {text, text}, limit, "")) {
      RB_CHECK_LE(window.ids.size(), limit);
    }
  } catch (const ratbench::DataError&) {
    RB_CHECK(!valid);
  }
  return 0;
}
