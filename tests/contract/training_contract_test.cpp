// What every registered attack and augmentation must keep through whole training runs: counted
// passes, and what is clean training bit for bit.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "src/attacks/attack.hpp"
#include "src/base/sha256.hpp"
#include "src/specs/names.hpp"
#include "src/train/dataset.hpp"
#include "src/train/trainer.hpp"
#include "src/train/training_set.hpp"
#include "tests/contract/cell.hpp"
#include "tests/src/train/toy_data.hpp"

namespace ratbench::train {
namespace {

using Settings = std::map<std::string, std::string>;

tests::Cell cell_of(const Settings& settings) {
  tests::Cell cell;
  for (const auto& [path, text] : settings) cell.write(path, text);
  return cell;
}

// Seven steps on the toy data.
Settings clean() {
  return {{"model.hidden", "16"},
          {"train.epochs", "1"},
          {"train.batch_size", "16"},
          {"train.lr", "0.01"},
          {"loss.name", "focal"}};
}
Settings with(Settings settings, const Settings& more) {
  for (const auto& [path, value] : more) settings[path] = value;
  return settings;
}
Settings attacked(std::string_view name, const Settings& more = {}) {
  return with(with(clean(), {{"attack.name", std::string(name)}, {"attack.epsilon", "0.3"}}), more);
}

class TrainingContract : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    at::set_num_threads(1);
    folder_ = std::make_unique<testing::ToyFolder>();
    data_ = std::make_unique<Dataset>(folder_->paths(), at::kCPU);
  }
  static void TearDownTestSuite() {
    data_.reset();
    folder_.reset();
  }
  static RunOutcome run(const Settings& settings) {
    class Sink final : public RunSink {
      void progress(const std::string&, std::int64_t, std::int64_t) override {}
      void finished(const RunOutcome&) override {}
      void failed(const std::string&, std::exception_ptr) override {}
    } sink;
    const tests::Cell cell = cell_of(settings);
    EXPECT_EQ(cell.refusal(), "");
    return train_run(*data_, {"key", 5, cell.config()}, models::Product::kMkl, sink);
  }
  static void expect_clean_bits(const Settings& settings) {
    static const RunOutcome reference = run(clean());
    const RunOutcome outcome = run(settings);
    EXPECT_EQ(outcome.weights_sha256, reference.weights_sha256);
    EXPECT_EQ(outcome.loss_history_sha256, reference.loss_history_sha256);
    EXPECT_EQ(outcome.test_logits_sha256, reference.test_logits_sha256);
  }
  static std::string bytes_of(const SplitTensors& split) {
    Sha256 hash;
    for (const at::Tensor& tensor : {split.features, split.labels})
      hash.update(
          std::span(static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()));
    return hash.hex();
  }

  static std::unique_ptr<testing::ToyFolder> folder_;
  static std::unique_ptr<Dataset> data_;
};
std::unique_ptr<testing::ToyFolder> TrainingContract::folder_;
std::unique_ptr<Dataset> TrainingContract::data_;

struct Count {
  std::string attack;
  Settings settings;
  std::int64_t passes;  // forward and backward passes of an attacked batch
};

// Passes of an attacked batch, written out for K = 1, 2, 3 and 5.
std::vector<Count> table_of_passes() {
  const Settings stacked = {{"attack.pass", "concatenated"}};
  std::vector<Count> table = {
      {"fgm", {}, 2}, {"fgm", stacked, 3}, {"random", {}, 2}, {"random", stacked, 2}};
  for (const std::int64_t k : {1, 2, 3, 5}) {
    const Settings steps = {{"attack.steps", std::to_string(k)}};
    table.push_back({"pgd", steps, k + 1});
    table.push_back({"pgd", with(steps, stacked), k + 2});
    table.push_back({"freelb", steps, k});
    table.push_back({"freelb", with(steps, {{"attack.add_clean", "on"}}), k + 1});
    table.push_back({"smart", steps, k + 2});
    table.push_back(
        {"smart", with(steps, {{"attack.variant", "mtdnn"}, {"attack.epsilon", "1e-6"}}), k + 2});
  }
  return table;
}

TEST_F(TrainingContract, CountersMatchTheTableOfPassesExactly) {
  for (const Count& c : table_of_passes()) {
    const Settings settings = attacked(c.attack, with({{"attack.p_rat", "0.6"}}, c.settings));
    SCOPED_TRACE(c.attack + " " + std::to_string(c.passes));
    const WorkCounts n = run(settings).counts;
    ASSERT_EQ(n.batches, 7);
    ASSERT_GT(n.attacked_batches, 0);
    ASSERT_LT(n.attacked_batches, n.batches);
    const std::int64_t expected = n.batches + (c.passes - 1) * n.attacked_batches;
    EXPECT_EQ(n.forward_passes, expected);
    EXPECT_EQ(n.backward_passes, expected);
  }
}

