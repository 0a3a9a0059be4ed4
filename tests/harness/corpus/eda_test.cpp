#include "harness/corpus/eda.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/corpus/prepare.hpp"
#include "src/base/error.hpp"
#include "src/data/features.hpp"
#include "src/specs/names.hpp"
#include "tests/src/data/bytes.hpp"

namespace ratbench::corpus {
namespace {

const std::string kText = "The worker fell from  a ladder\nand broke his left arm .";

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

std::string joined(const std::string& text) {
  std::string all;
  for (const std::string& word : words(text)) all += word;
  return all;
}

std::vector<std::string> sorted_words(const std::string& text) {
  std::vector<std::string> all = words(text);
  std::sort(all.begin(), all.end());
  return all;
}

EdaParameters only(Edit edit, double share = 0.2) {
  return {.lambda = 1, .edits = {edit}, .share = share};
}

// A hundred made texts of `parameters`, by row.
std::vector<std::string> many(const EdaParameters& parameters, const std::string& text = kText) {
  std::vector<std::string> all;
  for (std::uint64_t row = 0; row < 100; ++row)
    all.push_back(edited_text(text, parameters, row, 1));
  return all;
}

TEST(Eda, SwappingKeepsTheWordsAndChangesTheirOrder) {
  for (const std::string& made : many(only(Edit::kSwap, 0.1))) {
    EXPECT_EQ(sorted_words(made), sorted_words(kText));
    EXPECT_NE(words(made), words(kText));
  }
}

TEST(Eda, DeletingLeavesOutTheStatedShareInOrder) {
  for (const std::string& made : many(only(Edit::kDelete))) {
    EXPECT_EQ(words(made).size(), words(kText).size() - 2);  // 20 % of twelve words, rounded
    std::size_t at = 0;
    const auto original = words(kText);
    for (const std::string& word : words(made)) {
      while (at < original.size() && original[at] != word) ++at;
      EXPECT_LT(at++, original.size()) << made;
    }
  }
}

TEST(Eda, InsertingRepeatsWordsOfTheText) {
  const auto original = sorted_words(kText);
  for (const std::string& made : many(only(Edit::kInsert))) {
    const auto all = sorted_words(made);
    EXPECT_EQ(all.size(), original.size() + 2);
    EXPECT_TRUE(std::includes(all.begin(), all.end(), original.begin(), original.end()));
    for (const std::string& word : all)
      EXPECT_TRUE(std::binary_search(original.begin(), original.end(), word)) << word;
  }
}

TEST(Eda, SplittingKeepsEveryCharacterInPlace) {
  for (const std::string& made : many(only(Edit::kSplit))) {
    EXPECT_EQ(joined(made), joined(kText));
    EXPECT_EQ(words(made).size(), words(kText).size() + 2);
  }
}

TEST(Eda, SplittingCutsBetweenCharactersOfUtf8) {
  for (const std::string& made : many(only(Edit::kSplit), "سقط Überfall"))
    for (const std::string& word : words(made))
      EXPECT_NE(static_cast<unsigned char>(word[0]) & 0xC0U, 0x80U) << made;
}

TEST(Eda, EveryKindOfEditIsDrawn) {
  std::set<std::size_t> sizes;
  bool swapped = false;
  for (const std::string& made : many({.lambda = 1})) {
    sizes.insert(words(made).size());
    swapped = swapped || sorted_words(made) == sorted_words(kText);
  }
  EXPECT_EQ(sizes, (std::set<std::size_t>{11, 12, 13}));
  EXPECT_TRUE(swapped);
}

TEST(Eda, ATextThatAllowsNoEditIsRepeated) {
  EXPECT_EQ(edited_text("fell", only(Edit::kSwap), 0, 1), "fell");
  EXPECT_EQ(edited_text("fell", only(Edit::kDelete), 0, 1), "fell");
  EXPECT_EQ(edited_text("a b", only(Edit::kSplit), 0, 1), "a b");
  EXPECT_EQ(edited_text("", {.lambda = 1}, 0, 1), "");
  EXPECT_EQ(edited_text("fell", only(Edit::kInsert), 0, 1), "fell fell");
  EXPECT_EQ(words(edited_text("fell down", only(Edit::kDelete, 1), 0, 1)).size(), 1U);
  // The kind is drawn among those that the text allows.
  for (const std::string& made : many({.lambda = 1, .edits = {Edit::kSwap, Edit::kInsert}}, "fell"))
    EXPECT_EQ(made, "fell fell");
}

TEST(Eda, DependsOnSeedRowAndCopyAlone) {
  const EdaParameters first{.lambda = 1, .share = 0.3};
  EdaParameters other = first;
  other.seed = 1;
  const std::string made = edited_text(kText, first, 5, 2);
  many(other);  // whatever is made in between
  EXPECT_EQ(edited_text(kText, first, 5, 2), made);
  EXPECT_NE(edited_text(kText, other, 5, 2), made);
  EXPECT_NE(edited_text(kText, first, 6, 2), made);
  EXPECT_NE(edited_text(kText, first, 5, 3), made);
}

// Another draw would change every stored key: raise kEdaVersion with it.
TEST(Eda, ThisVersionMakesTheseTexts) {
  const auto made = [](Edit edit) { return edited_text(kText, only(edit), 7, 1); };
  EXPECT_EQ(made(Edit::kDelete), "The worker from a ladder and broke his left arm");
  EXPECT_EQ(made(Edit::kInsert), "The worker fell from a his ladder and broke his left arm fell .");
  EXPECT_EQ(made(Edit::kSplit), "The worker fel l from a ladder and broke h is left arm .");
  EXPECT_EQ(made(Edit::kSwap), "The worker . from his ladder and broke a left arm fell");
  EXPECT_EQ(kEdaVersion, 1);
}

const std::vector<Report> kTraining = {{"fire in a shed", "FIRE", -1, 0},
                                       {"flames in a shed", "FIRE", 0, 1},
                                       {"slipped on wet ice", "FALL", -1, 0}};

TEST(WithEdits, PutsTheCopiesBehindAndTheDataOwnSamplesOutOfReach) {
  const std::vector<Report> made = with_edits(kTraining, {.lambda = 2});
  ASSERT_EQ(made.size(), 7U);
  for (std::size_t row : {std::size_t{0}, std::size_t{2}}) {
    EXPECT_EQ(made[row].text, kTraining[row].text);
    EXPECT_EQ(made[row].aug_index, 0);
  }
  EXPECT_EQ(made[1].aug_index, 3);
  const std::pair<std::int64_t, std::int64_t> expected[] = {{0, 1}, {2, 1}, {0, 2}, {2, 2}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(made[3 + i].source, expected[i].first);
    EXPECT_EQ(made[3 + i].aug_index, expected[i].second);
    EXPECT_EQ(made[3 + i].label, kTraining[static_cast<std::size_t>(expected[i].first)].label);
  }
}

TEST(WithEdits, AreNestedInLambda) {
  const std::vector<Report> small = with_edits(kTraining, {.lambda = 1});
  const std::vector<Report> large = with_edits(kTraining, {.lambda = 3});
  for (std::size_t row = 3; row < small.size(); ++row) {
    EXPECT_EQ(small[row].text, large[row].text);
    EXPECT_EQ(small[row].source, large[row].source);
  }
}

// Eight originals of two classes and one published sample, between them.
class EdaData : public testing::Test {
 protected:
  EdaData() {
    std::string train = "[";
    for (int id = 1; id <= 8; ++id) {
      train += record(std::to_string(id), id % 3 == 0 ? "FALL" : "FIRE") + ",";
      if (id == 4) train += record("\"4-aug-1\"", "FIRE") + ",";
    }
    train.back() = ']';
    put("train", train);
    put("val", "[" + record("9", "FALL") + "," + record("10", "FIRE") + "]");
    put("test", "[" + record("11", "FIRE") + "," + record("12", "FALL") + "]");
  }
  static std::string record(const std::string& id, const std::string& label) {
    return R"({"id": )" + id + R"(, "title": "worker number )" + std::to_string(id.size()) +
           R"( at the site", "summary": "was hurt and taken away", "gold": ")" + label + "\"}";
  }
  void put(const std::string& split, const std::string& json) const {
    std::ofstream(file(split), std::ios::binary) << json;
  }
  std::string file(const std::string& split) const {
    return (folder_.path() / (split + ".json")).string();
  }
  specs::Config config(const std::string& name, const char* lambda) const {
    specs::Config c;
    c.set("data.format", std::string("text"));
    c.set("data.release", std::string("abex_rat"));
    for (const char* split : {"train", "val", "test"})
      c.set(std::string("data.") + split, file(split));
    c.set("encoder.name", std::string("hashed"));
    c.set("augmentation.name", name);
    c.set("augmentation.lambda", *Decimal::parse(lambda));
    return c;
  }
  PreparedData prepared(const specs::Config& c) const { return prepare(c, folder_.path()); }

