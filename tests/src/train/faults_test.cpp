// What befalls long runs: a kill in the middle, a full disk, memory that lacks, and losses that are
// not finite.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string_view>

#include "src/train/text_dataset.hpp"
#include "src/train/trainer.hpp"
#include "tests/src/train/scarce_memory.hpp"
#include "tests/src/train/toy_texts.hpp"

namespace {

int memory_returns = 0;

}  // namespace

// In place of jemalloc's, which this program does not have.
extern "C" int mallctl(const char* name, void*, std::size_t*, void*, std::size_t) {
  if (std::string_view(name).ends_with(".purge")) ++memory_returns;
  return 0;
}

namespace ratbench::train {
namespace {

namespace fs = std::filesystem;

using data::Task;
using testing::decimal;
using testing::ScarceData;
using testing::text_config;
using testing::ToyTexts;
using testing::with_attack;

specs::Config fault_config(Task task) {
  specs::Config c = with_attack(text_config(task), "fgm", "0.5");
  c.set("train.epochs", decimal("6"));
  return c;
}

// Keeps what it is told; ends a run at one of its batches, as a kill does.
class FaultSink final : public RunSink {
 public:
  explicit FaultSink(std::int64_t kill_at = -1) : kill_at_(kill_at) {}
  void progress(const std::string&, std::int64_t step, std::int64_t) override {
    if (step == kill_at_) throw std::runtime_error("killed");
  }
  void event(const std::string&, const std::string& sentence) override {
    events.push_back(sentence);
  }
  void finished(const RunOutcome&) override {}
  void failed(const std::string&, std::exception_ptr) override {}

  std::vector<std::string> events;

 private:
  std::int64_t kill_at_;
};

// Asks a run to stop during one of its batches, as the end of a reservation does.
class AskingSink final : public RunSink {
 public:
  explicit AskingSink(std::int64_t ask_at) : ask_at_(ask_at) {}
  void progress(const std::string&, std::int64_t step, std::int64_t) override { step_ = step; }
  bool must_stop() const override { return step_ >= ask_at_; }
  void stop() override { throw std::runtime_error("stopped"); }
  void finished(const RunOutcome&) override {}
  void failed(const std::string&, std::exception_ptr) override {}

 private:
  std::int64_t ask_at_;
  std::int64_t step_ = 0;
};

RunOutcome train_with(const TrainingData& data, const RunSpec& run) {
  FaultSink sink;
  RunOutcome outcome = train_run(data, run, models::Product::kMkl, sink);
  // Those before a checkpoint were told by the process that was killed.
  EXPECT_TRUE(std::equal(sink.events.rbegin(), sink.events.rend(), outcome.events.rbegin()));
  return outcome;
}

void expect_killed(const TrainingData& data, const RunSpec& run, std::int64_t at) {
  FaultSink sink(at);
  EXPECT_THROW(train_run(data, run, models::Product::kMkl, sink), std::runtime_error);
}

void expect_same_bits(const RunOutcome& a, const RunOutcome& b) {
  EXPECT_EQ(a.weights_sha256, b.weights_sha256);
  EXPECT_EQ(a.loss_history_sha256, b.loss_history_sha256);
  EXPECT_EQ(a.test_logits_sha256, b.test_logits_sha256);
  EXPECT_EQ(a.attacked, b.attacked);
  EXPECT_EQ(a.best_epoch, b.best_epoch);
  EXPECT_EQ(a.counts.forward_passes, b.counts.forward_passes);
  EXPECT_EQ(a.counts.backward_passes, b.counts.backward_passes);
  EXPECT_EQ(a.counts.padded_tokens, b.counts.padded_tokens);
  ASSERT_EQ(a.epochs.size(), b.epochs.size());
  for (std::size_t i = 0; i < a.epochs.size(); ++i) {
    EXPECT_EQ(a.epochs[i].val, b.epochs[i].val);
    EXPECT_EQ(a.epochs[i].train_loss, b.epochs[i].train_loss);
  }
  ASSERT_EQ(a.splits.size(), b.splits.size());
  for (std::size_t i = 0; i < a.splits.size(); ++i)
    EXPECT_EQ(a.splits[i].predictions, b.splits[i].predictions);
}

class Faults : public ::testing::Test {
 protected:
  Faults() { at::set_num_threads(1); }
  RunSpec saved_run(const specs::Config& config) const {
    return {"key", 3, config, folder_.path().string(), 0};
  }
  fs::path checkpoint(int slot) const {
    return folder_.path() / "key" / ("checkpoint_" + std::to_string(slot) + ".safetensors");
  }

