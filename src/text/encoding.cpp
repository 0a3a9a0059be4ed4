#include "src/text/encoding.hpp"

#include <algorithm>
#include <string>

#include "src/base/error.hpp"

namespace ratbench::text {
namespace {

constexpr std::size_t kSpecialInSingle = 2;
constexpr std::size_t kSpecialInPair = 3;

void append_special(TokenId id, TokenId type, Encoding& out) {
  Token token;
  token.id = id;
  token.special = true;
  out.tokens.push_back(token);
  out.type_ids.push_back(type);
  out.segments.push_back(Segment::kNone);
}

void append_text(const std::vector<Token>& text, TokenId type, Segment segment, Encoding& out) {
  out.tokens.insert(out.tokens.end(), text.begin(), text.end());
  out.type_ids.insert(out.type_ids.end(), text.size(), type);
  out.segments.insert(out.segments.end(), text.size(), segment);
}

std::size_t room(std::size_t max_length, std::size_t special) {
  if (max_length < special) {
    throw UsageError("a sequence of at most " + std::to_string(max_length) +
                     " tokens has no room for its " + std::to_string(special) + " special tokens");
  }
  return max_length - special;
}

void cut(std::vector<Token>& text, std::size_t length) {
  if (text.size() > length) text.resize(length);
}

// Cuts `text` by `excess` tokens; at least one must be left.
void cut_only(std::vector<Token>& text, std::size_t excess, const char* which) {
  if (text.size() <= excess) {
    throw UsageError(std::string("the ") + which + " text has " + std::to_string(text.size()) +
                     " tokens, too few to cut " + std::to_string(excess) + " from it");
  }
  text.resize(text.size() - excess);
}

// The shorter text is kept whole when it leaves the longer one room; else both get half, and the
// longer one the odd token.
void cut_longest(std::vector<Token>& first, std::vector<Token>& second, std::size_t length) {
  const bool swapped = first.size() > second.size();
  std::size_t shorter = std::min(first.size(), second.size());
  std::size_t longer = shorter > length ? shorter : std::max(shorter, length - shorter);
  if (shorter + longer > length) {
    shorter = length / 2;
    longer = shorter + length % 2;
  }
  cut(swapped ? second : first, shorter);
  cut(swapped ? first : second, longer);
}

}  // namespace

Encoding encode_single(const Tokenizer& tokenizer, std::vector<Token> text,
                       std::size_t max_length) {
  cut(text, room(max_length, kSpecialInSingle));
  Encoding out;
  append_special(tokenizer.special().cls, 0, out);
  append_text(text, 0, Segment::kFirst, out);
  append_special(tokenizer.special().sep, 0, out);
  return out;
}

Encoding join_pair(const Tokenizer& tokenizer, const std::vector<Token>& first,
                   const std::vector<Token>& second) {
  Encoding out;
  append_special(tokenizer.special().cls, 0, out);
  append_text(first, 0, Segment::kFirst, out);
  append_special(tokenizer.special().sep, 0, out);
  append_text(second, 1, Segment::kSecond, out);
  append_special(tokenizer.special().sep, 1, out);
  return out;
}

Encoding encode_pair(const Tokenizer& tokenizer, std::vector<Token> first,
                     std::vector<Token> second, std::size_t max_length, PairTruncation truncation) {
  const std::size_t length = room(max_length, kSpecialInPair);
  const std::size_t total = first.size() + second.size();
  if (total > length) {
    switch (truncation) {
      case PairTruncation::kLongestFirst:
        cut_longest(first, second, length);
        break;
      case PairTruncation::kOnlyFirst:
        cut_only(first, total - length, "first");
        break;
      case PairTruncation::kOnlySecond:
        cut_only(second, total - length, "second");
        break;
    }
  }
  return join_pair(tokenizer, first, second);
}

}  // namespace ratbench::text