  TemporaryFolder folder_;
};

TEST_F(EdaData, NoAugmentationTouchesValidationOrTest) {
  const PreparedData plain = prepared(config("none", "0"));
  for (const std::string_view name : specs::augmentation_names()) {
    const PreparedData augmented = prepared(config(std::string(name), "1"));
    for (const char* split : {"val", "test"}) {
      EXPECT_EQ(augmented.files.sha256.at(split), plain.files.sha256.at(split)) << name;
      EXPECT_EQ(augmented.files.paths.at(split), plain.files.paths.at(split)) << name;
    }
    EXPECT_EQ(augmented.files.sha256.at("train") == plain.files.sha256.at("train"), name != "eda")
        << name;
  }
}

TEST_F(EdaData, OriginalsKeepTheirRowsAndEveryOneGetsItsCopies) {
  const PreparedData plain = prepared(config("none", "0"));
  const PreparedData edited = prepared(config("eda", "2"));
  const auto before = data::FeatureSet::open(plain.files.paths.at("train"));
  const auto after = data::FeatureSet::open(edited.files.paths.at("train"));
  const auto dim = static_cast<std::size_t>(before.dim());
  ASSERT_GE(after.rows(), before.rows());
  const auto own = static_cast<std::size_t>(before.rows()) * dim;
  EXPECT_TRUE(std::ranges::equal(before.features(), after.features().first(own)));
  const auto counts = before.class_counts(0);
  const auto with_copies = after.class_counts(2);
  for (std::size_t label = 0; label < counts.size(); ++label)
    EXPECT_EQ(with_copies[label], 3 * counts[label]) << label;
  EXPECT_EQ(edited.realised_counts(2), with_copies);
  // The rows of lambda 1 are the first ones of lambda 2.
  const PreparedData fewer = prepared(config("eda", "1"));
  EXPECT_EQ(fewer.realised_counts(1), edited.realised_counts(1));
}

TEST_F(EdaData, EveryParameterNamesOtherData) {
  std::set<std::string> hashes;
  const auto hash = [&](const specs::Config& c) { return prepared(c).files.sha256.at("train"); };
  EXPECT_TRUE(hashes.insert(hash(config("eda", "1"))).second);
  EXPECT_TRUE(hashes.insert(hash(config("eda", "2"))).second);
  specs::Config c = config("eda", "1");
  c.set("augmentation.seed", *Decimal::parse("1"));
  EXPECT_TRUE(hashes.insert(hash(c)).second);
  c.set("augmentation.edit_share", *Decimal::parse("0.3"));
  EXPECT_TRUE(hashes.insert(hash(c)).second);
  c.set("augmentation.edits", std::vector<std::string>{"swap"});
  EXPECT_TRUE(hashes.insert(hash(c)).second);
  c = config("eda", "1");
  c.set("augmentation.edits", std::vector<std::string>{"swap", "split", "insert", "delete"});
  EXPECT_FALSE(hashes.insert(hash(c)).second) << "the order of edits is no choice";
}

TEST_F(EdaData, MoreTextsThanADiskHoldsAreRefused) {
  try {
    prepared(config("eda", "1000000"));
    FAIL() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("/augmentation/lambda"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("8 training originals"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace ratbench::corpus
