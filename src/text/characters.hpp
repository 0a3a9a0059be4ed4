// Unicode as BERT's tokenizers see it: decoding of UTF-8 and the character classes that cleaning,
// splitting and accent stripping need. The only file pair that talks to ICU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::text {

// One code point of a text and where its UTF-8 bytes begin.
struct CodePoint {
  char32_t value = 0;
  std::uint32_t byte = 0;
};

// Place of the first byte that is not valid UTF-8 (overlong forms, surrogates and values above
// U+10FFFF are not), or nothing.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// The code points of a text. Throws DataError(`source`, "byte N", ...) when it is not valid UTF-8.
std::vector<CodePoint> decode_utf8(std::string_view text, const std::string& source);

void append_utf8(char32_t value, std::string& out);

// Dropped by cleaning: U+0000, U+FFFD and the categories Cc, Cf, Co except tab, newline, return.
bool is_dropped_control(char32_t value);
// Property White_Space.
bool is_white_space(char32_t value);
// ASCII symbols and punctuation, and every category P*.
bool is_punctuation(char32_t value);
// The blocks of CJK ideographs that BERT surrounds with spaces.
bool is_cjk_ideograph(char32_t value);
// Category Mn, which accent stripping drops.
bool is_nonspacing_mark(char32_t value);
// Canonical combining class: the order of marks in NFD.
std::uint8_t combining_class(char32_t value);

// Full canonical decomposition of one code point, appended to `out`.
void append_decomposition(char32_t value, std::vector<char32_t>& out);
// Lower-case mapping of one code point without context (no final sigma), appended to `out`.
void append_lower(char32_t value, std::vector<char32_t>& out);

}  // namespace ratbench::text