TEST_F(TrainingContract, CountersAreWhatTheRowOfTheAttackStates) {
  for (const std::string_view name : specs::attack_names()) {
    const Settings settings = attacked(name, {{"attack.p_rat", "0.6"}});
    const attacks::Passes passes =
        attacks::passes_per_attacked_batch(attacks::attack_parameters(cell_of(settings).config()));
    const WorkCounts n = run(settings).counts;
    EXPECT_EQ(n.forward_passes, n.batches + (passes.forward - 1) * n.attacked_batches) << name;
    EXPECT_EQ(n.backward_passes, n.batches + (passes.backward - 1) * n.attacked_batches) << name;
  }
}

TEST_F(TrainingContract, ProbabilityZeroIsCleanTrainingBitForBit) {
  for (const std::string_view name : specs::attack_names()) {
    SCOPED_TRACE(name);
    expect_clean_bits(attacked(name, {{"attack.p_rat", "0"}}));
  }
}

TEST_F(TrainingContract, WeightZeroIsCleanTrainingBitForBitWhereACleanTermIsAdded) {
  for (const std::string_view name : specs::attack_names()) {
    const Settings weightless = attacked(name, {{"attack.weight", "0"}});
    SCOPED_TRACE(name);
    if (cell_of(weightless).refusal().empty())
      expect_clean_bits(weightless);
    else
      EXPECT_EQ(name, "freelb");
  }
}

TEST_F(TrainingContract, FreeLbOfOneStepFromZeroIsCleanTrainingBitForBit) {
  expect_clean_bits(attacked("freelb", {{"attack.steps", "1"}}));
  const Settings two = attacked("freelb", {{"attack.steps", "2"}});
  EXPECT_NE(run(two).weights_sha256, run(clean()).weights_sha256);
}

TEST_F(TrainingContract, LambdaZeroIsCleanTrainingBitForBit) {
  for (const std::string_view name : specs::augmentation_names()) {
    SCOPED_TRACE(name);
    if (name == "eda") continue;  // of texts; lambda 0 resolves to none as for the others
    expect_clean_bits(
        with(clean(), {{"augmentation.name", std::string(name)}, {"augmentation.lambda", "0"}}));
  }
}

TEST_F(TrainingContract, EveryAttackTrainsOtherwiseThanCleanAndRepeats) {
  const std::string reference = run(clean()).weights_sha256;
  for (const std::string_view name : specs::attack_names()) {
    const std::string weights = run(attacked(name)).weights_sha256;
    EXPECT_NE(weights, reference) << name;
    EXPECT_EQ(weights, run(attacked(name)).weights_sha256) << name;
  }
}

TEST_F(TrainingContract, NoAugmentationTouchesTheRowsOfTheFile) {
  const std::vector<std::string> before = {bytes_of(data_->train()), bytes_of(data_->val()),
                                           bytes_of(data_->test())};
  for (const std::string_view name : specs::augmentation_names()) {
    const std::vector<std::string> lambdas = {"1", "4"};
    for (const std::string& lambda : lambdas) {
      specs::Config config = cell_of(clean()).config();
      config.set("augmentation.name", std::string(name));
      config.set("augmentation.lambda", *Decimal::parse(lambda));
      const TrainingSet set(*data_, config, 3);
      EXPECT_GT(set.ids().size(), 100U) << name;
      const std::vector<std::string> after = {bytes_of(data_->train()), bytes_of(data_->val()),
                                              bytes_of(data_->test())};
      EXPECT_EQ(before, after) << name;
    }
  }
}

// Every combination of values that the attacks know is either refused with a reason or trains.
TEST_F(TrainingContract, WhatExperimentFilesMaySayOfAnAttackCanBeMade) {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const std::string_view name : specs::attack_names())
    for (const char* norm : {"sample", "batch"})
      for (const char* ball : {"l2", "linf"})
        for (const char* variant : {"paper", "mtdnn"})
          for (const char* init : {"", "zero", "uniform", "normal"})
            for (const char* add_clean : {"", "on", "off"})
              for (const char* pass : {"separate", "concatenated"})
                for (const char* weight : {"1", "0.5"}) {
                  Settings settings =
                      attacked(name, {{"attack.norm", norm},
                                      {"attack.ball", ball},
                                      {"attack.variant", variant},
                                      {"attack.epsilon", *variant == 'm' ? "1e-6" : "0.1"},
                                      {"attack.pass", pass},
                                      {"attack.weight", weight}});
                  if (*init != '\0') settings["attack.init"] = init;
                  if (*add_clean != '\0') settings["attack.add_clean"] = add_clean;
                  const tests::Cell cell = cell_of(settings);
                  if (!cell.refusal().empty()) {
                    ++refused;
                    EXPECT_NE(cell.refusal().find("allowed"), std::string::npos) << cell.refusal();
                    continue;
                  }
                  ++accepted;
                  const auto p = attacks::attack_parameters(cell.config());
                  EXPECT_EQ(attacks::refuse_combination(p), "") << name << " " << init;
                  EXPECT_NE(attacks::make_attack(p), nullptr) << name;
                }
  EXPECT_GT(accepted, 200U);
  EXPECT_GT(refused, 200U);
}

}  // namespace
}  // namespace ratbench::train
