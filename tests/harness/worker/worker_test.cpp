// The real worker program behind its socket: what the engine sees of it.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "src/base/version.hpp"
#include "tests/harness/worker/started_worker.hpp"
#include "tests/src/train/toy_texts.hpp"
#include "tests/unmappable_file.hpp"

namespace ratbench::worker {
namespace {

TEST(Worker, GreetsWithItsVersionsAndEndsOnShutdown) {
  WorkerProcess worker;
  const auto hello = worker.expect<protocol::Hello>();
  EXPECT_EQ(hello.method_version, kMethodVersion);
  EXPECT_EQ(hello.program_version, kProgramVersion);
  EXPECT_EQ(hello.libtorch_version.substr(0, 2), "2.");
  ASSERT_FALSE(hello.devices.empty());
  EXPECT_EQ(hello.devices.front(), "cpu");
  worker.send(protocol::Shutdown{});
  EXPECT_FALSE(worker.receive().has_value());
  EXPECT_EQ(worker.wait(), 0);
}

TEST(Worker, FineTunesTheModelThatTokenFilesName) {
  const train::testing::ToyTexts texts(data::Task::kMultilabel);
  protocol::TrainGroup group;
  group.kernel = "auto";
  group.data.paths = texts.paths();
  specs::Config config = small_config();
  config.set("task", std::string("multilabel"));
  config.set("model.name", std::string("bert"));
  config.set("loss.name", std::string("bce"));
  group.runs.push_back({"texts", 3, config});
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  worker.send(group);
  const auto result = worker.expect<protocol::RunResult>();
  EXPECT_EQ(result.run_key, "texts");
  EXPECT_GT(result.counters.real_tokens, 0);
  EXPECT_GE(result.counters.padded_tokens, result.counters.real_tokens);
  ASSERT_EQ(result.outcomes.size(), 6U);
  EXPECT_EQ(result.outcomes.back().predictions.size(), 80U);
  EXPECT_EQ(result.outcomes.back().thresholds.size(), 2U);
  EXPECT_NE(result.kernel, "auto");
}

TEST(Worker, PredictsTheMajorityOfTextsThatNoModelReads) {
  const train::testing::ToyTexts texts(data::Task::kMultilabel);
  protocol::TrainGroup group;
  group.kernel = "auto";
  group.data.paths = texts.paths();
  group.data.paths.erase("model");
  specs::Config config;
  config.set("task", std::string("multilabel"));
  config.set("model.name", std::string("prior"));
  config.set("loss.name", std::string("bce"));
  group.runs.push_back({"majority", 3, config});
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  worker.send(group);
  const auto result = worker.expect<protocol::RunResult>();
  EXPECT_EQ(result.run_key, "majority");
  EXPECT_EQ(result.counters.batches, 0);
  ASSERT_EQ(result.outcomes.size(), 6U);
  EXPECT_EQ(result.outcomes.back().predictions.size(), 80U);
}

TEST(Worker, TrainsEveryRunOfAGroupToTheSameBitsInAnyProcess) {
  const train::testing::ToyFolder folder;
  std::vector<protocol::RunResult> results;
  for (int process = 0; process < 2; ++process) {
    WorkerProcess worker;
    worker.expect<protocol::Hello>();
    worker.send(group_of(folder, {"a", "b"}));
    for (const char* key : {"a", "b"}) {
      results.push_back(worker.expect<protocol::RunResult>());
      EXPECT_EQ(results.back().run_key, key);
    }
    EXPECT_EQ(worker.expect<protocol::GroupEnd>().group_id, 7U);
  }
  for (const protocol::RunResult& result : results) {
    EXPECT_FALSE(result.diverged);
    EXPECT_EQ(result.kernel, "mkl");  // as asked, not as measured
    EXPECT_EQ(result.threads, 1);
    EXPECT_EQ(result.weights_sha256, results[0].weights_sha256);
    EXPECT_EQ(result.test_logits_sha256, results[0].test_logits_sha256);
    EXPECT_EQ(result.outcomes.size(), 6U);
    EXPECT_GT(result.peak_memory_bytes, 0);
    EXPECT_FALSE(result.device_name.empty());
  }
}

TEST(Worker, RunsBlocksOfTheArmsOfACostMeasurement) {
  const train::testing::ToyFolder folder;
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  specs::Config clean = small_config();
  clean.set("attack.p_rat", *Decimal::parse("0"));
  protocol::CostSetup setup;
  setup.kernel = "mkl";
  setup.seed = 3;
  setup.arms = {{"rat", small_config(), folder.paths()}, {"clean", clean, folder.paths()}};
  worker.send(setup);
  const auto ready = worker.expect<protocol::CostReady>();
  EXPECT_EQ(ready.kernel, "mkl");
  EXPECT_FALSE(ready.device_name.empty());
  for (const bool profiled : {false, true}) {
    worker.send(protocol::CostBlock{8, 0, 0, 20, profiled});
    const auto rat = worker.expect<protocol::CostTimes>();
    worker.send(protocol::CostBlock{9, 1, 0, 20, profiled});
    const auto alone = worker.expect<protocol::CostTimes>();
    EXPECT_EQ(rat.request_id, 8U);
    EXPECT_EQ(rat.steps, 20);
    EXPECT_GT(rat.wall_s, 0);
    EXPECT_GT(rat.attacked_steps, 0);
    EXPECT_LT(rat.attacked_steps, 20);
    EXPECT_EQ(rat.forward_passes, 20 + rat.attacked_steps);
    EXPECT_EQ(alone.attacked_steps, 0);
    EXPECT_EQ(alone.forward_passes, 20);
    EXPECT_EQ(rat.samples, alone.samples) << "the same batches";
    EXPECT_EQ(rat.phase_s.size(), profiled ? 6U : 0U);
    EXPECT_EQ(rat.attacked_phase_s.size(), profiled ? 6U : 0U);
    EXPECT_TRUE(alone.attacked_phase_s.empty());
    if (!profiled) {
      EXPECT_EQ(rat.peak_memory_bytes, -1) << "not asked for is not 0";
      continue;
    }
    EXPECT_GT(rat.attacked_phase_s.at("attack"), 0);
    EXPECT_LT(rat.attacked_phase_s.at("forward"), rat.phase_s.at("forward"));
    EXPECT_GT(alone.peak_memory_bytes, 0);
    EXPECT_GT(rat.peak_memory_bytes, alone.peak_memory_bytes)
        << "an attack keeps its perturbed inputs";
    // Tensors are counted, not what the process happens to hold.
    worker.send(protocol::CostBlock{9, 1, 0, 20, true});
    EXPECT_EQ(worker.expect<protocol::CostTimes>().peak_memory_bytes, alone.peak_memory_bytes);
  }
  // Laid out anew, the arms start at their first step again.
  std::vector<std::int64_t> attacked;
  for (const std::uint64_t layout : {1, 1, 2}) {
    worker.send(protocol::CostBlock{10, 0, 0, 20, false, layout});
    attacked.push_back(worker.expect<protocol::CostTimes>().attacked_steps);
  }
  EXPECT_EQ(attacked[2], attacked[0]);
  worker.send(protocol::CostBlock{10, 2, 0, 20, false});
  EXPECT_NE(worker.expect<protocol::CostFailure>().message.find("arm 2"), std::string::npos);
  setup.arms[0].sha256["train"] = std::string(64, '0');
  worker.send(setup);
  const auto changed = worker.expect<protocol::CostFailure>();
  EXPECT_EQ(changed.kind, "data");
  EXPECT_NE(changed.message.find("train.safetensors"), std::string::npos) << changed.message;
  setup.arms[0].paths["train"] = "/nowhere.safetensors";
  worker.send(setup);
  EXPECT_EQ(worker.expect<protocol::CostFailure>().kind, "data");
}

TEST(Worker, TellsHowBfloat16WasComputedAndRepeatsItByThatName) {
  const train::testing::ToyFolder folder;
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  protocol::TrainGroup group = group_of(folder, {"x"});
  group.runs[0].config.set("train.precision", std::string("bf16"));
  worker.send(group);
  const auto first = worker.expect<protocol::RunResult>();
  worker.expect<protocol::GroupEnd>();
  EXPECT_TRUE(first.kernel == "mkl+bf16" || first.kernel == "mkl+bf16-emulated") << first.kernel;
  group.kernel = first.kernel;
  worker.send(group);
  const auto again = worker.expect<protocol::RunResult>();
  worker.expect<protocol::GroupEnd>();
  EXPECT_EQ(again.kernel, first.kernel);
  EXPECT_EQ(again.weights_sha256, first.weights_sha256);
  group.kernel = "mkl+bf16-emulated";
  worker.send(group);
  EXPECT_EQ(worker.expect<protocol::RunResult>().kernel, "mkl+bf16-emulated");
}

TEST(Worker, ReportsMalformedDataAndGoesOn) {
  const train::testing::ToyFolder folder;
  auto broken = group_of(folder, {"x"});
  broken.data.paths["val"] = "/nonexistent/val.safetensors";
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  worker.send(broken);
  const auto failure = worker.expect<protocol::RunFailure>();
  EXPECT_EQ(failure.run_key, "x");
  EXPECT_EQ(failure.kind, "data");
  EXPECT_NE(failure.message.find("/nonexistent/val.safetensors"), std::string::npos);
  worker.expect<protocol::GroupEnd>();
  worker.send(group_of(folder, {"y"}));
  EXPECT_EQ(worker.expect<protocol::RunResult>().run_key, "y");
}

// The engine ends with the status of the environment for this kind, not for the other.
TEST(Worker, CallsAFileThatCannotBeMappedALackOfMemoryAndNotBadData) {
  const train::testing::ToyFolder folder;
  const UnmappableFile unmappable;
  auto group = group_of(folder, {"x"});
  group.data.paths["train"] = unmappable.path().string();
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  worker.send(group);
  const auto failure = worker.expect<protocol::RunFailure>();
  EXPECT_EQ(failure.kind, "oom");
  EXPECT_NE(failure.message.find("cannot be mapped: not enough memory"), std::string::npos)
      << failure.message;
}

TEST(Worker, RefusesADeviceAndARoutineItDoesNotHave) {
  const train::testing::ToyFolder folder;
  WorkerProcess worker;
  worker.expect<protocol::Hello>();
  auto elsewhere = group_of(folder, {"x"});
  elsewhere.device = "cuda:63";
  worker.send(elsewhere);
  EXPECT_NE(worker.expect<protocol::RunFailure>().message.find("cuda:63"), std::string::npos);
  worker.expect<protocol::GroupEnd>();
  auto otherwise = group_of(folder, {"x"});
  otherwise.kernel = "abacus";
  worker.send(otherwise);
  EXPECT_NE(worker.expect<protocol::RunFailure>().message.find("abacus"), std::string::npos);
}

#ifndef __SANITIZE_ADDRESS__
// Given back between uses, pages cost a third of a fine-tuning step.
TEST(Worker, KeepsFreedMemoryForTheNextTensors) {
  const char* build = std::getenv("RATBENCH_BUILD");
  const std::string command = "MALLOC_CONF=stats_print:true " +
                              std::string(build == nullptr ? "." : build) +
                              "/ratbench-worker --version 2>&1";
  std::FILE* output = ::popen(command.c_str(), "r");
  ASSERT_NE(output, nullptr);
  std::string text;
  for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) text += static_cast<char>(c);
  EXPECT_EQ(::pclose(output), 0);
  EXPECT_NE(text.find("opt.dirty_decay_ms: -1"), std::string::npos) << text.substr(0, 2000);
  EXPECT_NE(text.find("opt.oversize_threshold: 0"), std::string::npos);
}
#endif

}  // namespace
}  // namespace ratbench::worker
