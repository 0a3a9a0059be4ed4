#include "harness/corpus/prepare.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/features.hpp"
#include "tests/needs.hpp"
#include "tests/src/data/bytes.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;

std::string release_json(const std::vector<std::string>& records) {
  std::string json = "[";
  for (std::size_t i = 0; i < records.size(); ++i) json += (i > 0 ? "," : "") + records[i];
  return json + "]";
}

std::string record(const std::string& id, const std::string& text, const std::string& gold) {
  return R"({"id": )" + id + R"(, "title": ")" + text + R"(", "summary": "", "gold": ")" + gold +
         "\"}";
}

class PrepareTest : public testing::Test {
 protected:
  PrepareTest() {
    put("train",
        release_json({record("1", "a worker fell", "FALL"), record("2", "a fire broke out", "FIRE"),
                      record("\"2-aug-1\"", "a blaze broke out", "FIRE"),
                      record("\"2-aug-2\"", "flames broke out", "FIRE"),
                      record("3", "an employee slipped", "FALL")}));
    put("val", release_json({record("4", "fire", "FIRE")}));
    put("test", release_json({record("5", "fell", "FALL"), record("6", "burned", "FIRE")}));
    config_.set("data.format", std::string("text"));
    config_.set("data.release", std::string("abex_rat"));
    config_.set("encoder.name", std::string("hashed"));
  }

