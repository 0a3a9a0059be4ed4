#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <limits>
#include <thread>

#include "harness/protocol/base64.hpp"
#include "harness/protocol/codec.hpp"
#include "harness/protocol/framing.hpp"
#include "harness/protocol/worker_loop.hpp"

namespace ratbench::protocol {
namespace {

specs::Config sample_config() {
  specs::Config config;
  config.set("attack.epsilon", *Decimal::parse("0.1"));
  config.set("attack.name", std::string("fgm"));
  config.set("train.clip_norm", specs::None{});
  config.set("attack.add_clean", true);
  config.set("data.minority_classes", std::vector<std::string>{"A", "B"});
  config.set("empty.texts", std::vector<std::string>{});
  config.set("data.profile", specs::Counts{{"A, B", Decimal::of(7)}, {"C", Decimal::of(0)}});
  config.set("some.numbers", std::vector<Decimal>{Decimal::of(1), *Decimal::parse("2.5")});
  return config;
}

RunResult sample_result() {
  RunResult result;
  result.run_key = "abc";
  result.diverged = true;
  result.diverged_reason = "loss is \xff not finite \"";
  result.diverged_step = 7;
  result.counters = {1, 2, 3, 4, 5, 6, 7};
  result.train_s = 1.0 / 3;
  result.wall_s = std::numeric_limits<double>::infinity();
  result.step_losses = {0.1F, -0.0F, std::numeric_limits<float>::quiet_NaN(), 1e-40F};
  result.attacked = "0101";
  result.epochs = {{1, std::numeric_limits<double>::quiet_NaN(), {{"macro_f1", 0.5}}, 9, 4}};
  result.outcomes = {{"test", "best", {0, 1, 2, -1}, {1, 2, 3, 4}}};
  result.train_class_counts = {std::numeric_limits<std::int64_t>::max()};
  return result;
}

TEST(Codec, KeepsConfigurationsExactly) {
  const specs::Config config = sample_config();
  EXPECT_EQ(config_from_text(config_to_text(config)), config);
}

TEST(Codec, KeepsResultsExactly) {
  const RunResult before = sample_result();
  const auto after = std::get<RunResult>(decode(encode(before)));
  EXPECT_EQ(after.run_key, before.run_key);
  EXPECT_EQ(after.train_s, before.train_s);
  EXPECT_EQ(after.wall_s, before.wall_s);
  ASSERT_EQ(after.step_losses.size(), before.step_losses.size());
  EXPECT_EQ(floats_to_base64(after.step_losses), floats_to_base64(before.step_losses));
  EXPECT_EQ(after.counters.padded_tokens, 7);
  EXPECT_TRUE(std::isnan(after.epochs.at(0).train_loss));
  EXPECT_EQ(after.epochs.at(0).batches, 9);
  EXPECT_EQ(after.epochs.at(0).attacked_batches, 4);
  EXPECT_EQ(after.outcomes.at(0).predictions, before.outcomes.at(0).predictions);
  EXPECT_EQ(after.train_class_counts, before.train_class_counts);
}

TEST(Codec, ReadsResultsOfVersionsThatDidNotCountBatches) {
  std::string message = encode(sample_result());
  for (const std::string member : {"\"attacked_batches\":4,", "\"batches\":9,"}) {
    ASSERT_NE(message.find(member), std::string::npos) << message;
    message.erase(message.find(member), member.size());
  }
  const auto after = std::get<RunResult>(decode(message));
  EXPECT_EQ(after.epochs.at(0).batches, -1);
  EXPECT_EQ(after.epochs.at(0).attacked_batches, -1);
}

TEST(Codec, KeepsGroupsWithTheirDecimalsAndSeeds) {
  TrainGroup group;
  group.group_id = std::numeric_limits<std::uint64_t>::max();
  group.data.paths["train"] = "/a b/train.safetensors";
  group.data.sha256["train"] = "ff";
  group.checkpoints = "/a b/logs/checkpoints";
  group.checkpoint_every_s = 0.5;
  group.runs = {{"key", std::numeric_limits<std::uint64_t>::max(), sample_config()}};
  const auto after = std::get<TrainGroup>(decode(encode(group)));
  EXPECT_EQ(after.group_id, group.group_id);
  EXPECT_EQ(after.data, group.data);
  EXPECT_EQ(after.checkpoints, group.checkpoints);
  EXPECT_EQ(after.checkpoint_every_s, 0.5);
  EXPECT_EQ(after.runs.at(0).seed, group.runs.at(0).seed);
  EXPECT_EQ(after.runs.at(0).config, group.runs.at(0).config);
}

TEST(Codec, KeepsEventsOfRuns) {
  const auto after = std::get<RunEvent>(decode(encode(RunEvent{"key", "a \"sentence\""})));
  EXPECT_EQ(after.run_key, "key");
  EXPECT_EQ(after.sentence, "a \"sentence\"");
}

TEST(Codec, RefusesWhatIsNoMessage) {
  for (const char* text :
       {"", "{", "[]", "3", "{}", "{\"type\":3}", "{\"type\":\"nonsense\"}",
        "{\"type\":\"group_end\"}", "{\"type\":\"group_end\",\"group_id\":-1}",
        "{\"type\":\"group_end\",\"group_id\":1.5}", "{\"type\":\"heartbeat\",\"run_key\":1}"}) {
    EXPECT_THROW(decode(text), ProtocolError) << text;
  }
}

TEST(Codec, RefusesAResultWithABadMember) {
  const std::string good = encode(sample_result());
  const std::array<std::pair<std::string, std::string>, 4> changes = {
      {{"\"attacked\":\"0101\"", "\"attacked\":\"0121\""},
       {"\"threads\":1", "\"threads\":99999999999"},
       {"\"step_losses\":\"", "\"step_losses\":\"AAA"},
       {"\"predictions\":[0", "\"predictions\":[2147483648"}}};
  for (const auto& [from, to] : changes) {
    std::string bad = good;
    const std::size_t place = bad.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    bad.replace(place, from.size(), to);
    EXPECT_THROW(decode(bad), ProtocolError) << to;
  }
}

TEST(Base64, AcceptsOnlyTheOneTextOfAValue) {
  const std::vector<float> values = {1.0F, 2.0F};
  const std::string text = floats_to_base64(values);
  EXPECT_EQ(floats_from_base64(text), values);
  EXPECT_EQ(floats_from_base64(""), std::vector<float>{});
  for (const char* bad : {"A", "AAAA", "AACAPw=", "AACAPx==", "AACAP===", "AA=APw==", "AAC*Pw=="}) {
    EXPECT_FALSE(floats_from_base64(bad)) << bad;
  }
}

class SocketPair : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds_.data()), 0); }
  void TearDown() override {
    ::close(fds_[0]);
    if (fds_[1] >= 0) ::close(fds_[1]);
  }
  void close_other() {
    ::close(fds_[1]);
    fds_[1] = -1;
  }
  std::array<int, 2> fds_{};
};

