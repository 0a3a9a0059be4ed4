// Splits drawn from feature files whose first feature numbers the row, so that every row can be
// followed.
#include "harness/corpus/redraw.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/corpus/prepare.hpp"
#include "src/base/error.hpp"
#include "src/data/safetensors.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;

struct Rows {
  std::vector<float> features;
  std::vector<std::int64_t> labels, source, aug_index;
  void add(float number, std::int64_t label, std::int64_t from = -1, std::int64_t index = 0) {
    features.insert(features.end(), {number, from < 0 ? -1 : features[2 * std::size_t(from)]});
    labels.push_back(label);
    source.push_back(from);
    aug_index.push_back(index);
  }
};

class RedrawTest : public testing::Test {
 protected:
  // Originals 0..39 of class a and 40..51 of class b in train, each b with two synthetic rows
  // (1000 + source, 2000 + source); 100..119 and 120..123 in val, 200..219 and 220..225 in test.
  RedrawTest() {
    Rows train;
    for (int i = 0; i < 40; ++i) train.add(static_cast<float>(i), 0);
    for (int i = 40; i < 52; ++i) train.add(static_cast<float>(i), 1);
    for (int k = 1; k <= 2; ++k)
      for (int i = 40; i < 52; ++i) train.add(static_cast<float>(1000 * k + i), 1, i, k);
    write("train", train);
    for (const auto& [split, first, rare] :
         {std::tuple{"val", 100, 4}, std::tuple{"test", 200, 6}}) {
      Rows rows;
      for (int i = 0; i < 20 + rare; ++i) rows.add(static_cast<float>(first + i), i < 20 ? 0 : 1);
      write(split, rows);
    }
  }

