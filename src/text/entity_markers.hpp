// Relation extraction marks its two arguments in the text, as `<< a >>` and `[[ b ]]`. Here they
// are put in from spans, and found again among the tokens of an encoding.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

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
// `place`) when a span is empty, blank or outside the text, when the two overlap, and when the text
// has such a mark itself, so that marked_arguments would not find what was marked here.
std::string mark_entities(std::string_view text, CharacterSpan first, CharacterSpan second,
                          const EntityMarks& marks, const std::string& source,
                          const std::string& place);

// Bytes [begin, end) of a text: an argument with the marks around it.
struct MarkedArgument {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct MarkedArguments {
  MarkedArgument first;
  MarkedArgument second;
};

// Where a text marks its arguments, or in words what is wrong with the marks: each must open once
// and close once behind that, around something, and neither may lie in the other. Texts have the
// same signs without meaning them ("STA2>>PGE2", "6-[[(3-iodophenyl)methyl]amino]", "94 >> x" in
// ChemProt): where a mark stands with a space on its inner side, signs without that space are text,
// and so is any `>>` but the first behind its `<<`.
std::variant<MarkedArguments, std::string> marked_arguments(std::string_view text,
                                                            const EntityMarks& marks = {});

// Index, in an encoding, of the token that opens each argument.
struct EntityTokens {
  std::size_t first = 0;
  std::size_t second = 0;
};

// Finds both arguments of a marked text. Throws DataError(`source`) when the marks are wrong or one
// was cut off by truncation.
EntityTokens find_entities(std::string_view marked_text, const Encoding& encoding,
                           const EntityMarks& marks, const std::string& source);

}  // namespace ratbench::text
