// Relation extraction marks its two arguments in the text, as `<< a >>` and `[[ b ]]`. Here they
// are put in from spans, and found again among the tokens of an encoding.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "src/text/encoding.hpp"

namespace ratbench::text {

// The marks around the first and the second argument.
struct EntityMarks {
  std::string first_open = "<<";
  std::string first_close = ">>";
  std::string second_open = "[[";
  std::string second_close = "]]";
};

// Characters (code points) [begin, end) of a text, counted from 0.
struct CharacterSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The text with both arguments marked, a space inside each mark. Throws DataError(`source`,
// `place`) when a span is empty or outside the text, when the two overlap, and when the text has a
// mark already.
std::string mark_entities(std::string_view text, CharacterSpan first, CharacterSpan second,
                          const EntityMarks& marks, const std::string& source,
                          const std::string& place);

// Index, in an encoding, of the token that opens each argument.
struct EntityTokens {
  std::size_t first = 0;
  std::size_t second = 0;
};

// Finds both arguments of a marked text. Throws DataError(`source`) when a mark is missing or was
// cut off by truncation.
EntityTokens find_entities(std::string_view marked_text, const Encoding& encoding,
                           const EntityMarks& marks, const std::string& source);

}  // namespace ratbench::text
