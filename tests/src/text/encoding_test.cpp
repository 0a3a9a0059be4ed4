#include "src/text/encoding.hpp"

#include <gtest/gtest.h>

#include "src/base/error.hpp"
#include "src/text/entity_markers.hpp"
#include "src/text/head_tail.hpp"
#include "tests/src/text/small_tokenizer.hpp"

namespace ratbench::text {
namespace {

using Ids = std::vector<TokenId>;

std::vector<Token> numbered(TokenId first, std::size_t count) {
  std::vector<Token> tokens(count);
  for (std::size_t i = 0; i < count; ++i) tokens[i].id = first + static_cast<TokenId>(i);
  return tokens;
}

TEST(Encoding, RefusesLimitsWithoutRoomForSpecialTokens) {
  const Tokenizer t = small_tokenizer();
  EXPECT_THROW(encode_single(t, numbered(100, 3), 1), UsageError);
  EXPECT_THROW(encode_pair(t, {}, {}, 2, PairTruncation::kLongestFirst), UsageError);
  EXPECT_THROW(encode_head_tail(t, {}, {}, 2), UsageError);
  EXPECT_EQ(encode_single(t, numbered(100, 3), 2).size(), 2U);
}

TEST(HeadTail, KeepsBothEndsOfASingleTextWithTheOddTokenInTheTail) {
  const Tokenizer t = small_tokenizer();
  EXPECT_EQ(ids_of(encode_head_tail(t, numbered(100, 9), 7).tokens),
            (Ids{2, 100, 101, 106, 107, 108, 3}));
  EXPECT_EQ(encode_head_tail(t, numbered(100, 5), 7).size(), 7U);
}

TEST(HeadTail, ReservesLessForAShortAnswer) {
  const Tokenizer t = small_tokenizer();
  const Encoding encoding = encode_head_tail(t, numbered(100, 600), numbered(900, 2), 512);
  EXPECT_EQ(encoding.size(), 512U);
  EXPECT_EQ(encoding.tokens[507].id, 100 + 506);
}

TEST(HeadTail, JoinsAPairCutInTheSameWayIntoOneSequence) {
  const Tokenizer t = small_tokenizer();
  // Room for 6, of which the answer has 1 for certain: the question's head fills what it can.
  EXPECT_EQ(ids_of(encode_head_tail_joined(t, numbered(100, 3), numbered(900, 9), 8).tokens),
            (Ids{2, 100, 101, 102, 900, 907, 908, 3}));
  EXPECT_EQ(ids_of(encode_head_tail_joined(t, numbered(100, 9), numbered(900, 9), 8).tokens),
            (Ids{2, 100, 101, 102, 103, 104, 908, 3}));
  const Encoding whole = encode_head_tail_joined(t, numbered(100, 2), numbered(900, 2), 8);
  EXPECT_EQ(ids_of(whole.tokens), (Ids{2, 100, 101, 900, 901, 3}));
  EXPECT_EQ(whole.type_ids, (std::vector<TokenId>(6, 0)));
  EXPECT_THROW(encode_head_tail_joined(t, {}, {}, 1), UsageError);
}

TEST(EntityMarkers, AreFoundAgainAmongTheTokens) {
  const Tokenizer t = small_tokenizer();
  const std::string marked = mark_entities("a falls b", {8, 9}, {0, 1}, {}, "t", "row 1");
  EXPECT_EQ(marked, "[[ a ]] falls << b >>");
  const Encoding encoding = encode_single(t, t.tokenize(marked, "row 1"), 32);
  const EntityTokens found = find_entities(marked, encoding, {}, "row 1");
  EXPECT_EQ(found.second, 1U);
  EXPECT_EQ(encoding.tokens[found.first].id, 10);
  EXPECT_EQ(encoding.tokens[found.first].byte_begin, marked.find("<<"));
}

TEST(EntityMarkers, OfTouchingArgumentsCloseBeforeTheyOpen) {
  EXPECT_EQ(mark_entities("ab", {0, 1}, {1, 2}, {}, "t", "1"), "<< a >>[[ b ]]");
  EXPECT_EQ(mark_entities("ab", {1, 2}, {0, 1}, {}, "t", "1"), "[[ a ]]<< b >>");
}

TEST(EntityMarkers, AreCountedInCharactersNotInBytes) {
  EXPECT_EQ(mark_entities("\xC3\xA9 b", {0, 1}, {2, 3}, {}, "t", "1"), "<< \xC3\xA9 >> [[ b ]]");
  EXPECT_THROW(mark_entities("\xC3\xA9 b", {0, 1}, {3, 4}, {}, "t", "1"), DataError);
}

// "first|second" with their marks, or what is wrong.
std::string arguments_of(std::string_view text) {
  const auto found = marked_arguments(text);
  if (const auto* const problem = std::get_if<std::string>(&found))
    return problem->substr(0, problem->find(','));
  const auto [first, second] = std::get<MarkedArguments>(found);
  return std::string(text.substr(first.begin, first.end - first.begin)) + "|" +
         std::string(text.substr(second.begin, second.end - second.begin));
}

TEST(EntityMarkers, OfEveryTextAreTwoArgumentsSideBySide) {
  EXPECT_EQ(arguments_of("a << b >> c [[ d ]]"), "<< b >>|[[ d ]]");
  EXPECT_EQ(arguments_of("[[ d ]] a << b >>"), "<< b >>|[[ d ]]") << "in either order";
  EXPECT_EQ(arguments_of("<<b>> a [[d]]"), "<<b>>|[[d]]") << "without spaces";
  EXPECT_EQ(arguments_of("<< a >>[[ b ]]"), "<< a >>|[[ b ]]");
  const std::vector<std::pair<const char*, const char*>> wrong = {
      {"a b", "found no << and no [["},
      {"a << b >> d", "found no [["},
      {"a b [[ d ]]", "found no <<"},
      {"<< a b [[ d ]]", "found no >> behind <<"},
      {">> a << b [[ d ]]", "found no >> behind <<"},
      {"<< a >> ]] b [[ d", "found no ]] behind [["},
      {"<< a >> ]] b [[ d ]]", "found ]] 2 times"},
      {"<< a >> << b >> [[ d ]]", "found << 2 times"},
      {"<<a>> <<b>> [[d]]", "found << 2 times"},
      {"<< a >> [[ b ]] [[ d ]]", "found [[ 2 times"},
      {"<< >> b [[ d ]]", "found nothing between << and >>"},
      {"<< a >> b [[]]", "found nothing between [[ and ]]"},
      {"<< a [[ d ]] b >>", "found arguments that overlap"},
      {"<< a [[ d >> b ]]", "found arguments that overlap"}};
  for (const auto& [text, problem] : wrong) EXPECT_EQ(arguments_of(text), problem) << text;
  EXPECT_EQ(std::get<std::string>(marked_arguments("a [[ b ]]")),
            "found no <<, allowed is one << argument >> and one [[ argument ]], neither within the "
            "other");
}

TEST(EntityMarkers, AreToldFromTheSameSignsInTexts) {
  // As in ChemProt.
  EXPECT_EQ(arguments_of("<< STA2 >> inhibits [[ HVA ]]: PGE1>STA2>>PGE2, 94 >> x"),
            "<< STA2 >>|[[ HVA ]]");
  EXPECT_EQ(arguments_of("<< A3 >> agonist [[ IB ]] (6[[(3-iodo)methyl]amino]-purin)"),
            "<< A3 >>|[[ IB ]]");
  EXPECT_EQ(arguments_of("<< 5-[2-[[2-hydroxy]oxy]propyl] >>, a [[ beta ]]"),
            "<< 5-[2-[[2-hydroxy]oxy]propyl] >>|[[ beta ]]");
  EXPECT_EQ(arguments_of("by << NET >> of duloxetine [[[ (+)-N-methyl ]]], which"),
            "<< NET >>|[[ (+)-N-methyl ]]");
  const Tokenizer t = small_tokenizer();
  const std::string text = "<< a >> of [[[ b ]]]";
  const Encoding encoding = encode_single(t, t.tokenize(text, "t"), 32);
  EXPECT_EQ(encoding.tokens[find_entities(text, encoding, {}, "t").second].byte_begin,
            text.find("[[ "));
}

TEST(EntityMarkers, MaySurroundSignsOfTheText) {
  const std::string chemical = "5-[2-[[2-hydroxy]oxy]propyl] acts on PGE1>STA2>>PGE2";
  const std::string marked = mark_entities(chemical, {0, 28}, {37, 52}, {}, "t", "1");
  EXPECT_EQ(arguments_of(marked), "<< 5-[2-[[2-hydroxy]oxy]propyl] >>|[[ PGE1>STA2>>PGE2 ]]");
}

TEST(EntityMarkers, RefuseSpansThatAreNotThere) {
  const auto refused = [](const char* text, CharacterSpan first, CharacterSpan second) {
    EXPECT_THROW(mark_entities(text, first, second, {}, "t", "row 1"), DataError) << text;
  };
  refused("ab", {0, 3}, {1, 2});
  refused("ab", {1, 1}, {0, 1});
  refused("abc", {0, 2}, {1, 3});
  refused("a << b", {0, 1}, {5, 6});
  refused("ab<<", {0, 1}, {1, 4});
  refused("a >> b", {0, 6}, {2, 4});
  refused("a  b", {0, 1}, {1, 3});
  const Tokenizer t = small_tokenizer();
  const std::string marked = "<< a >> falls [[ b ]]";
  const Encoding cut = encode_single(t, t.tokenize(marked, "t"), 8);
  EXPECT_THROW(find_entities(marked, cut, {}, "t"), DataError);
  EXPECT_THROW(find_entities("a", encode_single(t, {}, 8), {}, "t"), DataError);
}

}  // namespace
}  // namespace ratbench::text
