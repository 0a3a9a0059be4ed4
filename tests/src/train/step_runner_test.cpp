// Steps alone, in blocks: the same steps as those of a training run, and what they are made of.
#include "src/train/step_runner.hpp"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "src/base/error.hpp"
#include "src/train/dataset.hpp"
#include "src/train/trainer.hpp"
#include "tests/src/train/toy_data.hpp"

namespace ratbench::train {
namespace {

Decimal number(const char* text) { return *Decimal::parse(text); }

class NoSink final : public RunSink {
 public:
  void progress(const std::string&, std::int64_t, std::int64_t) override {}
  void finished(const RunOutcome&) override {}
  void failed(const std::string&, std::exception_ptr) override {}
};

class StepRunnerTest : public ::testing::Test {
 protected:
  StepRunnerTest() : data_(folder_.paths(), at::kCPU) { at::set_num_threads(1); }

  // Three epochs of 9 batches on the 130 rows, the last batch of each smaller.
  static specs::Config config(const char* p_rat) {
    specs::Config c;
    c.set("model.hidden", number("16"));
    c.set("train.epochs", number("3"));
    c.set("train.batch_size", number("16"));
    c.set("attack.name", std::string("fgm"));
    c.set("attack.p_rat", number(p_rat));
    c.set("attack.epsilon", number("0.3"));
    c.set("augmentation.name", std::string("samples"));
    c.set("augmentation.lambda", number("3"));
    return c;
  }
  RunSpec spec(const char* p_rat) const { return {"key", 5, config(p_rat)}; }

  testing::ToyFolder folder_;
  Dataset data_;
};

TEST_F(StepRunnerTest, BlocksAreTheStepsOfTheRunBitForBit) {
  NoSink sink;
  const RunOutcome whole = train_run(data_, spec("0.5"), models::Product::kMkl, sink);
  StepRunner runner(data_, spec("0.5"), models::Product::kMkl);
  std::int64_t first = 0;
  WorkCounts sum;
  for (const std::int64_t steps : {4, 1, 13, 9}) {
    const StepBlock block = runner.run(first, steps);
    first += steps;
    EXPECT_EQ(block.last_loss, whole.step_losses[static_cast<std::size_t>(first - 1)]) << first;
    sum.samples += block.counts.samples;
    sum.attacked_batches += block.counts.attacked_batches;
    sum.forward_passes += block.counts.forward_passes;
  }
  ASSERT_EQ(first, whole.counts.batches);
  EXPECT_EQ(sum.samples, whole.counts.samples);
  EXPECT_EQ(sum.attacked_batches, whole.counts.attacked_batches);
  EXPECT_EQ(sum.forward_passes, whole.counts.forward_passes);
}

TEST_F(StepRunnerTest, AfterTheLastBatchComesTheFirst) {
  StepRunner runner(data_, spec("0"), models::Product::kMkl);
  const StepBlock around = runner.run(25, 4);  // 25, 26, 0, 1 of 27
  EXPECT_EQ(around.counts.batches, 4);
  EXPECT_EQ(around.counts.samples, 16 + 2 + 16 + 16) << "batch 26 has the two rows left";
}

TEST_F(StepRunnerTest, PhasesAddUpToTheWhole) {
  StepRunner runner(data_, spec("1"), models::Product::kMkl);
  const StepBlock block = runner.run_profiled(0, 10);
  ASSERT_EQ(block.phase_s.size(), 6u);
  double sum = 0;
  for (const auto& [phase, seconds] : block.phase_s) sum += seconds;
  EXPECT_NEAR(sum, block.wall_s, 1e-9);
  EXPECT_GT(block.phase_s.at("attack"), 0);
  EXPECT_TRUE(runner.run(10, 2).phase_s.empty());
  StepRunner clean(data_, spec("0"), models::Product::kMkl);
  EXPECT_EQ(clean.run_profiled(0, 10).phase_s.at("attack"), 0);
}

TEST_F(StepRunnerTest, AProfiledBlockTrainsTheSameSteps) {
  StepRunner plain(data_, spec("0.5"), models::Product::kMkl);
  StepRunner profiled(data_, spec("0.5"), models::Product::kMkl);
  EXPECT_EQ(plain.run(0, 12).last_loss, profiled.run_profiled(0, 12).last_loss);
}

TEST_F(StepRunnerTest, ALossThatIsNotFiniteIsRefused) {
  RunSpec diverging = spec("0");
  diverging.config.set("train.lr", number("1e30"));
  StepRunner runner(data_, diverging, models::Product::kMkl);
  EXPECT_THROW(runner.run(0, 30), DataError);
}

}  // namespace
}  // namespace ratbench::train
