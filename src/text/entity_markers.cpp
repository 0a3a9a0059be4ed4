#include "src/text/entity_markers.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "src/base/error.hpp"
#include "src/text/characters.hpp"

namespace ratbench::text {
namespace {

// The byte at which each character begins, and one more for the text's end.
std::vector<std::size_t> character_bytes(std::string_view text, const std::string& source) {
  std::vector<std::size_t> bytes;
  for (const CodePoint& point : decode_utf8(text, source)) bytes.push_back(point.byte);
  bytes.push_back(text.size());
  return bytes;
}

void check_span(CharacterSpan span, std::size_t characters, const std::string& source,
                const std::string& place) {
  if (span.begin < span.end && span.end <= characters) return;
  throw DataError(
      source, place,
      "characters " + std::to_string(span.begin) + " to " + std::to_string(span.end) +
          " are no part of the text; allowed is a begin below its end, which is at most " +
          std::to_string(characters) + ", the length of the text");
}

void check_unmarked(std::string_view text, const EntityMarks& marks, const std::string& source,
                    const std::string& place) {
  for (const std::string* mark :
       {&marks.first_open, &marks.first_close, &marks.second_open, &marks.second_close})
    if (text.find(*mark) != std::string_view::npos)
      throw DataError(source, place,
                      "the text has the mark " + *mark +
                          " already, and the places of its arguments are given too");
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

std::string mark_entities(std::string_view text, CharacterSpan first, CharacterSpan second,
                          const EntityMarks& marks, const std::string& source,
                          const std::string& place) {
  const std::vector<std::size_t> bytes = character_bytes(text, source);
  check_span(first, bytes.size() - 1, source, place);
  check_span(second, bytes.size() - 1, source, place);
  if (first.begin < second.end && second.begin < first.end)
    throw DataError(source, place, "the two arguments of the relation overlap");
  check_unmarked(text, marks, source, place);
  struct Insertion {
    std::size_t at;
    std::string mark;
  };
  // Closing marks first: where one argument ends and the other begins, its mark closes before.
  std::array<Insertion, 4> insertions = {{{bytes[first.end], " " + marks.first_close},
                                          {bytes[second.end], " " + marks.second_close},
                                          {bytes[first.begin], marks.first_open + " "},
                                          {bytes[second.begin], marks.second_open + " "}}};
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
