// The `hashed` encoder: a text becomes a fixed-width vector of signed counts of its word 1-2-grams
// and character 3-5-grams (feature hashing; Weinberger et al., "Feature hashing for large scale
// multitask learning", ICML 2009), scaled to L2 norm 1. It needs no model file and no training.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::corpus {

// Raise the version whenever a vector would change: it is part of every cache and run key.
inline constexpr int kHashedVersion = 1;

struct HashedParameters {
  std::size_t dim = 4096;
  std::size_t max_word_ngram = 2;
  std::size_t min_char_ngram = 3;
  std::size_t max_char_ngram = 5;

  // Canonical text for keys.
  std::string text() const;
};

// Lower-cased words of a UTF-8 text: maximal runs of ASCII letters and digits and of code points
// from U+0080 on other than spaces and general punctuation. Lower-casing covers ASCII, Latin-1,
// Greek and Cyrillic capitals. A byte that is not UTF-8 separates words.
std::vector<std::string> words_of(std::string_view text);

// Position and sign of an n-gram: 64-bit FNV-1a over `kind` ('w' or 'c') and the bytes of the
// n-gram (words joined by one space), mixed by the 64-bit finaliser of MurmurHash3.
// Bucket = (h mod 2^63) mod dim, sign = -1 when bit 63 is set.
std::uint64_t ngram_hash(char kind, std::string_view ngram);

// Writes `parameters.dim` values; a text without words gives the zero vector.
void encode_hashed(std::string_view text, const HashedParameters& parameters,
                   std::span<float> vector);

}  // namespace ratbench::corpus
