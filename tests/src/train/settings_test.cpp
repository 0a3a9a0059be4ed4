#include "src/train/settings.hpp"

#include <gtest/gtest.h>

namespace ratbench::train {
namespace {

Settings settings(std::int64_t batch_size, std::int64_t epochs, std::int64_t accumulate) {
  Settings s;
  s.batch_size = batch_size;
  s.epochs = epochs;
  s.accumulate = accumulate;
  return s;
}

TEST(Settings, WithoutAccumulationEveryBatchIsAStep) {
  for (const std::int64_t rows : {1, 16, 17, 100})
    EXPECT_EQ(settings(16, 3, 1).total_updates(rows), settings(16, 3, 1).total_steps(rows));
}

TEST(Settings, TheLastStepOfAnEpochTakesTheBatchesThatAreLeft) {
  EXPECT_EQ(settings(16, 3, 3).total_steps(100), 21);
  EXPECT_EQ(settings(16, 3, 3).total_updates(100), 3 * 3);  // 3 + 3 + 1 batches
  EXPECT_EQ(settings(16, 3, 7).total_updates(100), 3);
  EXPECT_EQ(settings(16, 3, 50).total_updates(100), 3);
}

TEST(Settings, StepsThatEndWithinAnEpochEndItsAccumulationToo) {
  Settings s = settings(16, 0, 3);
  s.steps = 9;  // an epoch of 7 batches and 2 more
  EXPECT_EQ(s.total_updates(100), 3 + 1);
  s.steps = 11;
  EXPECT_EQ(s.total_updates(100), 3 + 2);
  s.steps = 2;
  EXPECT_EQ(s.total_updates(100), 1);
}

}  // namespace
}  // namespace ratbench::train
