#include "harness/corpus/hashed.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"

namespace ratbench::corpus {
namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001b3ULL;
constexpr char32_t kInvalid = 0xFFFFFFFF;

std::uint64_t extend(std::uint64_t state, std::string_view bytes) {
  for (const char byte : bytes) state = (state ^ static_cast<unsigned char>(byte)) * kFnvPrime;
  return state;
}

// Finaliser of MurmurHash3: FNV alone leaves the high bits of short keys poorly mixed.
std::uint64_t finish(std::uint64_t h) {
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

// Reads one code point at `at` and moves past it; an invalid byte is skipped alone.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = sequence_length(lead);
  if (length == 0 || at + length > text.size()) return ++at, kInvalid;
  char32_t code = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) return ++at, kInvalid;
    code = (code << 6) | (byte & 0x3FU);
  }
  at += length;
  return code;
}

void append(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

char32_t lower(char32_t code) {
  const auto within = [&](char32_t first, char32_t last) { return code >= first && code <= last; };
  if (within('A', 'Z') || (within(0xC0, 0xDE) && code != 0xD7) || within(0x391, 0x3A9) ||
      within(0x410, 0x42F))
    return code + 0x20;
  if (within(0x400, 0x40F)) return code + 0x50;
  return code;
}

bool in_word(char32_t code) {
  if (code == kInvalid) return false;
  if (code < 0x80)
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
  const bool space = code <= 0xA0 || code == 0x3000 || code == 0xFEFF;
  const bool punctuation = (code >= 0x2000 && code <= 0x206F) || code == 0x3001 || code == 0x3002;
  return !space && !punctuation;
}

class Accumulator {
 public:
  explicit Accumulator(std::span<float> vector) : vector_(vector) {}
  void add(std::uint64_t unfinished) {
    const std::uint64_t hash = finish(unfinished);
    const std::size_t bucket = (hash & 0x7fffffffffffffffULL) % vector_.size();
    vector_[bucket] += (hash >> 63) != 0 ? -1.0F : 1.0F;
  }

 private:
  std::span<float> vector_;
};

void add_word_ngrams(const std::vector<std::string>& words, std::size_t longest,
                     Accumulator& sums) {
  const std::uint64_t start = extend(kFnvOffset, "w");
  for (std::size_t first = 0; first < words.size(); ++first) {
    std::uint64_t state = start;
    for (std::size_t n = 0; n < longest && first + n < words.size(); ++n) {
      if (n > 0) state = extend(state, " ");
      state = extend(state, words[first + n]);
      sums.add(state);
    }
  }
}

void add_char_ngrams(std::string_view word, const HashedParameters& parameters, Accumulator& sums) {
  const std::uint64_t start = extend(kFnvOffset, "c");
  const auto is_start = [&](std::size_t at) {
    return at == word.size() || (static_cast<unsigned char>(word[at]) & 0xC0U) != 0x80U;
  };
  for (std::size_t first = 0; first < word.size(); ++first) {
    if (!is_start(first)) continue;
    std::uint64_t state = start;
    std::size_t length = 0;
    for (std::size_t at = first; at < word.size() && length < parameters.max_char_ngram; ++at) {
      state = extend(state, word.substr(at, 1));
      if (!is_start(at + 1)) continue;
      if (++length >= parameters.min_char_ngram) sums.add(state);
    }
  }
}

}  // namespace

std::string HashedParameters::text() const {
  return "dim=" + std::to_string(dim) + " words=1-" + std::to_string(max_word_ngram) +
         " characters=" + std::to_string(min_char_ngram) + "-" + std::to_string(max_char_ngram);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = next_code_point(text, at);
    if (in_word(code)) {
      append(word, lower(code));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::uint64_t ngram_hash(char kind, std::string_view ngram) {
  return finish(extend(extend(kFnvOffset, std::string_view(&kind, 1)), ngram));
}

void encode_hashed(std::string_view text, const HashedParameters& parameters,
                   std::span<float> vector) {
  RB_CHECK_EQ(vector.size(), parameters.dim);
  std::fill(vector.begin(), vector.end(), 0.0F);
  Accumulator sums(vector);
  const std::vector<std::string> words = words_of(text);
  add_word_ngrams(words, parameters.max_word_ngram, sums);
  for (const std::string& word : words) add_char_ngrams(word, parameters, sums);

  double squares = 0;
  for (const float value : vector) squares += double{value} * double{value};
  if (squares == 0) return;
  const double scale = 1 / std::sqrt(squares);
  for (float& value : vector) value = static_cast<float>(double{value} * scale);
}

}  // namespace ratbench::corpus
