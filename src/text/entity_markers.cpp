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

constexpr const char* kBlank = " \t\r\n";

// `bytes`: the byte at which each character of the text begins, and its end.
void check_span(CharacterSpan span, std::string_view text, const std::vector<std::size_t>& bytes,
                const std::string& source, const std::string& place) {
  const std::size_t characters = bytes.size() - 1;
  const auto refuse = [&](const std::string& problem) {
    throw DataError(
        source, place,
        "characters " + std::to_string(span.begin) + " to " + std::to_string(span.end) + problem);
  };
  if (span.begin >= span.end || span.end > characters)
    refuse(" are no part of the text; allowed is a begin below its end, which is at most " +
           std::to_string(characters) + ", the length of the text");
  const std::size_t begin = bytes[span.begin];
  if (text.substr(begin, bytes[span.end] - begin).find_first_not_of(kBlank) ==
      std::string_view::npos)
    refuse(" are white space; allowed are places that hold a word");
}

// An own mark of the text, with a space inside it, would be read as one that was put in.
void check_found_again(std::string_view marked, std::string_view first, std::string_view second,
                       const EntityMarks& marks, const std::string& source,
                       const std::string& place) {
  const auto found = marked_arguments(marked, marks);
  const auto holds = [&](const MarkedArgument& argument, const std::string& open,
                         std::string_view inside, const std::string& close) {
    return marked.substr(argument.begin, argument.end - argument.begin) ==
           open + " " + std::string(inside) + " " + close;
  };
  if (const auto* const both = std::get_if<MarkedArguments>(&found))
    if (holds(both->first, marks.first_open, first, marks.first_close) &&
        holds(both->second, marks.second_open, second, marks.second_close))
      return;
  throw DataError(source, place,
                  "the text has one of the marks " + marks.first_open + " " + marks.first_close +
                      " " + marks.second_open + " " + marks.second_close +
                      " itself, beside a space or an argument, and the places of its arguments are "
                      "given too; allowed is one of both");
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
  if (text.substr(inside, end - inside).find_first_not_of(kBlank) == std::string_view::npos)
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
  check_span(first, text, bytes, source, place);
  check_span(second, text, bytes, source, place);
  if (first.begin < second.end && second.begin < first.end)
    throw DataError(source, place, "the two arguments of the relation overlap");
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
  result.append(text.substr(from));
  const auto within = [&](CharacterSpan span) {
    return text.substr(bytes[span.begin], bytes[span.end] - bytes[span.begin]);
  };
  check_found_again(result, within(first), within(second), marks, source, place);
  return result;
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