  TemporaryFolder folder_;
};

TEST_F(Faults, AKilledRunGoesOnToTheSameBitsWhateverItTrains) {
  for (const Task task : {Task::kClassification, Task::kNer, Task::kMultilabel}) {
    for (const char* attack : {"fgm", "pgd", "freelb", "smart", "random"}) {
      SCOPED_TRACE(std::string(data::task_name(task)) + " " + attack);
      const ToyTexts texts(task);
      const TextDataset data(texts.paths(), at::kCPU);
      specs::Config config = fault_config(task);
      config.set("attack.name", std::string(attack));
      config.set("train.warmup", decimal("0.1"));
      config.set("train.schedule", std::string("linear"));
      config.set("train.eval_steps", decimal("7"));
      const RunOutcome whole = train_with(data, {"key", 3, config});
      expect_killed(data, saved_run(config), 11);  // in the third pass over the rows
      const RunOutcome resumed = train_with(data, saved_run(config));
      ASSERT_EQ(resumed.events.size(), 1U);
      EXPECT_EQ(resumed.events[0], "went on from a checkpoint after batch 10 of 30");
      expect_same_bits(resumed, whole);
      fs::remove_all(folder_.path() / "key");
    }
  }
}

TEST_F(Faults, KilledAgainAndAgainItStillEndsAtTheSameBits) {
  const ToyTexts texts(Task::kNer);
  const TextDataset data(texts.paths(), at::kCPU);
  specs::Config config = fault_config(Task::kNer);
  config.set("train.accumulate", decimal("2"));
  config.set("train.precision", std::string("bf16"));
  config.set("model.head", std::string("token"));
  const RunOutcome whole = train_with(data, {"key", 3, config});
  for (const int at : {1, 4, 5, 6, 17, 30}) expect_killed(data, saved_run(config), at);
  const RunOutcome resumed = train_with(data, saved_run(config));
  EXPECT_GE(resumed.events.size(), 3U);
  expect_same_bits(resumed, whole);
}

TEST_F(Faults, ARunThatIsAskedToStopSavesWhereItIs) {
  const ToyTexts texts(Task::kNer);
  const TextDataset data(texts.paths(), at::kCPU);
  specs::Config config = fault_config(Task::kNer);
  config.set("train.accumulate", decimal("2"));
  const RunOutcome whole = train_with(data, {"key", 3, config});
  RunSpec run = saved_run(config);
  run.checkpoint_every_s = 3600;
  AskingSink sink(11);
  EXPECT_THROW(train_run(data, run, models::Product::kMkl, sink), std::runtime_error);
  const RunOutcome resumed = train_with(data, run);
  ASSERT_EQ(resumed.events.size(), 1U);
  EXPECT_EQ(resumed.events[0], "went on from a checkpoint after batch 12 of 30")
      << "the step of the optimiser takes two batches";
  expect_same_bits(resumed, whole);
}

TEST_F(Faults, AFinishedRunWhoseResultWasLostNeedsNoTraining) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  const specs::Config config = fault_config(Task::kClassification);
  const RunOutcome first = train_with(data, saved_run(config));
  const RunOutcome again = train_with(data, saved_run(config));
  ASSERT_EQ(again.events.size(), 1U);
  EXPECT_EQ(again.events[0], "went on from a checkpoint after batch 30 of 30");
  expect_same_bits(again, first);
}

TEST_F(Faults, ATruncatedCheckpointIsToldAndTheOneBeforeLeadsToTheSameBits) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  const specs::Config config = fault_config(Task::kClassification);
  const RunOutcome whole = train_with(data, {"key", 3, config});
  expect_killed(data, saved_run(config), 13);  // after batches 11 and 12
  fs::resize_file(checkpoint(1), fs::file_size(checkpoint(1)) / 2);
  const RunOutcome resumed = train_with(data, saved_run(config));
  ASSERT_EQ(resumed.events.size(), 2U);
  EXPECT_NE(resumed.events[0].find("checkpoint not used: "), std::string::npos);
  EXPECT_NE(resumed.events[0].find("checkpoint_1.safetensors"), std::string::npos);
  EXPECT_EQ(resumed.events[1], "went on from a checkpoint after batch 11 of 30");
  expect_same_bits(resumed, whole);
}

TEST_F(Faults, WithoutAnyGoodCheckpointTheRunSaysThatItBeginsAnew) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  const specs::Config config = fault_config(Task::kClassification);
  const RunOutcome whole = train_with(data, {"key", 3, config});
  expect_killed(data, saved_run(config), 13);
  for (const int slot : {0, 1})
    fs::resize_file(checkpoint(slot), fs::file_size(checkpoint(slot)) / 2);
  const RunOutcome again = train_with(data, saved_run(config));
  ASSERT_EQ(again.events.size(), 3U);
  for (const int slot : {0, 1})
    EXPECT_NE(again.events[static_cast<std::size_t>(slot)].find("checkpoint not used: "),
              std::string::npos);
  EXPECT_EQ(again.events[2], "no checkpoint can be used: the run begins anew");
  expect_same_bits(again, whole);
}

