#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>

#include "src/base/error.hpp"
#include "src/specs/names.hpp"
#include "src/train/dataset.hpp"
#include "src/train/trainer.hpp"
#include "tests/src/train/toy_data.hpp"

namespace ratbench::train {
namespace {

Decimal number(const char* text) { return *Decimal::parse(text); }

class RecordingSink final : public RunSink {
 public:
  void progress(const std::string&, std::int64_t step, std::int64_t total) override {
    last_step = step;
    total_steps = total;
  }
  void finished(const RunOutcome& outcome) override { outcomes.push_back(outcome); }
  void failed(const std::string& run_key, std::exception_ptr) override {
    failed_keys.push_back(run_key);
  }

  std::int64_t last_step = 0;
  std::int64_t total_steps = 0;
  std::vector<RunOutcome> outcomes;
  std::vector<std::string> failed_keys;
};

class Training : public ::testing::Test {
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

  // Three epochs of batches of 16 on the toy data: 7 steps an epoch at lambda 0, the last partial.
  static specs::Config config() {
    specs::Config c;
    c.set("model.name", std::string("mlp"));
    c.set("model.hidden", number("24"));
    c.set("loss.name", std::string("focal"));
    c.set("loss.gamma", number("2"));
    c.set("train.epochs", number("3"));
    c.set("train.batch_size", number("16"));
    c.set("train.lr", number("0.01"));
    return c;
  }
  static specs::Config attacked(const char* name, const char* p_rat) {
    specs::Config c = config();
    c.set("attack.name", std::string(name));
    c.set("attack.p_rat", number(p_rat));
    c.set("attack.epsilon", number("0.3"));
    return c;
  }
  static RunOutcome run(const specs::Config& config, std::uint64_t seed = 5) {
    RecordingSink sink;
    return train_run(*data_, {"key", seed, config}, models::Product::kMkl, sink);
  }
  static void expect_same_bits(const RunOutcome& a, const RunOutcome& b) {
    EXPECT_EQ(a.weights_sha256, b.weights_sha256);
    EXPECT_EQ(a.loss_history_sha256, b.loss_history_sha256);
    EXPECT_EQ(a.test_logits_sha256, b.test_logits_sha256);
  }