  void put(const std::string& split, const std::string& json) {
    const fs::path path = folder_.path() / (split + ".json");
    std::ofstream(path, std::ios::binary) << json;
    config_.set("data." + split, path.string());
  }
  PreparedData run() { return prepare(config_, cache()); }
  fs::path cache() const { return folder_.path() / "cache"; }
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

TEST_F(PrepareTest, EncodesARelease) {
  const PreparedData data = run();
  EXPECT_EQ(data.class_names, (std::vector<std::string>{"FALL", "FIRE"}));
  EXPECT_EQ(data.labels.at("train"), (std::vector<std::int32_t>{0, 1, 1, 1, 0}));
  EXPECT_EQ(data.labels.at("test"), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(data.dim, 4096);
  EXPECT_EQ(data.supply[0].max_index, 0);
  EXPECT_EQ(data.supply[1].originals, 1);
  EXPECT_EQ(data.supply[1].synthetic, 2);
  EXPECT_EQ(data.supply[1].sources, 1);
  EXPECT_EQ(data.supply[1].max_index, 2);
  EXPECT_EQ(data.realised_counts(0), (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(data.realised_counts(1), (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(data.realised_counts(20), (std::vector<std::int64_t>{2, 3}));
  const auto train = data::FeatureSet::open(data.files.paths.at("train"));
  EXPECT_EQ(train.source()[2], 1);
}

TEST_F(PrepareTest, DescribesCountsAndShortSupply) {
  const std::vector<Amount> amounts = {{"", 0}, {"", 5}};
  EXPECT_EQ(describe_counts(run(), amounts),
            "class  val  test  train originals  lambda 0  lambda 5\n"
            "FALL     0     1                2         2         2\n"
            "FIRE     1     1                1         1         3\n");
  EXPECT_EQ(
      count_notes(run(), amounts),
      (std::vector<std::string>{"lambda 5 is above the supply of FIRE: 2 a source, all are used",
                                "FALL has no row in the validation split"}));
}

TEST_F(PrepareTest, DescribesCountsOfRowsThatTrainingMakes) {
  const std::vector<Amount> amounts = {{"", 0}, {"mixup", 2}, {"noise", 2}, {"smote", 5}};
  EXPECT_EQ(describe_counts(run(), amounts),
            "class  val  test  train originals  lambda 0  mixup 2  noise 2  smote 5\n"
            "FALL     0     1                2         2        6        6        2\n"
            "FIRE     1     1                1         1        3        3        2\n");
  EXPECT_EQ(count_notes(run(), amounts),
            (std::vector<std::string>{
                "mixup 2: in the mean; every run's own shares are in v_class, train_rows",
                "FALL has no row in the validation split"}));
}

TEST_F(PrepareTest, TakesFeaturesFromTheCache) {
  const PreparedData first = run();
  const fs::path path = first.files.paths.at("train");
  const auto written = fs::last_write_time(path);
  const PreparedData second = run();
  EXPECT_EQ(first.files, second.files);
  EXPECT_EQ(fs::last_write_time(path), written);
}

TEST_F(PrepareTest, HashesNameTheContent) {
  const PreparedData first = run();
  put("val", release_json({record("4", "fires", "FIRE")}));
  const PreparedData second = run();
  EXPECT_NE(first.files.sha256.at("val"), second.files.sha256.at("val"));
  EXPECT_NE(first.files.paths.at("val"), second.files.paths.at("val"));
  EXPECT_EQ(first.files.sha256.at("train"), second.files.sha256.at("train"));
}

TEST_F(PrepareTest, MakesADamagedCacheFileAgain) {
  const fs::path path = run().files.paths.at("train");
  const std::string good = sha256_file(path);
  const auto size = fs::file_size(path);
  for (const std::uintmax_t place : {std::uintmax_t{3}, size / 2, size - 1}) {
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(place));
      file.put('\x41');
    }
    ASSERT_NE(sha256_file(path), good) << place;
    run();
    EXPECT_EQ(sha256_file(path), good) << "damaged at byte " << place;
  }
  for (const std::uintmax_t left : {std::uintmax_t{0}, std::uintmax_t{100}, size - 1}) {
    fs::resize_file(path, left);
    run();
    EXPECT_EQ(sha256_file(path), good) << "cut to " << left;
  }
}

TEST_F(PrepareTest, MayRunTwiceAtOnce) {
  for (int round = 0; round < 5; ++round) {
    fs::remove_all(cache());
    std::vector<std::string> hashes(4);
    std::vector<std::thread> threads;
    for (std::string& hash : hashes)
      threads.emplace_back([&] { hash = sha256_file(run().files.paths.at("train")); });
    for (std::thread& thread : threads) thread.join();
    for (const std::string& hash : hashes) EXPECT_EQ(hash, hashes[0]);
    EXPECT_EQ(std::distance(fs::directory_iterator(cache()), fs::directory_iterator()), 3);
  }
}

TEST_F(PrepareTest, ReadsFeatureFilesInPlace) {
  const PreparedData texts = run();
  specs::Config config;
  for (const auto& [split, path] : texts.files.paths) config.set("data." + split, path);
  const PreparedData features = prepare(config, folder_.path() / "unused");
  EXPECT_EQ(features.files.paths, texts.files.paths);
  EXPECT_EQ(features.files.sha256.at("test"), sha256_file(texts.files.paths.at("test")));
  EXPECT_EQ(features.labels, texts.labels);
  EXPECT_FALSE(fs::exists(folder_.path() / "unused"));
}

TEST_F(PrepareTest, NamesThePageThatExplainsMissingData) {
  config_.erase("data.val");
  EXPECT_EQ(refusal(),
            "configuration: at /data/val: no file is given for this split; docs/data.md says where "
            "each data set is had and how to name it");
  config_.set("data.val", std::string("/nowhere/val.json"));
  EXPECT_NE(refusal().find("/nowhere/val.json: there is no such file (data.val); docs/data.md"),
            std::string::npos);
}

TEST_F(PrepareTest, RefusesWhatItCannotRead) {
  const specs::Config good = config_;
  config_.set("encoder.name", std::string("bert"));
  EXPECT_NE(refusal().find("at /encoder/name: found \"bert\""), std::string::npos);
  config_ = good;
  config_.erase("data.release");
  EXPECT_NE(refusal().find("ends in neither .csv nor .tsv"), std::string::npos);
  config_ = good;
  config_.set("data.val", (folder_.path() / "val.safetensors").string());
  std::ofstream(folder_.path() / "val.safetensors") << "features";
  EXPECT_NE(refusal().find("val.safetensors: is a file of features, but data.format is text: "
                           "data.val must name a file of texts"),
            std::string::npos)
      << refusal();
  config_ = good;
  config_.set("data.minority_classes", std::vector<std::string>{"FIRE", "FLOOD"});
  EXPECT_NE(refusal().find("found \"FLOOD\", which is no class of the data; there are: FALL; FIRE"),
            std::string::npos);
}

TEST_F(PrepareTest, RefusesClassesThatTrainingLacks) {
  put("test", release_json({record("5", "fell", "FLOOD")}));
  EXPECT_NE(refusal().find("test.json: record 0 (from 0): class \"FLOOD\" has no original in the"),
            std::string::npos)
      << refusal();
}

TEST_F(PrepareTest, RefusesTruncatedReleases) {
  put("train", "[" + record("1", "a worker fell", "FALL"));
  EXPECT_NE(refusal().find("train.json: byte "), std::string::npos);
}

TEST_F(PrepareTest, NeedsNoFilesForTheBuiltInReports) {
  specs::Config config;
  config.set("data.format", std::string("text"));
  config.set("data.release", std::string("synthetic_reports"));
  config.set("encoder.name", std::string("hashed"));
  const PreparedData data = prepare(config, cache());
  EXPECT_EQ(data.class_names.size(), 7U);
  EXPECT_EQ(data.labels.at("test").size(), 400U);
  EXPECT_EQ(data.realised_counts(10).at(6), 12 * 11);
  EXPECT_EQ(data.realised_counts(10).at(2), 48 * 6);
  config.set("data.test", std::string("test.json"));
  EXPECT_THROW(prepare(config, cache()), SpecError);
}

TEST_F(PrepareTest, EncodesThePublishedRelease) {
  RATBENCH_NEEDS_DATA();
  const char* root = std::getenv("RATBENCH_DATA");
  const fs::path osha = fs::path(root) / "osha";
  config_.set("data.train", (osha / "train_aug.json").string());
  config_.set("data.val", (osha / "val.json").string());
  config_.set("data.test", (osha / "test.json").string());
  const PreparedData data = run();
  EXPECT_EQ(data.realised_counts(20),
            (std::vector<std::int64_t>{1164, 744, 1252, 178 * 6, 37 * 21, 191 * 6, 10 * 21}));
}

}  // namespace
}  // namespace ratbench::corpus