TEST_F(Faults, WithoutRoomForCheckpointsTrainingGoesOnAndSaysSoOnce) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  const specs::Config config = fault_config(Task::kClassification);
  std::ofstream(folder_.path() / "key") << "a file where the folder should be";
  const RunOutcome outcome = train_with(data, saved_run(config));
  ASSERT_EQ(outcome.events.size(), 1U);
  EXPECT_NE(outcome.events[0].find("no checkpoint after step 1: "), std::string::npos);
  expect_same_bits(outcome, train_with(data, {"key", 3, config}));
}

TEST_F(Faults, ABatchThatLacksMemoryIsComputedInPartsAndIsTheSameBatch) {
  struct Trial {
    Task task;
    const char* loss;  // "": the task's own
  };
  // class_balanced divides by class weights, which differ between the parts of a batch.
  for (const auto& [task, loss] :
       {Trial{Task::kClassification, ""}, Trial{Task::kNer, ""}, Trial{Task::kMultilabel, ""},
        Trial{Task::kClassification, "class_balanced"}}) {
    SCOPED_TRACE(std::string(data::task_name(task)) + " " + loss);
    const ToyTexts texts(task);
    const TextDataset data(texts.paths(), at::kCPU);
    specs::Config config = fault_config(task);
    if (*loss != '\0') config.set("loss.name", std::string(loss));
    config.set("model.dropout", decimal("0"));  // the masks of parts are others
    config.set("train.lr", decimal("0.001"));
    config.set("train.epochs", decimal("2"));
    const RunOutcome whole = train_with(data, {"key", 3, config});
    const ScarceData scarce(data, 5, 0);
    const RunOutcome parts = train_with(scarce, {"key", 3, config});
    ASSERT_EQ(parts.events.size(), 2U);
    EXPECT_EQ(parts.events[0],
              "out of memory with 16 examples at once; batches of 16 are now computed in parts of "
              "8");
    EXPECT_EQ(parts.events[1],
              "out of memory with 8 examples at once; batches of 16 are now computed in parts of "
              "4");
    EXPECT_EQ(parts.attacked, whole.attacked);
    EXPECT_EQ(parts.counts.forward_passes, whole.counts.forward_passes) << "batch equivalents";
    EXPECT_EQ(parts.counts.backward_passes, whole.counts.backward_passes);
    EXPECT_EQ(parts.counts.real_tokens, whole.counts.real_tokens);
    ASSERT_EQ(parts.step_losses.size(), whole.step_losses.size());
    // Sums in another order: single precision, grown over ten steps of Adam. For words the mean of
    // a part's losses is over its own words while a clean and an attacked pass share one weight.
    for (std::size_t s = 0; s < whole.step_losses.size(); ++s)
      EXPECT_NEAR(parts.step_losses[s], whole.step_losses[s], 2e-4) << s;
  }
}

TEST_F(Faults, PassesOfAnAttackThatFailedHalfwayAreNotCounted) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  specs::Config config = fault_config(Task::kClassification);
  config.set("attack.p_rat", decimal("1"));
  config.set("train.epochs", decimal("2"));
  const ScarceData scarce(data, 8, 3);  // the second batch fails in its perturbed pass
  const RunOutcome parts = train_with(scarce, {"key", 3, config});
  EXPECT_EQ(parts.events.size(), 1U);
  EXPECT_EQ(parts.counts.forward_passes, 20);
  EXPECT_EQ(parts.counts.backward_passes, 20);
}

TEST_F(Faults, MemoryThatLacksForOneExampleEndsTheRun) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  const ScarceData scarce(data, 0, 0);
  FaultSink sink;
  const specs::Config config = fault_config(Task::kClassification);
  memory_returns = 0;
  EXPECT_THROW(train_run(scarce, {"key", 3, config}, models::Product::kMkl, sink), std::bad_alloc);
  EXPECT_EQ(sink.events.size(), 4U);  // parts of 8, 4, 2 and 1
  EXPECT_EQ(memory_returns, 4) << "what the larger part left is given back before a smaller one";
}

TEST_F(Faults, ALossThatIsNotFiniteNamesItsStepInEitherPrecision) {
  const ToyTexts texts(Task::kClassification);
  const TextDataset data(texts.paths(), at::kCPU);
  for (const char* precision : {"fp32", "bf16"}) {
    SCOPED_TRACE(precision);
    specs::Config config = fault_config(Task::kClassification);
    config.set("train.precision", std::string(precision));
    config.set("train.lr", decimal("1e38"));
    const RunOutcome outcome = train_with(data, {"key", 3, config});
    EXPECT_TRUE(outcome.diverged);
    EXPECT_GE(outcome.diverged_step, 1);
    EXPECT_EQ(outcome.diverged_step, static_cast<std::int64_t>(outcome.step_losses.size()));
    EXPECT_TRUE(outcome.splits.empty());
  }
}

}  // namespace
}  // namespace ratbench::train
