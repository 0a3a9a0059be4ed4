#include "src/text/entity_markers.hpp"

#include <algorithm>
#include <array>

#include "src/base/error.hpp"
#include "src/text/characters.hpp"

namespace ratbench::text {
namespace {

bool begins_point(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

void check_span(std::string_view text, ByteSpan span, const std::string& source) {
  const bool inside = span.begin < span.end && span.end <= text.size();
  if (inside && begins_point(text, span.begin) && begins_point(text, span.end)) return;
  throw DataError(source, "entity",
                  "bytes " + std::to_string(span.begin) + " to " + std::to_string(span.end) +
                      " are not a part of the text, which has " + std::to_string(text.size()) +
                      " bytes");
}

std::size_t token_at(std::string_view text, const Encoding& encoding, const std::string& mark,
                     const std::string& source) {
  const std::size_t byte = text.find(mark);
  if (byte == std::string_view::npos) {
    throw DataError(source, mark, "the text does not mark this argument");
  }
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    const bool of_text = encoding.segments[i] == Segment::kFirst;
    if (of_text && encoding.tokens[i].byte_begin <= byte && byte < encoding.tokens[i].byte_end) {
      return i;
    }
  }
  throw DataError(source, mark, "this argument was cut off; allow longer sequences");
}

}  // namespace

std::string mark_entities(std::string_view text, ByteSpan first, ByteSpan second,
                          const EntityMarks& marks, const std::string& source) {
  check_span(text, first, source);
  check_span(text, second, source);
  if (first.begin < second.end && second.begin < first.end) {
    throw DataError(source, "entity", "the two arguments of the relation overlap");
  }
  struct Insertion {
    std::size_t at;
    std::string mark;
  };
  // Closing marks first: where one argument ends and the other begins, its mark closes before.
  std::array<Insertion, 4> insertions = {{{first.end, " " + marks.first_close},
                                          {second.end, " " + marks.second_close},
                                          {first.begin, marks.first_open + " "},
                                          {second.begin, marks.second_open + " "}}};
  std::stable_sort(insertions.begin(), insertions.end(),
                   [](const Insertion& a, const Insertion& b) { return a.at < b.at; });
  std::string result;
  std::size_t from = 0;
  for (const Insertion& insertion : insertions) {
    result.append(text.substr(from, insertion.at - from)).append(insertion.mark);
    from = insertion.at;
  }
  return result.append(text.substr(from));
}

EntityTokens find_entities(std::string_view marked_text, const Encoding& encoding,
                           const EntityMarks& marks, const std::string& source) {
  return {token_at(marked_text, encoding, marks.first_open, source),
          token_at(marked_text, encoding, marks.second_open, source)};
}

}  // namespace ratbench::text