  static std::unique_ptr<testing::ToyFolder> folder_;
  static std::unique_ptr<Dataset> data_;
};
std::unique_ptr<testing::ToyFolder> Training::folder_;
std::unique_ptr<Dataset> Training::data_;

TEST_F(Training, RepeatedRunGivesTheSameBitsAndAnotherSeedOthers) {
  const RunOutcome first = run(attacked("fgm", "0.5"));
  run(config(), 99);  // whatever runs in between
  expect_same_bits(first, run(attacked("fgm", "0.5")));
  EXPECT_NE(first.weights_sha256, run(attacked("fgm", "0.5"), 6).weights_sha256);
}

// The engine removes attacks and augmentations that never act before a run is made, so that the
// contract suite meets none of them; here the trainer itself does.
TEST_F(Training, ProbabilityZeroIsCleanTrainingBitForBit) {
  const RunOutcome clean = run(config());
  for (const char* name : {"fgm", "pgd", "freelb", "random"}) {
    const RunOutcome never = run(attacked(name, "0"));
    expect_same_bits(clean, never);
    EXPECT_EQ(never.counts.attacked_batches, 0) << name;
  }
}

TEST_F(Training, EpsilonZeroIsNotCleanTraining) {
  specs::Config control = attacked("fgm", "0.5");
  control.set("attack.epsilon", number("0"));
  EXPECT_NE(run(config()).weights_sha256, run(control).weights_sha256);
}

TEST_F(Training, AttackedBatchesAreNestedInTheProbability) {
  std::string fewer(21, '0');
  for (const char* p_rat : {"0.3", "0.5", "0.7", "1"}) {
    const RunOutcome more = run(attacked("fgm", p_rat));
    ASSERT_EQ(more.attacked.size(), fewer.size());
    for (std::size_t t = 0; t < fewer.size(); ++t) EXPECT_LE(fewer[t], more.attacked[t]);
    EXPECT_EQ(std::count(more.attacked.begin(), more.attacked.end(), '1'),
              more.counts.attacked_batches);
    fewer = more.attacked;
  }
  EXPECT_EQ(fewer, std::string(21, '1'));
}

TEST_F(Training, RunsOfOneSeedShareStepsUntilTheFirstAttack) {
  const RunOutcome clean = run(config());
  const RunOutcome half = run(attacked("fgm", "0.5"));
  const std::size_t first = half.attacked.find('1');
  ASSERT_GT(first, 0U);  // seed 5 begins with a clean batch, else the test says nothing
  for (std::size_t t = 0; t < first; ++t) EXPECT_EQ(clean.step_losses[t], half.step_losses[t]);
  EXPECT_NE(clean.step_losses[first], half.step_losses[first]);
}

TEST_F(Training, LambdaAddsTheFirstSyntheticRowsOfEverySource) {
  for (const auto& [lambda, rows] : {std::pair{"0", 10}, {"1", 20}, {"3", 40}, {"20", 40}}) {
    specs::Config config = Training::config();
    config.set("augmentation.name", std::string("samples"));
    config.set("augmentation.lambda", number(lambda));
    const RunOutcome outcome = run(config);
    EXPECT_EQ(outcome.train_class_counts, (std::vector<std::int64_t>{60, 30, rows}));
    EXPECT_EQ(outcome.counts.samples, 3 * (90 + rows));
  }
}

TEST_F(Training, EveryAugmentationWithLambdaZeroIsCleanTrainingBitForBit) {
  const RunOutcome clean = run(Training::config());
  for (const std::string_view name : specs::augmentation_names()) {
    specs::Config config = Training::config();
    config.set("augmentation.name", std::string(name));
    config.set("augmentation.lambda", number("0"));
    EXPECT_EQ(run(config).weights_sha256, clean.weights_sha256) << name;
  }
}

TEST_F(Training, EveryAugmentationTrainsOnTheRowsItMadeAndTouchesNoOtherSplit) {
  const RunOutcome clean = run(Training::config());
  for (const std::string_view name : specs::augmentation_names()) {
    specs::Config config = Training::config();
    config.set("augmentation.name", std::string(name));
    config.set("augmentation.lambda", number("2"));
    const RunOutcome outcome = run(config);
    const auto rows = [](const RunOutcome& of) {
      return std::accumulate(of.train_class_counts.begin(), of.train_class_counts.end(),
                             std::int64_t{0});
    };
    EXPECT_GT(rows(outcome), rows(clean)) << name;
    // Mixed rows count in shares, so their sum is right up to the rounding of each class.
    EXPECT_NEAR(static_cast<double>(outcome.counts.samples),
                3.0 * static_cast<double>(rows(outcome)),
                3.0 * static_cast<double>(outcome.train_class_counts.size()))
        << name;
    EXPECT_NE(outcome.weights_sha256, clean.weights_sha256) << name;
    EXPECT_EQ(run(config).weights_sha256, outcome.weights_sha256) << name;
    for (std::size_t i = 0; i < outcome.splits.size(); ++i) {
      if (outcome.splits[i].split == "train") continue;
      EXPECT_EQ(outcome.splits[i].predictions.size(), clean.splits[i].predictions.size()) << name;
    }
  }
}

TEST_F(Training, LossIsRecordedOfEveryStepAndFalls) {
  specs::Config config = Training::config();
  config.set("train.epochs", number("20"));
  const RunOutcome outcome = run(config);
  ASSERT_EQ(outcome.step_losses.size(), 140U);
  ASSERT_EQ(outcome.epochs.size(), 20U);
  EXPECT_LT(outcome.epochs.back().train_loss, 0.5 * outcome.epochs.front().train_loss);
  const double first_epoch =
      std::accumulate(outcome.step_losses.begin(), outcome.step_losses.begin() + 7, 0.0) / 7;
  EXPECT_DOUBLE_EQ(outcome.epochs.front().train_loss, first_epoch);
}

TEST_F(Training, BestEpochIsTheFirstWithTheLargestValidationMetric) {
  specs::Config config = Training::config();
  config.set("train.epochs", number("12"));
  for (const char* metric : {"macro_f1", "accuracy"}) {
    config.set("train.select_metric", std::string(metric));
    const RunOutcome outcome = run(config);
    const auto best = std::max_element(
        outcome.epochs.begin(), outcome.epochs.end(),
        [&](const auto& a, const auto& b) { return a.val.at(metric) < b.val.at(metric); });
    EXPECT_EQ(outcome.best_epoch, best->epoch);
  }
}

TEST_F(Training, BothSelectionsOfEverySplitAreRecorded) {
  const RunOutcome outcome = run(config());
  ASSERT_EQ(outcome.splits.size(), 6U);
  for (const char* selection : {"best", "last"}) {
    for (const char* split : {"train", "val", "test"}) {
      const auto it =
          std::find_if(outcome.splits.begin(), outcome.splits.end(),
                       [&](const auto& s) { return s.split == split && s.selection == selection; });
      ASSERT_NE(it, outcome.splits.end());
      EXPECT_EQ(std::accumulate(it->confusion.begin(), it->confusion.end(), std::int64_t{0}), 100);
      EXPECT_EQ(it->predictions.size(), std::string(split) == "train" ? 0U : 100U);
    }
  }
}

// Training that ends with the best epoch has the same weights as both selections.
TEST_F(Training, BestIsWhatTrainingUpToTheBestEpochEndsWith) {
  specs::Config config = Training::config();
  config.set("train.epochs", number("12"));
  const RunOutcome whole = run(config);
  ASSERT_LT(whole.best_epoch, 12);
  config.set("train.epochs", *Decimal::parse(std::to_string(whole.best_epoch)));
  const RunOutcome shorter = run(config);
  ASSERT_EQ(shorter.best_epoch, whole.best_epoch);
  ASSERT_EQ(shorter.splits.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(shorter.splits[i].selection, "last");
    EXPECT_EQ(shorter.splits[i + 3].selection, "best");
    EXPECT_EQ(shorter.splits[i].split, shorter.splits[i + 3].split);
    for (const SplitPredictions& split : {shorter.splits[i], shorter.splits[i + 3]}) {
      EXPECT_EQ(split.predictions, whole.splits[i + 3].predictions);
      EXPECT_EQ(split.confusion, whole.splits[i + 3].confusion);
    }
  }
}

TEST_F(Training, PatienceEndsTrainingEarlyAndChangesNothingBefore) {
  specs::Config config = Training::config();
  config.set("train.epochs", number("60"));
  const RunOutcome whole = run(config);
  config.set("train.patience", number("2"));
  const RunOutcome patient = run(config);
  ASSERT_LT(patient.epochs.size(), whole.epochs.size());
  EXPECT_EQ(static_cast<int>(patient.epochs.size()), patient.best_epoch + 2);
  EXPECT_TRUE(std::equal(patient.step_losses.begin(), patient.step_losses.end(),
                         whole.step_losses.begin()));
}

TEST_F(Training, EvaluationsBetweenEpochsChangeNothingThatIsTrained) {
  specs::Config config = attacked("fgm", "0.5");
  const RunOutcome by_epoch = run(config);
  config.set("train.eval_steps", number("4"));
  const RunOutcome often = run(config);
  EXPECT_EQ(by_epoch.weights_sha256, often.weights_sha256);
  EXPECT_EQ(by_epoch.loss_history_sha256, often.loss_history_sha256);
  // 21 batches: after 4, 8, 12, 16, 20 and the last.
  ASSERT_EQ(often.epochs.size(), 6U);
  for (std::size_t i = 0; i < often.epochs.size(); ++i) {
    EXPECT_EQ(often.epochs[i].epoch, static_cast<int>(i) + 1);
    EXPECT_EQ(often.epochs[i].batches, i < 5 ? 4 : 1);
  }
  EXPECT_EQ(often.epochs.back().val, by_epoch.epochs.back().val);
}

TEST_F(Training, AnEvaluationIntervalBeyondTheEndMeansOneEvaluationAtTheEnd) {
  specs::Config config = Training::config();
  config.set("train.eval_steps", number("1000"));
  const RunOutcome outcome = run(config);
  ASSERT_EQ(outcome.epochs.size(), 1U);
  EXPECT_EQ(outcome.epochs[0].batches, 21);
  EXPECT_EQ(outcome.best_epoch, 1);
}

TEST_F(Training, PatienceCountsEvaluationsWhereverTheyFall) {
  specs::Config config = Training::config();
  config.set("train.epochs", number("60"));
  config.set("train.patience", number("3"));
  config.set("train.eval_steps", number("5"));
  const RunOutcome outcome = run(config);
  EXPECT_EQ(static_cast<int>(outcome.epochs.size()), outcome.best_epoch + 3);
  EXPECT_EQ(outcome.counts.batches, 5 * static_cast<std::int64_t>(outcome.epochs.size()));
}

TEST_F(Training, HistoryCountsBatchesAndAttackedBatchesOfEveryEvaluation) {
  const RunOutcome outcome = run(attacked("fgm", "0.5"));
  std::int64_t first = 0;
  ASSERT_EQ(outcome.epochs.size(), 3U);
  for (const EpochScores& epoch : outcome.epochs) {
    EXPECT_EQ(epoch.batches, 7);
    const std::string own = outcome.attacked.substr(static_cast<std::size_t>(first), 7);
    EXPECT_EQ(epoch.attacked_batches, std::count(own.begin(), own.end(), '1'));
    first += epoch.batches;
  }
}

TEST_F(Training, AccumulatedBatchesTakeTheStepOfOneLargeBatch) {
  specs::Config large = Training::config();
  large.set("model.dropout", number("0"));
  large.set("loss.name", std::string("ce"));
  large.set("train.epochs", number("1"));
  large.set("train.batch_size", number("40"));
  specs::Config small = large;
  small.set("train.batch_size", number("16"));
  // 100 rows: steps on 40, 40, 20 rows against 16 + 16 + 16, 16 + 16 + 16, 4. The first step of
  // both starts from the same weights, so it is compared with batches of 48.
  small.set("train.accumulate", number("3"));
  large.set("train.batch_size", number("48"));
  const RunOutcome one = run(large);
  const RunOutcome many = run(small);
  EXPECT_EQ(many.counts.batches, 7);
  EXPECT_EQ(many.step_losses.size(), 7U);
  const auto mean = [&](std::size_t begin) {
    return (many.step_losses[begin] + many.step_losses[begin + 1] + many.step_losses[begin + 2]) /
           3;
  };
  // Mean losses of equal rows and weights: sums in another order, and AdamW divides small gradients
  // by small numbers.
  EXPECT_NEAR(mean(0), one.step_losses[0], 1e-6);
  EXPECT_NEAR(mean(3), one.step_losses[1], 1e-5);
  EXPECT_NEAR(many.step_losses[6], one.step_losses[2], 1e-4);
  EXPECT_EQ(one.epochs[0].val, many.epochs[0].val);
}

// Losses that divide by class weights: batches of other classes have other shares of the step.
TEST_F(Training, AccumulatedBatchesOfWeightedLossesTakeTheStepOfOneLargeBatch) {
  for (const char* loss : {"class_balanced", "ldam"}) {
    specs::Config large = Training::config();
    large.set("model.dropout", number("0"));
    large.set("loss.name", std::string(loss));
    large.set("loss.beta", number("0.9"));
    if (std::string_view(loss) == "ldam") large.set("loss.reweight", std::string("drw"));
    large.set("train.epochs", number("1"));
    large.set("train.batch_size", number("48"));
    specs::Config small = large;
    small.set("train.batch_size", number("16"));
    small.set("train.accumulate", number("3"));
    const RunOutcome one = run(large);
    const RunOutcome many = run(small);
    ASSERT_EQ(one.step_losses.size(), 3U);
    // The loss after the first step, at the weights that it led to. AdamW's first step goes by the
    // signs of the gradient alone, so the second one is looked at, whose moments hold their sizes.
    EXPECT_NEAR(many.step_losses[6], one.step_losses[2], 1e-4) << loss;
  }
}

TEST_F(Training, AccumulationOfOneBatchAndItsAttacksKeepTheirBits) {
  specs::Config config = attacked("pgd", "0.5");
  const RunOutcome plain = run(config);
  config.set("train.accumulate", number("1"));
  expect_same_bits(plain, run(config));
  config.set("train.accumulate", number("4"));
  const RunOutcome accumulated = run(config);
  // The batch stays the unit of attack decisions and of what is counted.
  EXPECT_EQ(accumulated.attacked, plain.attacked);
  EXPECT_EQ(accumulated.counts.forward_passes, plain.counts.forward_passes);
  EXPECT_NE(accumulated.weights_sha256, plain.weights_sha256);
}

TEST_F(Training, ProbabilityZeroIsCleanTrainingWithEveryOption) {
  const std::vector<std::map<std::string, specs::Value>> options = {
      {{"train.accumulate", number("3")}},
      {{"train.eval_steps", number("4")}, {"train.patience", number("2")}},
      {{"train.warmup", number("0.1")}, {"train.schedule", std::string("linear")}},
      {{"train.clip_norm", number("0.5")}, {"train.accumulate", number("2")}},
      {{"train.precision", std::string("bf16")}},
      {{"train.precision", std::string("bf16")}, {"train.accumulate", number("2")}}};
  for (const auto& values : options) {
    specs::Config clean = Training::config();
    specs::Config never = attacked("fgm", "0");
    for (const auto& [path, value] : values) {
      clean.set(path, value);
      never.set(path, value);
    }
    const RunOutcome first = run(clean);
    expect_same_bits(first, run(never));
    expect_same_bits(first, run(clean));
    // Evaluations alone leave the weights as they are.
    if (!values.contains("train.eval_steps")) {
      EXPECT_NE(first.weights_sha256, run(Training::config()).weights_sha256)
          << values.begin()->first;
    }
  }
}

TEST_F(Training, StepsInsteadOfEpochsEndWithinAnEpoch) {
  specs::Config config = Training::config();
  config.erase("train.epochs");
  config.set("train.steps", number("10"));
  const RunOutcome outcome = run(config);
  EXPECT_EQ(outcome.counts.batches, 10);
  EXPECT_EQ(outcome.epochs.size(), 2U);
  const RunOutcome longer = run(Training::config());
  EXPECT_TRUE(std::equal(outcome.step_losses.begin(), outcome.step_losses.end(),
                         longer.step_losses.begin()));
}

TEST_F(Training, WarmupLeavesTheWeightsAtTheFirstStep) {
  specs::Config config = Training::config();
  config.set("train.warmup", number("0.5"));
  config.set("train.schedule", std::string("linear"));
  config.set("train.batch_size", number("100"));
  config.set("model.dropout", number("0"));
  const RunOutcome outcome = run(config);
  // Factor(0) = 0: the second step sees the same rows and weights, in another order of summation.
  EXPECT_NEAR(outcome.step_losses[0], outcome.step_losses[1], 1e-6);
  EXPECT_LT(outcome.step_losses[2], outcome.step_losses[1]);
}

TEST_F(Training, LossThatIsNotFiniteIsAnOutcomeWithItsStep) {
  specs::Config config = Training::config();
  config.set("train.lr", number("1e38"));
  RecordingSink sink;
  train_group(
      {data_.get(), models::Product::kMkl, {{"wild", 5, config}, {"tame", 5, Training::config()}}},
      sink);
  ASSERT_EQ(sink.outcomes.size(), 2U);
  const RunOutcome& wild = sink.outcomes[0];
  EXPECT_TRUE(wild.diverged);
  EXPECT_FALSE(wild.diverged_reason.empty());
  EXPECT_EQ(wild.diverged_step, static_cast<std::int64_t>(wild.step_losses.size()));
  EXPECT_EQ(wild.attacked.size(), wild.step_losses.size());
  EXPECT_EQ(wild.counts.batches, wild.diverged_step);
  EXPECT_LT(wild.diverged_step, 21);
  EXPECT_TRUE(wild.splits.empty());
  EXPECT_FALSE(sink.outcomes[1].diverged);
  expect_same_bits(sink.outcomes[1], run(Training::config()));
}

TEST_F(Training, ARunThatCannotBeTrainedFailsAloneInItsGroup) {
  specs::Config unknown_class = Training::config();
  unknown_class.set("data.minority_classes", std::vector<std::string>{"tiny"});
  RecordingSink sink;
  train_group(
      {data_.get(), models::Product::kMkl, {{"bad", 5, unknown_class}, {"good", 5, config()}}},
      sink);
  EXPECT_EQ(sink.failed_keys, std::vector<std::string>{"bad"});
  ASSERT_EQ(sink.outcomes.size(), 1U);
  EXPECT_EQ(sink.outcomes[0].run_key, "good");
  EXPECT_EQ(sink.total_steps, 21);
  EXPECT_EQ(sink.last_step, 21);
}

TEST_F(Training, MinorityRecallIsTheMeanOverTheNamedClasses) {
  specs::Config config = Training::config();
  config.set("data.minority_classes", std::vector<std::string>{"middle", "small"});
  const RunOutcome outcome = run(config);
  const auto it = std::find_if(outcome.splits.begin(), outcome.splits.end(), [](const auto& s) {
    return s.split == "val" && s.selection == "last";
  });
  const auto& c = it->confusion;
  const double expected = (static_cast<double>(c[4]) / 30 + static_cast<double>(c[8]) / 10) / 2;
  EXPECT_DOUBLE_EQ(outcome.epochs.back().val.at("minority_recall"), expected);
}

TEST(Dataset, RefusesAFeatureThatIsNotANumberAndAMissingSplit) {
  const testing::ToyFolder folder;
  testing::ToySplit split = testing::toy_split(1000, false);
  split.features[37 * testing::kToyDim + 4] = std::numeric_limits<float>::quiet_NaN();
  testing::write_toy_split(folder.paths()["val"], split);
  try {
    const Dataset data(folder.paths(), at::kCPU);
    FAIL() << "NaN was accepted";
  } catch (const DataError& e) {
    EXPECT_NE(std::string(e.what()).find("37"), std::string::npos) << e.what();
  }
  auto paths = folder.paths();
  paths.erase("test");
  EXPECT_THROW(Dataset(paths, at::kCPU), DataError);
}

}  // namespace
}  // namespace ratbench::train
