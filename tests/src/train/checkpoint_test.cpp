// Checkpoints of a run: back to the same bits, and damage that is noticed, told and survived.
#include "src/train/checkpoint.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/temporary_folder.hpp"

namespace ratbench::train {
namespace {

namespace fs = std::filesystem;

TrainingState state_after(std::int64_t step) {
  TrainingState state;
  state.step = step;
  state.evaluated = step - 1;
  state.best_value = 0.1 + 0.2;  // no short decimal
  state.part_rows = 8;
  state.outcome.run_key = "run";
  state.outcome.best_epoch = 1;
  state.outcome.counts = {1, 2, 3, 4, 5, 6, 7};
  state.outcome.train_s = 1.0 / 3;
  state.outcome.step_losses = {0.1F, 1e-30F};
  state.outcome.attacked = "01";
  state.outcome.epochs = {{1, 0.7, 2, 1, {{"macro_f1", 1.0 / 7}}}};
  state.outcome.precision = "bf16";
  state.outcome.train_class_counts = {3, 4};
  state.outcome.remarks = {"a remark \"quoted\""};
  state.outcome.events = {"an event"};
  const auto values =
      at::arange(static_cast<double>(step), static_cast<double>(step) + 6, at::kFloat);
  state.parameters = {values.view({2, 3}) / 3, at::full({1}, 5.0)};
  state.best_weights = {values.view({2, 3}) / 7, at::full({1}, 6.0)};
  state.optimiser = {{values / 11, at::full({1}, 7.0)}, {values / 13, at::full({1}, 8.0)}, step};
  return state;
}

void expect_equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << i;
}

fs::path slot(const TemporaryFolder& folder, int index) {
  return folder.path() / "run" / ("checkpoint_" + std::to_string(index) + ".safetensors");
}

TEST(Checkpoint, ComesBackToTheSameBits) {
  const TemporaryFolder folder;
  EXPECT_EQ(Checkpoints(folder.path(), "run", "cpu").save(state_after(3)), "");
  std::vector<std::string> remarks;
  const auto back = Checkpoints(folder.path(), "run", "cpu").latest(remarks);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(remarks, std::vector<std::string>());
  const TrainingState state = state_after(3);
  EXPECT_EQ(back->step, 3);
  EXPECT_EQ(back->evaluated, 2);
  EXPECT_EQ(back->best_value, state.best_value);
  EXPECT_EQ(back->part_rows, 8);
  const RunOutcome& outcome = back->outcome;
  EXPECT_EQ(outcome.counts.backward_passes, 4);
  EXPECT_EQ(outcome.counts.padded_tokens, 7);
  EXPECT_EQ(outcome.train_s, state.outcome.train_s);
  EXPECT_EQ(outcome.step_losses, state.outcome.step_losses);
  EXPECT_EQ(outcome.attacked, "01");
  EXPECT_EQ(outcome.epochs.at(0).val.at("macro_f1"), 1.0 / 7);
  EXPECT_EQ(outcome.remarks, state.outcome.remarks);
  EXPECT_EQ(outcome.events, state.outcome.events);
  expect_equal(back->parameters, state.parameters);
  expect_equal(back->best_weights, state.best_weights);
  expect_equal(back->optimiser.mean, state.optimiser.mean);
  expect_equal(back->optimiser.square, state.optimiser.square);
  EXPECT_EQ(back->optimiser.steps, 3);
}

TEST(Checkpoint, TheNewestOfTwoIsUsedAndOnlyTwoAreKept) {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path(), "run", "cpu");
  for (const std::int64_t step : {1, 2, 3}) EXPECT_EQ(checkpoints.save(state_after(step)), "");
  std::vector<std::string> remarks;
  EXPECT_EQ(Checkpoints(folder.path(), "run", "cpu").latest(remarks)->step, 3);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() / "run"), {}), 2);
  // The next one replaces the older, not the newest.
  Checkpoints resumed(folder.path(), "run", "cpu");
  EXPECT_EQ(resumed.latest(remarks)->step, 3);
  EXPECT_EQ(resumed.save(state_after(4)), "");
  fs::remove(slot(folder, 1));
  EXPECT_EQ(Checkpoints(folder.path(), "run", "cpu").latest(remarks)->step, 3);
}

