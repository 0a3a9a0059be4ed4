#include "src/text/characters.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::text {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The sixth block begins at 2B920 in the tokenizers whose output models were trained on, where the
// original BERT has 2B820.
constexpr std::array<Range, 8> kCjkBlocks = {{{0x3400, 0x4DBF},
                                              {0x4E00, 0x9FFF},
                                              {0xF900, 0xFAFF},
                                              {0x20000, 0x2A6DF},
                                              {0x2A700, 0x2B73F},
                                              {0x2B740, 0x2B81F},
                                              {0x2B920, 0x2CEAF},
                                              {0x2F800, 0x2FA1F}}};

const icu::Normalizer2& canonical_decomposition() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* instance = icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(status)) {
    throw EnvironmentError(std::string("ICU cannot load its normalisation data: ") +
                           u_errorName(status));
  }
  return *instance;
}

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// Length of the sequence that a first byte announces; 0 for a byte that cannot be first.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// Decodes the sequence at `at`; its length, or 0 when it is not valid.
std::size_t decode_one(std::string_view text, std::size_t at, char32_t& value) {
  const unsigned char first = byte_at(text, at);
  const std::size_t length = sequence_length(first);
  if (length == 1) {
    value = first;
    return 1;
  }
  if (length == 0 || at + length > text.size()) return 0;
  value = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = byte_at(text, at + i);
    if ((next & 0xC0U) != 0x80U) return 0;
    value = (value << 6) | (next & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return overlong || surrogate || value > 0x10FFFF ? 0 : length;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  char32_t value = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = decode_one(text, at, value);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::vector<CodePoint> decode_utf8(std::string_view text, const std::string& source) {
  std::vector<CodePoint> result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    CodePoint point;
    point.byte = static_cast<std::uint32_t>(at);
    const std::size_t length = decode_one(text, at, point.value);
    if (length == 0) {
      throw DataError(source, "byte " + std::to_string(at),
                      "not valid UTF-8; texts must be UTF-8 without surrogates");
    }
    result.push_back(point);
    at += length;
  }
  return result;
}

void append_utf8(char32_t value, std::string& out) {
  const auto push = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    push(value);
  } else if (value < 0x800) {
    push(0xC0 | (value >> 6));
    push(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    push(0xE0 | (value >> 12));
    push(0x80 | ((value >> 6) & 0x3F));
    push(0x80 | (value & 0x3F));
  } else {
    push(0xF0 | (value >> 18));
    push(0x80 | ((value >> 12) & 0x3F));
    push(0x80 | ((value >> 6) & 0x3F));
    push(0x80 | (value & 0x3F));
  }
}

bool is_dropped_control(char32_t value) {
  if (value == '\t' || value == '\n' || value == '\r') return false;
  if (value >= 0x20 && value < 0x7F) return false;
  if (value == 0 || value == 0xFFFD) return true;
  switch (u_charType(static_cast<UChar32>(value))) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_PRIVATE_USE_CHAR:
      return true;
    default:
      return false;
  }
}

bool is_white_space(char32_t value) {
  if (value < 0x80) return value == ' ' || (value >= '\t' && value <= '\r');
  return u_isUWhiteSpace(static_cast<UChar32>(value)) != 0;
}

bool is_punctuation(char32_t value) {
  if (value < 0x80) {
    return (value >= '!' && value <= '/') || (value >= ':' && value <= '@') ||
           (value >= '[' && value <= '`') || (value >= '{' && value <= '~');
  }
  return u_ispunct(static_cast<UChar32>(value)) != 0;
}

bool is_cjk_ideograph(char32_t value) {
  return value >= kCjkBlocks.front().first &&
         std::any_of(kCjkBlocks.begin(), kCjkBlocks.end(),
                     [value](Range r) { return value >= r.first && value <= r.last; });
}

bool is_nonspacing_mark(char32_t value) {
  return value >= 0x300 && u_charType(static_cast<UChar32>(value)) == U_NON_SPACING_MARK;
}

std::uint8_t combining_class(char32_t value) {
  return value < 0x300 ? 0 : u_getCombiningClass(static_cast<UChar32>(value));
}

void append_decomposition(char32_t value, std::vector<char32_t>& out) {
  icu::UnicodeString decomposed;
  if (value < 0xC0 ||
      !canonical_decomposition().getDecomposition(static_cast<UChar32>(value), decomposed)) {
    out.push_back(value);
    return;
  }
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    out.push_back(static_cast<char32_t>(decomposed.char32At(i)));
  }
}

void append_lower(char32_t value, std::vector<char32_t>& out) {
  // The only code point whose lower case without context is two code points.
  constexpr char32_t kCapitalIWithDot = 0x130;
  if (value == kCapitalIWithDot) {
    out.push_back('i');
    out.push_back(0x307);
  } else if (value < 0x80) {
    out.push_back(value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value);
  } else {
    out.push_back(static_cast<char32_t>(u_tolower(static_cast<UChar32>(value))));
  }
}

}  // namespace ratbench::text
