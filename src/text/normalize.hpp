// BERT's text normalisation with its way back: every code point that leaves it knows which code
// point of the original text it came from. Cleaning, spaces around CJK ideographs, accents, case.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/text/characters.hpp"

namespace ratbench::text {

// Switches of `BertNormalizer`, as in tokenizer.json.
struct NormalizerOptions {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
};

// A normalised code point and the index of the original one it stems from.
struct NormalizedPoint {
  char32_t value = 0;
  std::uint32_t origin = 0;
};

// Normalises a piece of a text; `first` is the index of its first code point in the whole text.
std::vector<NormalizedPoint> normalize(std::span<const CodePoint> text, std::uint32_t first,
                                       const NormalizerOptions& options);

}  // namespace ratbench::text
