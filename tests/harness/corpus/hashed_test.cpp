#include "harness/corpus/hashed.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ratbench::corpus {
namespace {

std::vector<float> encode(std::string_view text, std::size_t dim = 4096) {
  std::vector<float> vector(dim, 9);
  HashedParameters parameters;
  parameters.dim = dim;
  encode_hashed(text, parameters, vector);
  return vector;
}

// Written out from the definition in the header, n-gram by n-gram.
std::vector<float> by_definition(const std::vector<std::pair<char, std::string>>& ngrams) {
  std::vector<double> sums(4096, 0);
  for (const auto& [kind, ngram] : ngrams) {
    const std::uint64_t hash = ngram_hash(kind, ngram);
    sums[(hash & ~(1ULL << 63)) % 4096] += (hash >> 63) != 0 ? -1 : 1;
  }
  double squares = 0;
  for (const double sum : sums) squares += sum * sum;
  std::vector<float> vector;
  for (const double sum : sums)
    vector.push_back(static_cast<float>(sum * (1 / std::sqrt(squares))));
  return vector;
}

using Words = std::vector<std::string>;

TEST(HashedWords, AreLowerCasedRunsOfLettersAndDigits) {
  EXPECT_EQ(words_of("Employee #1 fell, 12-ft!"), (Words{"employee", "1", "fell", "12", "ft"}));
  EXPECT_EQ(words_of("\u00c4RGER \u0416\u0423\u041a \u03a3"),
            (Words{"\u00e4rger", "\u0436\u0443\u043a", "\u03c3"}));
  EXPECT_EQ(words_of("a\u00a0b\u2014c\u3000d"), (Words{"a", "b", "c", "d"}));
  EXPECT_EQ(words_of("\u0645\u0631\u062d\u0628\u0627"), (Words{"\u0645\u0631\u062d\u0628\u0627"}));
  EXPECT_TRUE(words_of(" .,;\n").empty());
}

TEST(HashedWords, AreSeparatedByBytesThatAreNotUtf8) {
  EXPECT_EQ(words_of("a\xff"
                     "b"),
            (Words{"a", "b"}));
  EXPECT_EQ(words_of("a\xc3"), (Words{"a"}));
  EXPECT_EQ(words_of("\xe2\x82"
                     "x"),
            (Words{"x"}));
}

// Computed independently (Python integers) from FNV-1a and the finaliser of MurmurHash3.
TEST(Hashed, HasItsGoldenHashes) {
  EXPECT_EQ(ngram_hash('w', "fell"), 0x38455bf8ac1fdb2fULL);
  EXPECT_EQ(ngram_hash('w', "fell from"), 0xf4f8031bdb570125ULL);
  EXPECT_EQ(ngram_hash('c', "fell"), 0x0a7aa5510236735fULL);
  EXPECT_EQ(ngram_hash('c', "\u00e4rg"), 0x5a06af199e8962d6ULL);
}

TEST(Hashed, CountsExactlyTheNgramsOfItsDefinition) {
  EXPECT_EQ(encode("Fell from"), by_definition({{'w', "fell"},
                                                {'w', "from"},
                                                {'w', "fell from"},
                                                {'c', "fel"},
                                                {'c', "ell"},
                                                {'c', "fell"},
                                                {'c', "fro"},
                                                {'c', "rom"},
                                                {'c', "from"}}));
  EXPECT_EQ(encode("m\u00fcder"), by_definition({{'w', "m\u00fcder"},
                                                 {'c', "m\u00fcd"},
                                                 {'c', "\u00fcde"},
                                                 {'c', "der"},
                                                 {'c', "m\u00fcde"},
                                                 {'c', "\u00fcder"},
                                                 {'c', "m\u00fcder"}}));
}

TEST(Hashed, GivesVectorsOfNormOne) {
  for (const char* text : {"a", "a worker fell", "\u4f60\u597d"}) {
    double squares = 0;
    for (const float value : encode(text)) squares += double{value} * double{value};
    EXPECT_NEAR(squares, 1, 1e-6) << text;  // rounding of 4,096 floats to 24 bits
  }
}

TEST(Hashed, GivesZeroForATextWithoutWords) {
  for (const float value : encode(" ... ")) ASSERT_EQ(value, 0.0F);
}

TEST(Hashed, IgnoresCaseAndPunctuationButNotOrder) {
  EXPECT_EQ(encode("The worker, FELL."), encode("the Worker fell"));
  EXPECT_NE(encode("worker fell"), encode("fell worker"));
}

TEST(Hashed, WorksForAnyWidth) {
  for (const std::size_t dim : {1U, 3U, 1000U}) EXPECT_EQ(encode("a worker fell", dim).size(), dim);
}

}  // namespace
}  // namespace ratbench::corpus
