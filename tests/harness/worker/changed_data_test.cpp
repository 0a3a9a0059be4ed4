// What a worker does with files that are not, or no longer, what the run keys name.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "src/base/sha256.hpp"
#include "src/data/content.hpp"
#include "src/data/model_folder.hpp"
#include "src/data/payload_hash.hpp"
#include "tests/harness/worker/started_worker.hpp"
#include "tests/src/train/toy_texts.hpp"

namespace ratbench::worker {
namespace {

namespace fs = std::filesystem;

protocol::TrainGroup hashed_group(const train::testing::ToyFolder& folder, const std::string& key) {
  protocol::TrainGroup group = group_of(folder, {key});
  for (const auto& [split, path] : group.data.paths) group.data.sha256[split] = sha256_file(path);
  return group;
}

// Another file at the same path, as an editor or rsync leaves it.
void replace(const std::string& path, const train::testing::ToySplit& split) {
  train::testing::write_toy_split(path, split);
}

// Other bytes in the same file, as cp leaves them.
void overwrite(const std::string& path, const train::testing::ToySplit& split) {
  const std::string other = path + ".other";
  train::testing::write_toy_split(other, split);
  std::ifstream in(other, std::ios::binary);
  std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
  out << in.rdbuf();
  fs::remove(other);
}

void expect_refused(WorkerProcess& worker, const protocol::TrainGroup& group,
                    const std::string& path, const std::string& expected) {
  worker.send(group);
  const auto failure = worker.expect<protocol::RunFailure>();
  EXPECT_EQ(failure.run_key, group.runs.front().run_key);
  EXPECT_EQ(failure.kind, "data");
  EXPECT_EQ(failure.message, path + ": was changed since the sweep was planned: its SHA-256 is " +
                                 sha256_file(path) + ", expected is " + expected);
  worker.expect<protocol::GroupEnd>();
}

void expect_trained(WorkerProcess& worker, const protocol::TrainGroup& group) {
  worker.send(group);
  EXPECT_EQ(worker.expect<protocol::RunResult>().run_key, group.runs.front().run_key);
  worker.expect<protocol::GroupEnd>();
}

TEST(ChangedData, IsRefusedByAWorkerThatStartsLaterAndByOneThatHadOpenedIt) {
  for (const char* split : {"train", "val", "test"}) {
    const train::testing::ToyFolder folder;
    const train::testing::ToyFolder others;
    const protocol::TrainGroup group = hashed_group(folder, "x");
    WorkerProcess early;
    early.expect<protocol::Hello>();
    expect_trained(early, group);
    const std::string path = group.data.paths.at(split);
    replace(path, train::testing::toy_split(5000, false));
    expect_refused(early, group, path, group.data.sha256.at(split));
    WorkerProcess late;
    late.expect<protocol::Hello>();
    expect_refused(late, group, path, group.data.sha256.at(split));
    expect_trained(late, hashed_group(others, "y"));  // other data are not concerned
  }
}

TEST(ChangedData, IsFoundThoughTheFileIsTheSameAndAsLong) {
  const train::testing::ToyFolder folder;
  const protocol::TrainGroup group = hashed_group(folder, "x");
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  expect_trained(worker, group);
  const std::string path = group.data.paths.at("train");
  overwrite(path, train::testing::toy_split(5000, true));
  expect_refused(worker, group, path, group.data.sha256.at("train"));
  overwrite(path, train::testing::toy_split(0, true));
  expect_trained(worker, group);  // what was put back serves again
}

TEST(ChangedData, OnTheWayFailsTheRunAndForgetsItsProgress) {
  const train::testing::ToyFolder folder;
  const TemporaryFolder checkpoints;
  protocol::TrainGroup group = hashed_group(folder, "x");
  group.runs.front().config.set("train.epochs", *Decimal::parse("400"));
  group.checkpoints = checkpoints.path().string();
  group.checkpoint_every_s = 0;
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  worker.send(group);
  const fs::path progress = checkpoints.path() / "x";
  for (int waited = 0; waited < 6000 && !fs::exists(progress); ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_TRUE(fs::exists(progress));
  const std::string path = group.data.paths.at("train");
  overwrite(path, train::testing::toy_split(5000, true));
  const auto failure = worker.expect<protocol::RunFailure>();
  EXPECT_EQ(failure.kind, "data");
  EXPECT_NE(failure.message.find(path + ": was changed"), std::string::npos) << failure.message;
  EXPECT_FALSE(fs::exists(progress));
}

TEST(ChangedData, FilesOfTheCacheGoByTheirKeyAndMustBeIntact) {
  const train::testing::ToyFolder folder;
  protocol::TrainGroup group = hashed_group(folder, "x");
  const std::string path = group.data.paths.at("val");
  const std::string key = sha256_hex("what it was made from");
  {
    const auto file = data::Safetensors::open(path);
    auto metadata = file.metadata();
    metadata[data::kCacheKey] = key;
    std::vector<data::TensorSource> tensors;
    for (const data::TensorView& tensor : file.tensors())
      tensors.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    data::write_with_payload_hash(path, tensors, metadata);
  }
  group.data.sha256["val"] = key;
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  expect_trained(worker, group);
  {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-1, std::ios::end);
    file.put('\x01');
  }
  worker.send(group);
  const auto damaged = worker.expect<protocol::RunFailure>();
  EXPECT_EQ(damaged.kind, "data");
  EXPECT_NE(damaged.message.find("not as they were written to the cache"), std::string::npos)
      << damaged.message;
  worker.expect<protocol::GroupEnd>();
  group.data.sha256["val"] = sha256_hex("something else");
  expect_refused(worker, group, path, group.data.sha256["val"]);
}

TEST(ChangedData, OfAModelIsRefusedToo) {
  const train::testing::ToyTexts texts(data::Task::kMultilabel);
  protocol::TrainGroup group;
  group.kernel = "auto";
  group.data.paths = texts.paths();
  for (const auto& [split, path] : texts.paths())
    group.data.sha256[split] = split == "model" ? data::model_sha256(path) : sha256_file(path);
  specs::Config config = train::testing::text_config(data::Task::kMultilabel);
  config.set("train.epochs", *Decimal::parse("1"));
  group.runs.push_back({"texts", 3, config});
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  expect_trained(worker, group);
  const fs::path weights = fs::path(texts.paths().at("model")) / "model.safetensors";
  {
    std::fstream file(weights, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-2, std::ios::end);
    file.put('\x01');
  }
  worker.send(group);
  const auto failure = worker.expect<protocol::RunFailure>();
  EXPECT_EQ(failure.kind, "data");
  EXPECT_NE(failure.message.find(texts.paths().at("model") + ": was changed"), std::string::npos)
      << failure.message;
}

}  // namespace
}  // namespace ratbench::worker