using Framing = SocketPair;

TEST_F(Framing, CarriesAMegabyteThroughASmallBuffer) {
  const std::string payload(1 << 20, 'x');
  std::thread writer([&] { EXPECT_TRUE(write_frame(fds_[1], payload)); });
  EXPECT_EQ(read_frame(fds_[0]), payload);
  writer.join();
}

TEST_F(Framing, TellsTheEndFromATornFrame) {
  ASSERT_TRUE(write_frame(fds_[1], "whole"));
  ASSERT_EQ(::write(fds_[1], "\x05\x00\x00\x00to", 6), 6);
  close_other();
  EXPECT_EQ(read_frame(fds_[0]), "whole");
  EXPECT_THROW(read_frame(fds_[0]), ProtocolError);
  EXPECT_EQ(read_frame(fds_[0]), std::nullopt);
}

TEST_F(Framing, SaysThatTheReaderIsGoneWithoutASignal) {
  close_other();
  EXPECT_FALSE(write_frame(fds_[0], "hello"));
}

TEST_F(Framing, RefusesALengthBeyondTheLimit) {
  ASSERT_EQ(::write(fds_[1], "\xff\xff\xff\xff", 4), 4);
  EXPECT_THROW(read_frame(fds_[0]), ProtocolError);
}

TEST(FrameReader, AssemblesFramesFromSingleBytes) {
  const std::string bytes("\x02\x00\x00\x00hi\x00\x00\x00\x00\x01\x00\x00\x00!", 15);
  FrameReader reader;
  std::vector<std::string> frames;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    while (auto frame = reader.next()) frames.push_back(*frame);
  }
  EXPECT_EQ(frames, (std::vector<std::string>{"hi", "", "!"}));
  EXPECT_FALSE(reader.inside_frame());
}

// A trainer that forgets one run and throws on demand.
class Forgetful : public GroupTrainer {
 public:
  Hello hello() override { return {}; }
  void train(const TrainGroup& group, ResultSink& sink) override {
    RunResult result;
    result.run_key = group.runs.at(0).run_key;
    sink.report(result);
    sink.report(result);
    if (group.group_id == 2) throw std::bad_alloc();
  }
};

TEST_F(Framing, WorkerLoopReportsEveryRunOfAGroupOnce) {
  std::thread worker([&] {
    Forgetful trainer;
    EXPECT_EQ(run_worker(trainer, fds_[1]), 0);
  });
  EXPECT_TRUE(std::holds_alternative<Hello>(decode(*read_frame(fds_[0]))));
  for (const std::uint64_t id : {1U, 2U}) {
    TrainGroup group;
    group.group_id = id;
    group.runs = {{"a", 1, {}}, {"b", 2, {}}};
    ASSERT_TRUE(write_frame(fds_[0], encode(group)));
    EXPECT_EQ(std::get<RunResult>(decode(*read_frame(fds_[0]))).run_key, "a");
    const auto failure = std::get<RunFailure>(decode(*read_frame(fds_[0])));
    EXPECT_EQ(failure.run_key, "b");
    EXPECT_EQ(failure.kind, id == 1 ? "error" : "oom");
    EXPECT_EQ(std::get<GroupEnd>(decode(*read_frame(fds_[0]))).group_id, id);
  }
  ASSERT_TRUE(write_frame(fds_[0], encode(Shutdown{})));
  worker.join();
}

}  // namespace
}  // namespace ratbench::protocol
