// Messages about embedding: exact on the wire, refused when their counts do not fit.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "harness/protocol/codec.hpp"
#include "harness/protocol/framing.hpp"
#include "harness/protocol/worker_loop.hpp"

namespace ratbench::protocol {
namespace {

EmbedRequest sample_request() {
  EmbedRequest request;
  request.request_id = 9;
  request.device = "cuda:1";
  request.threads = 3;
  request.kernel = "onednn";
  request.encoder = {"models/x", "last", "bf16", true};
  request.ids = {101, 7, 102, 101, 102};
  request.lengths = {3, 2};
  return request;
}

TEST(EmbedCodec, KeepsRequestsAndResultsExactly) {
  const EmbedRequest before = sample_request();
  const auto after = std::get<EmbedRequest>(decode(encode(before)));
  EXPECT_EQ(after.request_id, before.request_id);
  EXPECT_EQ(after.device, before.device);
  EXPECT_EQ(after.threads, before.threads);
  EXPECT_EQ(after.kernel, before.kernel);
  EXPECT_EQ(after.encoder, before.encoder);
  EXPECT_EQ(after.ids, before.ids);
  EXPECT_EQ(after.lengths, before.lengths);

  const EmbedResult result = {9, 2, {0.1F, -0.0F, 1e-40F, 3.0F}, 5, 6, 0.25, "mkl", "cpu", {"a"}};
  const auto same = std::get<EmbedResult>(decode(encode(result)));
  EXPECT_EQ(same.features, result.features);
  EXPECT_EQ(same.dim, 2);
  EXPECT_EQ(same.padded_tokens, 6);
  EXPECT_EQ(same.remarks, result.remarks);
  EXPECT_EQ(encode(same), encode(result));
}

TEST(EmbedCodec, CountsThatDoNotFitAreRefused) {
  EmbedRequest request = sample_request();
  request.lengths = {3, 3};
  EXPECT_THROW(decode(encode(request)), ProtocolError);
  request.lengths = {6, -1};
  EXPECT_THROW(decode(encode(request)), ProtocolError);
  EmbedResult result = {9, 3, {1, 2, 3, 4}, 0, 0, 0, "", "", {}};
  EXPECT_THROW(decode(encode(result)), ProtocolError);
  result.dim = 0;
  EXPECT_THROW(decode(encode(result)), ProtocolError);
}

// Gives every text its number of tokens; a text of one token is bad data.
class Counting : public GroupTrainer {
 public:
  Hello hello() override { return {}; }
  void train(const TrainGroup&, ResultSink&) override {}
  EmbedResult embed(const EmbedRequest& request) override {
    EmbedResult result;
    result.request_id = request.request_id;
    result.dim = 1;
    for (const std::int32_t length : request.lengths) {
      if (length == 1) throw DataError("text", "", "is too short");
      result.features.push_back(static_cast<float>(length));
    }
    return result;
  }
};

class Trainless : public GroupTrainer {
 public:
  Hello hello() override { return {}; }
  void train(const TrainGroup&, ResultSink&) override {}
};

// Serves `trainer` in a thread while `ask` speaks to it.
template <typename Trainer, typename Ask>
void converse(const Ask& ask) {
  int fds[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  std::thread worker([&] {
    Trainer trainer;
    EXPECT_EQ(run_worker(trainer, fds[1]), 0);
  });
  const auto receive = [&] { return decode(*read_frame(fds[0])); };
  EXPECT_TRUE(std::holds_alternative<Hello>(receive()));
  ask([&](const EmbedRequest& request) {
    EXPECT_TRUE(write_frame(fds[0], encode(request)));
    Message answer = receive();
    while (std::holds_alternative<Heartbeat>(answer)) answer = receive();
    return answer;
  });
  EXPECT_TRUE(write_frame(fds[0], encode(Shutdown{})));
  worker.join();
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST(EmbedLoop, AnswersEveryRequestAndGoesOnAfterBadOnes) {
  converse<Counting>([](const auto& answer_to) {
    EmbedRequest request = sample_request();
    EXPECT_EQ(std::get<EmbedResult>(answer_to(request)).features, (std::vector<float>{3, 2}));
    request.lengths = {4, 1};
    const auto failure = std::get<EmbedFailure>(answer_to(request));
    EXPECT_EQ(failure.kind, "data");
    EXPECT_EQ(failure.request_id, 9U);
    EXPECT_EQ(failure.message, "text: is too short");
    request.lengths = {5};
    EXPECT_EQ(std::get<EmbedResult>(answer_to(request)).features, (std::vector<float>{5}));
  });
}

TEST(EmbedLoop, AWorkerWithoutEncodersSaysSo) {
  converse<Trainless>([](const auto& answer_to) {
    const auto failure = std::get<EmbedFailure>(answer_to(sample_request()));
    EXPECT_EQ(failure.kind, "error");
    EXPECT_EQ(failure.message, "this worker has no encoders");
  });
}

}  // namespace
}  // namespace ratbench::protocol
