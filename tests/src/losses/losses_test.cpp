// Identities between losses, and what their registry accepts and refuses.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/base/error.hpp"
#include "src/losses/class_tables.hpp"
#include "src/losses/loss.hpp"
#include "src/specs/config.hpp"

namespace ratbench::losses {
namespace {

const std::vector<double> kCounts = {1200, 90, 3};
const std::vector<std::string> kNames = {"cut", "fall", "burn"};

specs::Config config(std::map<std::string, specs::Value> settings) {
  specs::Config all;
  for (auto& [path, value] : settings) all.set(path, value);
  return all;
}
specs::Value number(const char* text) { return *Decimal::parse(text); }
specs::Value text(const char* value) { return std::string(value); }

at::Tensor logits() {
  return at::tensor(std::vector<double>{0.2, -1, 3, 1, 1.5, -0.3, 2, 0, 0.1}, at::kDouble)
      .reshape({3, 3});
}
at::Tensor labels() { return at::tensor(std::vector<std::int64_t>{2, 0, 1}, at::kLong); }

LossValue evaluate(const specs::Config& settings, int epoch = 0) {
  return make_loss(settings, kCounts, kNames)->evaluate(logits(), labels(), epoch);
}

void expect_same(const LossValue& a, const LossValue& b) {
  const double value = b.value.item<double>();
  EXPECT_NEAR(a.value.item<double>(), value, 1e-6 * value);
  const double largest = b.dlogits.abs().max().item<double>();
  EXPECT_LE((a.dlogits - b.dlogits).abs().max().item<double>(), 1e-6 * largest);
}

TEST(Bce, IsTheMeanOverRowsAndLabelsWithItsGradient) {
  const at::Tensor z = logits();
  const at::Tensor y = at::tensor(std::vector<std::int64_t>{1, 0, 1, 0, kIgnoredLabel, 1, 0, 0, 1});
  const auto loss = make_loss(config({{"loss.name", text("bce")}}), kCounts, kNames);
  const LossValue value = loss->evaluate(z, y.reshape({3, 3}), 0);
  double sum = 0;
  for (std::int64_t i = 0; i < 9; ++i) {
    const double p = 1 / (1 + std::exp(-z.const_data_ptr<double>()[i]));
    const std::int64_t label = y.const_data_ptr<std::int64_t>()[i];
    const double slope = value.dlogits.const_data_ptr<double>()[i];
    if (label == kIgnoredLabel) {
      EXPECT_EQ(slope, 0);
      continue;
    }
    sum -= std::log(label == 1 ? p : 1 - p);
    EXPECT_NEAR(slope, (p - static_cast<double>(label)) / 8, 1e-12);
  }
  EXPECT_NEAR(value.value.item<double>(), sum / 8, 1e-12);
  const LossValue extreme = loss->evaluate(z * 1e4, y.reshape({3, 3}), 0);
  EXPECT_TRUE(std::isfinite(extreme.value.item<double>()));
}

TEST(Bce, TakesNoWeightsAndNoTurns) {
  for (const auto& [path, value] :
       {std::pair{"loss.reweight", text("drw")}, std::pair{"loss.defer_epochs", number("1")}})
    EXPECT_NE(refuse_combination(config({{"loss.name", text("bce")}, {path, value}})), "") << path;
}

TEST(Focal, GammaZeroIsCrossEntropy) {
  expect_same(evaluate(config({{"loss.name", text("focal")}, {"loss.gamma", number("0")}})),
              evaluate(config({{"loss.name", text("ce")}})));
}

TEST(Ldam, ConstantZeroIsCrossEntropy) {
  expect_same(evaluate(config({{"loss.name", text("ldam")}, {"loss.c", number("0")}})),
              evaluate(config({{"loss.name", text("ce")}})));
}

TEST(ClassBalanced, IsCrossEntropyReweightedFromTheStart) {
  expect_same(evaluate(config({{"loss.name", text("class_balanced")}})),
              evaluate(config({{"loss.name", text("ce")}, {"loss.reweight", text("drw")}})));
}

TEST(Deferral, SwitchesWhenTheStatedPassesAreDone) {
  const auto settings = config({{"loss.name", text("ldam")},
                                {"loss.reweight", text("drw")},
                                {"loss.defer_epochs", number("5")},
                                {"loss.before", text("focal")}});
  const LossValue before = evaluate(config({{"loss.name", text("focal")}}));
  const LossValue after =
      evaluate(config({{"loss.name", text("ldam")}, {"loss.reweight", text("drw")}}));
  EXPECT_TRUE(at::equal(evaluate(settings, 0).value, before.value));
  EXPECT_TRUE(at::equal(evaluate(settings, 4).dlogits, before.dlogits));
  EXPECT_TRUE(at::equal(evaluate(settings, 5).dlogits, after.dlogits));
  EXPECT_FALSE(at::equal(before.value, after.value));
}

TEST(Boost, WidensTheMarginAndLeavesTheWeights) {
  const std::vector<std::string> boosted = {"burn"};
  auto settings = config({{"loss.name", text("ldam")}});
  const double plain = evaluate(settings).value.item<double>();
  settings.set("loss.boost_classes", boosted);
  EXPECT_GT(evaluate(settings).value.item<double>(), plain);
  EXPECT_EQ(boosted_counts({100, 8}, {1}, 10), (std::vector<double>{100, 0.8}));
}

TEST(Focal, AlphaScalesItsClassAndNeedsOneNumberForEach) {
  auto settings = config({{"loss.name", text("focal")}});
  const double plain = evaluate(settings).value.item<double>();
  const Decimal quarter = *Decimal::parse("0.25");
  settings.set("loss.alpha", std::vector<Decimal>{quarter, quarter, quarter});
  EXPECT_NEAR(evaluate(settings).value.item<double>(), 0.25 * plain, 1e-15);
  settings.set("loss.alpha", std::vector<Decimal>{quarter, quarter});
  EXPECT_THROW(evaluate(settings), SpecError);
}

TEST(ClassTables, AnAbsentClassHasNoWeightAndNoMargin) {
  const std::vector<double> counts = {10, 0, 1000};
  const std::vector<double> weights = effective_number_weights(counts, 0.999);
  EXPECT_EQ(weights[1], 0);
  EXPECT_NEAR(weights[0] + weights[2], 2, 1e-12);
  EXPECT_EQ(ldam_margins(counts, 1)[1], 0);
  EXPECT_DOUBLE_EQ(ldam_margins_with_maximum(counts, 0.5)[0], 0.5);
}

TEST(LossRegistry, RefusesWithAReason) {
  EXPECT_NE(refuse_combination(config({{"loss.name", text("foca")}})), "");
  EXPECT_NE(refuse_combination(
                config({{"loss.name", text("class_balanced")}, {"loss.reweight", text("drw")}})),
            "");
  auto boost = config({{"loss.name", text("ce")}});
  boost.set("loss.boost_classes", std::vector<std::string>{"burn"});
  EXPECT_NE(refuse_combination(boost), "");
  boost.set("loss.name", text("ldam"));
  EXPECT_EQ(refuse_combination(boost), "");
  boost.set("loss.boost_classes", std::vector<std::string>{"burns"});
  EXPECT_THROW(make_loss(boost, kCounts, kNames), SpecError);
}

}  // namespace
}  // namespace ratbench::losses
