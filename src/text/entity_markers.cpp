#include "src/text/entity_markers.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "src/base/error.hpp"
#include "src/text/characters.hpp"

namespace ratbench::text {
namespace {

enum class Side { kLeft, kRight };
// Whether what closes an argument may stand in the text for something else too.
enum class Closings { kOne, kFirstBehind };

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

// Places of `mark` that have a space on the inner side, else all of them, none on another.
std::vector<std::size_t> places_of(std::string_view mark, std::string_view text, Side inner) {
  std::vector<std::size_t> spaced;
  std::vector<std::size_t> all;
  for (std::size_t at = text.find(mark); at != std::string_view::npos;
       at = text.find(mark, at + 1)) {
    const std::size_t end = at + mark.size();
    if (inner == Side::kRight ? end < text.size() && text[end] == ' '
                              : at > 0 && text[at - 1] == ' ')
      spaced.push_back(at);
    if (all.empty() || at >= all.back() + mark.size()) all.push_back(at);
  }
  return spaced.empty() ? all : spaced;
}

// The argument between `open` and `close`, or what was found instead.
std::variant<MarkedArgument, std::string> argument_between(std::string_view open,
                                                           std::string_view close,
                                                           Closings closings,
                                                           std::string_view text) {
  const auto times = [](std::string_view mark, std::size_t count) {
    return std::string(mark) + " " + std::to_string(count) + " times";
  };
  const std::vector<std::size_t> opens = places_of(open, text, Side::kRight);
  if (opens.empty()) return "no " + std::string(open);
  if (opens.size() > 1) return times(open, opens.size());
  const std::size_t inside = opens.front() + open.size();
  const std::vector<std::size_t> closes = places_of(close, text, Side::kLeft);
  const auto behind = std::lower_bound(closes.begin(), closes.end(), inside);
  const std::size_t end = behind == closes.end() ? text.find(close, inside) : *behind;
  if (end == std::string_view::npos)
    return "no " + std::string(close) + " behind " + std::string(open);
  if (closings == Closings::kOne && closes.size() > 1) return times(close, closes.size());
  if (text.substr(inside, end - inside).find_first_not_of(" \t\r\n") == std::string_view::npos)
    return "nothing between " + std::string(open) + " and " + std::string(close);
  return MarkedArgument{opens.front(), end + close.size()};
}

std::size_t token_at(std::size_t byte, const Encoding& encoding, const std::string& mark,
                     const std::string& source) {
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    const bool of_text = encoding.segments[i] == Segment::kFirst;
    if (of_text && encoding.tokens[i].byte_begin <= byte && byte < encoding.tokens[i].byte_end) {
      return i;
    }
  }
  throw DataError(source, mark, "this argument was cut off; allow longer sequences");
}

}  // namespace

std::variant<MarkedArguments, std::string> marked_arguments(std::string_view text,
                                                            const EntityMarks& marks) {
  const auto first =
      argument_between(marks.first_open, marks.first_close, Closings::kFirstBehind, text);
  const auto second = argument_between(marks.second_open, marks.second_close, Closings::kOne, text);
  const auto* const no_first = std::get_if<std::string>(&first);
  const auto* const no_second = std::get_if<std::string>(&second);
  std::string found;
  if (no_first != nullptr) found = *no_first;
  if (no_second != nullptr) found += (found.empty() ? "" : " and ") + *no_second;
  if (found.empty()) {
    const MarkedArguments both{std::get<MarkedArgument>(first), std::get<MarkedArgument>(second)};
    if (both.first.end <= both.second.begin || both.second.end <= both.first.begin) return both;
    found = "arguments that overlap";
  }
  return "found " + found + ", allowed is one " + marks.first_open + " argument " +
         marks.first_close + " and one " + marks.second_open + " argument " + marks.second_close +
         ", neither within the other";
}

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
  const auto found = marked_arguments(marked_text, marks);
  if (const auto* const problem = std::get_if<std::string>(&found))
    throw DataError(source, "", *problem);
  const auto& arguments = std::get<MarkedArguments>(found);
  return {token_at(arguments.first.begin, encoding, marks.first_open, source),
          token_at(arguments.second.begin, encoding, marks.second_open, source)};
}

}  // namespace ratbench::text