TEST(Checkpoint, DamageIsToldAndThePreviousOneUsed) {
  using Damage = void (*)(const fs::path&);
  const std::vector<std::pair<Damage, const char*>> damages = {
      {[](const fs::path& path) { fs::resize_file(path, fs::file_size(path) - 5); },
       "checkpoint_1"},
      {[](const fs::path& path) { fs::resize_file(path, 0); }, "checkpoint_1"},
      {[](const fs::path& path) {
         std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
         file.seekp(-3, std::ios::end);
         file.put('x');
       },
       "altered"},
      {[](const fs::path& path) {
         std::ifstream in(path, std::ios::binary);
         std::string bytes((std::istreambuf_iterator<char>(in)), {});
         const std::string version = "\"ratbench_checkpoint\":\"1\"";
         const std::size_t at = bytes.find(version);
         ASSERT_NE(at, std::string::npos);
         bytes[at + version.size() - 2] = '9';
         std::ofstream(path, std::ios::binary) << bytes;
       },
       "version \"9\""},
  };
  for (const auto& [damage, word] : damages) {
    SCOPED_TRACE(word);
    const TemporaryFolder folder;
    Checkpoints checkpoints(folder.path(), "run", "cpu");
    checkpoints.save(state_after(1));
    checkpoints.save(state_after(2));
    damage(slot(folder, 1));
    std::vector<std::string> remarks;
    const auto back = Checkpoints(folder.path(), "run", "cpu").latest(remarks);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->step, 1);
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_NE(remarks[0].find(word), std::string::npos) << remarks[0];
  }
}

TEST(Checkpoint, OfAnotherRunIsNotUsed) {
  const TemporaryFolder folder;
  Checkpoints(folder.path(), "run", "cpu").save(state_after(1));
  fs::rename(folder.path() / "run", folder.path() / "other");
  std::vector<std::string> remarks;
  EXPECT_FALSE(Checkpoints(folder.path(), "other", "cpu").latest(remarks).has_value());
  ASSERT_EQ(remarks.size(), 1U);
  EXPECT_NE(remarks[0].find("another run"), std::string::npos);
}

TEST(Checkpoint, OfAnotherSettingIsNotUsed) {
  const TemporaryFolder folder;
  Checkpoints(folder.path(), "run", "cpu, mkl").save(state_after(1));
  std::vector<std::string> remarks;
  EXPECT_FALSE(Checkpoints(folder.path(), "run", "cpu, onednn").latest(remarks).has_value());
  ASSERT_EQ(remarks.size(), 1U);
  EXPECT_NE(remarks[0].find("\"cpu, mkl\", which rounds otherwise than \"cpu, onednn\""),
            std::string::npos)
      << remarks[0];
}

TEST(Checkpoint, WhatAKillLeftHalfWrittenIsDeleted) {
  const TemporaryFolder folder;
  Checkpoints(folder.path(), "run", "cpu").save(state_after(1));
  const fs::path half = folder.path() / "run" / "checkpoint_1.safetensors.tmp-12-3";
  std::ofstream(half) << "half";
  std::vector<std::string> remarks;
  EXPECT_EQ(Checkpoints(folder.path(), "run", "cpu").latest(remarks)->step, 1);
  EXPECT_FALSE(fs::exists(half));
}

TEST(Checkpoint, WhatCannotBeWrittenIsToldAndTheOlderOnesStay) {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path(), "run", "cpu");
  EXPECT_EQ(checkpoints.save(state_after(1)), "");
  // A folder under the name of the next file: it cannot be replaced.
  fs::create_directories(slot(folder, 1) / "in the way");
  const std::string problem = checkpoints.save(state_after(2));
  EXPECT_NE(problem.find("no checkpoint after step 2"), std::string::npos) << problem;
  std::vector<std::string> remarks;
  EXPECT_EQ(Checkpoints(folder.path(), "run", "cpu").latest(remarks)->step, 1);
}

TEST(Checkpoint, WithoutAFolderNothingIsWritten) {
  Checkpoints none({}, "run", "cpu");
  none.save_every(0);
  EXPECT_FALSE(none.due());
  EXPECT_EQ(none.save(state_after(1)), "");
  std::vector<std::string> remarks;
  EXPECT_FALSE(none.latest(remarks).has_value());
  const TemporaryFolder folder;
  Checkpoints some(folder.path(), "run", "cpu");
  EXPECT_FALSE(some.due());
  some.save_every(0);
  EXPECT_TRUE(some.due());
}

}  // namespace
}  // namespace ratbench::train