  void write(const std::string& split, const Rows& rows) {
    const fs::path path = folder_.path() / (split + ".safetensors");
    const std::uint64_t n = rows.labels.size();
    const auto bytes = [](const auto& values) { return std::as_bytes(std::span(values)); };
    data::write_safetensors(path,
                            {{"features", data::Dtype::kF32, {n, 2}, bytes(rows.features)},
                             {"labels", data::Dtype::kI64, {n}, bytes(rows.labels)},
                             {"source", data::Dtype::kI64, {n}, bytes(rows.source)},
                             {"aug_index", data::Dtype::kI64, {n}, bytes(rows.aug_index)}},
                            {{"class_names", R"(["a","b"])"}});
    config_.set("data." + split, path.string());
  }
  void fold(int fold, int folds = 4) {
    config_.set("data.split.name", std::string("kfold"));
    config_.set("data.split.folds", Decimal::of(folds));
    config_.set("data.split.fold", Decimal::of(fold));
  }
  void stratified(const char* fraction) {
    config_.set("data.split.name", std::string("stratified"));
    config_.set("data.split.fraction", *Decimal::parse(fraction));
  }
  void profile(long long a, long long b) {
    config_.set("data.profile", specs::Counts{{"a", Decimal::of(a)}, {"b", Decimal::of(b)}});
  }
  PreparedData run() { return prepare(config_, folder_.path() / "cache"); }
  std::string refusal() {
    try {
      run();
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  TemporaryFolder folder_;
  specs::Config config_;
};

data::FeatureSet set_of(const PreparedData& data, const std::string& split) {
  return data::FeatureSet::open(data.files.paths.at(split));
}

// Numbers of the originals of a split.
std::set<int> originals_of(const data::FeatureSet& set) {
  std::set<int> numbers;
  for (std::int64_t row = 0; row < set.rows(); ++row)
    if (set.aug_index_of(row) == 0)
      numbers.insert(static_cast<int>(set.features()[static_cast<std::size_t>(2 * row)]));
  return numbers;
}

TEST_F(RedrawTest, FoldsTestEveryOriginalOfAllFilesOnce) {
  std::set<int> tested;
  for (int f = 0; f < 4; ++f) {
    fold(f);
    const PreparedData data = run();
    std::set<int> all;
    std::size_t rows = 0;
    for (const char* split : {"train", "val", "test"}) {
      const auto numbers = originals_of(set_of(data, split));
      all.insert(numbers.begin(), numbers.end());
      rows += numbers.size();
    }
    EXPECT_EQ(all.size(), 102U);
    EXPECT_EQ(rows, 102U) << "a row is in two splits";
    for (const int number : originals_of(set_of(data, "test")))
      EXPECT_TRUE(tested.insert(number).second);
  }
  EXPECT_EQ(tested.size(), 102U);
}

TEST_F(RedrawTest, NothingMadeFromAHeldOutRowIsTrainedOn) {
  for (int f = 0; f < 4; ++f) {
    fold(f);
    const PreparedData data = run();
    const auto train = set_of(data, "train");
    const auto trained = originals_of(train);
    int synthetic = 0;
    for (std::int64_t row = 0; row < train.rows(); ++row) {
      if (train.aug_index_of(row) == 0) continue;
      ++synthetic;
      const auto at = static_cast<std::size_t>(2 * row);
      // The second feature is the number of the source as the file had it.
      const int made_from = static_cast<int>(train.features()[at + 1]);
      EXPECT_TRUE(trained.contains(made_from));
      const auto source = static_cast<std::size_t>(train.source()[static_cast<std::size_t>(row)]);
      EXPECT_EQ(static_cast<int>(train.features()[2 * source]), made_from);
    }
    // Every trained source keeps both of its rows.
    const auto sources = std::count_if(trained.begin(), trained.end(),
                                       [](int number) { return number >= 40 && number < 52; });
    EXPECT_EQ(synthetic, 2 * sources);
    EXPECT_GT(synthetic, 0);
    for (const char* split : {"val", "test"}) {
      const auto held_out = set_of(data, split);
      for (const auto index : held_out.aug_index()) EXPECT_EQ(index, 0);
    }
  }
}

TEST_F(RedrawTest, HashesDifferByFoldSeedAndFractionAndAreStable) {
  std::set<std::string> hashes;
  for (int f = 0; f < 4; ++f) {
    fold(f);
    const auto first = run().files;
    EXPECT_EQ(run().files, first);
    EXPECT_TRUE(hashes.insert(first.sha256.at("train")).second);
    EXPECT_TRUE(hashes.insert(first.sha256.at("test")).second);
  }
  config_.set("data.split.seed", Decimal::of(7));
  EXPECT_TRUE(hashes.insert(run().files.sha256.at("test")).second);
  stratified("0.2");
  EXPECT_TRUE(hashes.insert(run().files.sha256.at("test")).second);
  stratified("0.25");
  EXPECT_TRUE(hashes.insert(run().files.sha256.at("test")).second);
}

TEST_F(RedrawTest, TrainAloneIsEnough) {
  config_.erase("data.val");
  config_.erase("data.test");
  stratified("0.25");
  const PreparedData data = run();
  const auto count = [&](const char* split, std::int32_t label) {
    const auto& labels = data.labels.at(split);
    return std::count(labels.begin(), labels.end(), label);
  };
  EXPECT_EQ(count("test", 0), 10);
  EXPECT_EQ(count("val", 0), 10);
  EXPECT_EQ(count("test", 1), 3);
  EXPECT_EQ(data.realised_counts(0), (std::vector<std::int64_t>{20, 6}));
  EXPECT_EQ(data.realised_counts(2), (std::vector<std::int64_t>{20, 18}));
  EXPECT_EQ(data.drawn, "a stratified split of 0.25, seed 0");
}

TEST_F(RedrawTest, AProfileThinsTrainingAloneAndIsNested) {
  const PreparedData whole = run();
  profile(30, 6);
  const PreparedData many = run();
  profile(5, 2);
  const PreparedData few = run();
  EXPECT_EQ(many.realised_counts(0), (std::vector<std::int64_t>{30, 6}));
  EXPECT_EQ(few.realised_counts(2), (std::vector<std::int64_t>{5, 6}));
  for (const char* split : {"val", "test"}) {
    EXPECT_EQ(whole.files.sha256.at(split), few.files.sha256.at(split));
    EXPECT_EQ(whole.files.paths.at(split), few.files.paths.at(split));
  }
  EXPECT_NE(many.files.sha256.at("train"), few.files.sha256.at("train"));
  const auto more = originals_of(set_of(many, "train"));
  const auto fewer = originals_of(set_of(few, "train"));
  EXPECT_TRUE(std::includes(more.begin(), more.end(), fewer.begin(), fewer.end()));
  config_.set("data.profile_seed", Decimal::of(1));
  EXPECT_NE(run().files.sha256.at("train"), few.files.sha256.at("train"));
}

TEST_F(RedrawTest, AProfileThinsADrawnSplitToo) {
  fold(1);
  const PreparedData whole = run();
  profile(20, 4);
  const PreparedData thin = run();
  EXPECT_EQ(thin.realised_counts(0), (std::vector<std::int64_t>{20, 4}));
  EXPECT_EQ(thin.files.sha256.at("test"), whole.files.sha256.at("test"));
  EXPECT_EQ(thin.drawn, "fold 1 of 4, seed 0; profile {a: 20, b: 4}, seed 0");
}

TEST_F(RedrawTest, RefusesAFoldWithoutAClass) {
  fold(0, 23);  // class b has 22 originals in all
  EXPECT_NE(refusal().find("class \"b\": has 22 originals in all files, fewer than the 23 folds"),
            std::string::npos)
      << refusal();
  stratified("0.02");
  EXPECT_NE(refusal().find("the validation split would hold none of them"), std::string::npos)
      << refusal();
}

TEST_F(RedrawTest, SaysWhichFileLacksAClass) {
  Rows rows;
  for (int i = 0; i < 20; ++i) rows.add(static_cast<float>(i), 0);
  write("test", rows);
  profile(30, 6);
  config_.set("data.split.name", std::string("val_from_test"));
  config_.set("data.split.fraction", *Decimal::parse("0.5"));
  EXPECT_EQ(refusal(), (folder_.path() / "test.safetensors").string() +
                           ": class \"b\": has 0 originals in the test file, too few for "
                           "validation from 0.5 of the test file, seed 0: the validation split "
                           "would hold none of them");
}

TEST_F(RedrawTest, RefusesAProfileThatTheDataCannotGive) {
  profile(41, 2);
  EXPECT_NE(refusal().find("at /data/profile: found 41 for \"a\", allowed is at most 40"),
            std::string::npos)
      << refusal();
  config_.set("data.profile", specs::Counts{{"c", Decimal::of(1)}});
  EXPECT_NE(refusal().find("found \"c\", which is no class of the data; there are: a; b"),
            std::string::npos)
      << refusal();
}

TEST_F(RedrawTest, DrawsTextsOfTheBuiltInReportsAndTheirEdits) {
  specs::Config config;
  config.set("data.format", std::string("text"));
  config.set("data.release", std::string("synthetic_reports"));
  config.set("encoder.name", std::string("hashed"));
  config.set("data.split.name", std::string("kfold"));
  config.set("data.split.folds", Decimal::of(6));
  config.set("data.split.fold", Decimal::of(2));
  const PreparedData plain = prepare(config, folder_.path() / "cache");
  config.set("augmentation.name", std::string("eda"));
  config.set("augmentation.lambda", Decimal::of(1));
  const PreparedData edited = prepare(config, folder_.path() / "cache");
  // Every training original has its edited copy, wherever the release had put it.
  const auto before = plain.realised_counts(0);
  const auto after = edited.realised_counts(1);
  for (std::size_t c = 0; c < before.size(); ++c) EXPECT_EQ(after[c], 2 * before[c]) << c;
  EXPECT_EQ(edited.files.sha256.at("val"), plain.files.sha256.at("val"));
  EXPECT_EQ(edited.files.sha256.at("test"), plain.files.sha256.at("test"));
  EXPECT_NE(edited.files.sha256.at("train"), plain.files.sha256.at("train"));
}

}  // namespace
}  // namespace ratbench::corpus
