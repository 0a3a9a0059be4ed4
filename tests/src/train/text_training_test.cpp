// Fine-tuning through the training loop: every task, what runs of one seed share, buckets, and the
// majority baseline.
#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "src/base/error.hpp"
#include "src/train/text_dataset.hpp"
#include "src/train/trainer.hpp"
#include "tests/src/train/toy_texts.hpp"

namespace ratbench::train {
namespace {

using data::Task;
using testing::decimal;
using testing::text_config;
using testing::ToyTexts;
using testing::with_attack;

class NoSink final : public RunSink {
  void progress(const std::string&, std::int64_t, std::int64_t) override {}
  void finished(const RunOutcome&) override {}
  void failed(const std::string&, std::exception_ptr) override {}
};

RunOutcome trained(const ToyTexts& texts, const specs::Config& config, std::uint64_t seed = 3) {
  at::set_num_threads(1);
  const TextDataset data(texts.paths(), at::kCPU);
  NoSink sink;
  return train_run(data, {"key", seed, config}, models::Product::kMkl, sink);
}

const SplitPredictions& split_of(const RunOutcome& outcome, const char* split,
                                 const char* selection) {
  for (const SplitPredictions& one : outcome.splits)
    if (one.split == split && one.selection == selection) return one;
  throw std::logic_error("no such split");
}

double best_val(const RunOutcome& outcome, const char* metric) {
  double best = 0;
  for (const EpochScores& epoch : outcome.epochs) best = std::max(best, epoch.val.at(metric));
  return best;
}

// Of giving every row the labels that are 1 in `labels`; `counts` [labels, 4] as in
// SplitPredictions.
double constant_micro_f1(const std::vector<std::int64_t>& counts,
                         const std::vector<std::int32_t>& labels) {
  std::int64_t hits = 0, taken = 0, positives = 0;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    const std::int64_t* of = counts.data() + 4 * label;
    positives += of[2] + of[3];
    if (labels[label] == 0) continue;
    hits += of[2] + of[3];
    taken += of[0] + of[1] + of[2] + of[3];
  }
  return 2.0 * static_cast<double>(hits) / static_cast<double>(taken + positives);
}

TEST(TextTraining, LearnsEveryTaskFromItsTokensUnderAttack) {
  for (const auto& [task, metric] : {std::pair{Task::kClassification, "macro_f1"},
                                     {Task::kRelation, "micro_f1"},
                                     {Task::kNer, "entity_f1"},
                                     {Task::kMultilabel, "micro_f1"}}) {
    SCOPED_TRACE(metric);
    const ToyTexts texts(task);
    specs::Config config = with_attack(text_config(task), "fgm", "0.5");
    config.set("train.epochs", decimal("12"));
    if (task == Task::kRelation) config.set("model.head", std::string("entity_pair"));
    const RunOutcome outcome = trained(texts, config);
    ASSERT_FALSE(outcome.diverged) << outcome.diverged_reason;
    EXPECT_LT(outcome.epochs.back().train_loss, 0.9 * outcome.epochs.front().train_loss);
    EXPECT_GT(best_val(outcome, metric), 0.6);
    EXPECT_GT(outcome.counts.attacked_batches, 0);
    EXPECT_EQ(outcome.counts.forward_passes,
              outcome.counts.batches + outcome.counts.attacked_batches);
  }
}

TEST(TextTraining, PredictionsAreOnePerUnit) {
  const ToyTexts words(Task::kNer);
  const TextDataset data(words.paths(), at::kCPU);
  const RunOutcome ner = trained(words, text_config(Task::kNer));
  EXPECT_EQ(split_of(ner, "test", "best").predictions.size(),
            static_cast<std::size_t>(data.file(Split::kTest).units()));
  EXPECT_EQ(split_of(ner, "val", "last").confusion.size(), 9U);
  EXPECT_TRUE(split_of(ner, "train", "best").predictions.empty());
  const ToyTexts labels(Task::kMultilabel);
  const RunOutcome multi = trained(labels, text_config(Task::kMultilabel));
  const SplitPredictions& test = split_of(multi, "test", "best");
  EXPECT_EQ(test.predictions.size(), 80U);  // 40 rows of 2 labels
  EXPECT_EQ(test.confusion.size(), 8U);
  EXPECT_EQ(test.thresholds.size(), 2U);
  EXPECT_EQ(test.thresholds, split_of(multi, "val", "best").thresholds);
}

TEST(TextTraining, ProbabilityZeroIsCleanTrainingAndRepeatsAreTheSameBits) {
  const ToyTexts texts(Task::kNer);
  const specs::Config clean = text_config(Task::kNer);
  const RunOutcome first = trained(texts, clean);
  for (const char* attack : {"fgm", "pgd", "freelb"}) {
    const RunOutcome never = trained(texts, with_attack(clean, attack, "0"));
    EXPECT_EQ(first.weights_sha256, never.weights_sha256) << attack;
  }
  EXPECT_NE(first.weights_sha256, trained(texts, clean, 4).weights_sha256);
  const RunOutcome half = trained(texts, with_attack(clean, "fgm", "0.5"));
  const std::size_t attacked = half.attacked.find('1');
  ASSERT_NE(attacked, std::string::npos);
  for (std::size_t t = 0; t < attacked; ++t) EXPECT_EQ(first.step_losses[t], half.step_losses[t]);
}

TEST(TextTraining, EveryAttackTrainsOnWordsAndCountsItsPasses) {
  const ToyTexts texts(Task::kNer);
  for (const char* attack : {"fgm", "pgd", "freelb", "smart", "random"}) {
    specs::Config config = with_attack(text_config(Task::kNer), attack, "1");
    config.set("train.epochs", decimal("1"));
    const RunOutcome outcome = trained(texts, config);
    EXPECT_FALSE(outcome.diverged) << attack;
    EXPECT_EQ(outcome.counts.attacked_batches, 5) << attack;
    EXPECT_GT(outcome.counts.forward_passes, 9) << attack;
  }
  specs::Config stacked = with_attack(text_config(Task::kNer), "fgm", "1");
  stacked.set("attack.pass", std::string("concatenated"));
  const RunOutcome outcome = trained(texts, stacked);
  EXPECT_EQ(outcome.counts.forward_passes, 3 * outcome.counts.batches);
}

TEST(TextTraining, BucketsLeaveLessPaddingAndTheSameTokens) {
  const ToyTexts texts(Task::kClassification);
  specs::Config config = text_config(Task::kClassification);
  const RunOutcome bucketed = trained(texts, config);
  config.set("data.buckets", false);
  const RunOutcome plain = trained(texts, config);
  EXPECT_EQ(bucketed.counts.real_tokens, plain.counts.real_tokens);
  EXPECT_LT(bucketed.counts.padded_tokens, plain.counts.padded_tokens);
  EXPECT_EQ(bucketed.counts.samples, plain.counts.samples);
  EXPECT_GE(bucketed.counts.padded_tokens, bucketed.counts.real_tokens);
}

TEST(TextTraining, MajorityBaselinePredictsTheBestConstantAnswer) {
  const ToyTexts words(Task::kNer);
  specs::Config config = text_config(Task::kNer);
  config.set("model.name", std::string("prior"));
  const RunOutcome ner = trained(words, config);
  EXPECT_EQ(ner.counts.batches, 0);
  EXPECT_EQ(ner.best_epoch, 1);
  const auto& tags = split_of(ner, "test", "best").predictions;
  EXPECT_FALSE(tags.empty());
  EXPECT_TRUE(std::all_of(tags.begin(), tags.end(), [](std::int32_t tag) { return tag == 0; }));

  const ToyTexts labels(Task::kMultilabel);
  config.set("task", std::string("multilabel"));
  config.set("loss.name", std::string("bce"));
  const RunOutcome multi = trained(labels, config);
  const SplitPredictions& test = split_of(multi, "test", "best");
  for (std::size_t i = 0; i < test.predictions.size(); ++i)
    EXPECT_EQ(test.predictions[i], test.predictions[i % 2]) << i;
  const std::vector<std::int64_t>& val = split_of(multi, "val", "best").confusion;
  const double chosen = constant_micro_f1(val, {test.predictions[0], test.predictions[1]});
  EXPECT_GT(chosen, 0);
  for (const std::vector<std::int32_t>& other :
       std::vector<std::vector<std::int32_t>>{{0, 1}, {1, 0}, {1, 1}})
    EXPECT_GE(chosen, constant_micro_f1(val, other));
}

TEST(TextTraining, DataOfAnotherTaskAndAugmentationsOfFeaturesAreRefused) {
  const ToyTexts texts(Task::kNer);
  EXPECT_THROW(trained(texts, text_config(Task::kClassification)), SpecError);
  specs::Config smote = text_config(Task::kNer);
  smote.set("augmentation.name", std::string("smote"));
  smote.set("augmentation.lambda", decimal("2"));
  EXPECT_THROW(trained(texts, smote), SpecError);
}

}  // namespace
}  // namespace ratbench::train
