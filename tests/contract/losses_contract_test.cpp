// What every registered loss must keep, with every option that applies: run over the registry.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "src/losses/loss.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/specs/config.hpp"
#include "src/specs/names.hpp"
#include "tests/contract/cell.hpp"

namespace ratbench::losses {
namespace {

const std::vector<double> kCounts = {3, 40, 500, 7};
const std::vector<std::string> kNames = {"burn", "fall", "cut", "shock"};

specs::Value number(const char* text) { return *Decimal::parse(text); }

// Every loss by name, and with the options of loss.* that change its arithmetic.
std::vector<specs::Config> all_configs() {
  std::vector<specs::Config> all;
  const auto add = [&](const char* name, auto... settings) {
    specs::Config config;
    config.set("loss.name", std::string(name));
    (config.set(settings.first, settings.second), ...);
    // bce takes other targets; its own test is with the losses.
    const bool single = std::string_view(name) != "bce";
    if (single && refuse_combination(config).empty()) all.push_back(config);
  };
  using Setting = std::pair<const char*, specs::Value>;
  const Setting drw{"loss.reweight", std::string("drw")};
  const std::vector<std::string> boosted = {"burn", "shock"};
  const Setting boost{"loss.boost_classes", boosted};
  for (const LossInfo& info : loss_table()) {
    add(info.name);
    add(info.name, drw);
    for (const LossInfo& before : loss_table()) {
      add(info.name, Setting{"loss.defer_epochs", number("1")},
          Setting{"loss.before", std::string(before.name)});
    }
  }
  for (const char* gamma : {"0", "0.5", "1", "5"}) {
    add("focal", Setting{"loss.gamma", number(gamma)});
  }
  add("focal", Setting{"loss.alpha", std::vector<Decimal>(4, *Decimal::parse("0.25"))});
  add("focal", drw, Setting{"loss.alpha", std::vector<Decimal>(4, *Decimal::parse("0.25"))});
  add("class_balanced", Setting{"loss.beta", number("0.9")});
  add("ldam", boost);
  add("ldam", boost, drw);
  add("ldam", Setting{"loss.max_margin", number("0.5")});
  add("ldam", Setting{"loss.max_margin", number("0.5")}, boost, drw);
  return all;
}

std::string describe(const specs::Config& config) {
  std::string text;
  for (const auto& [path, value] : config.values()) {
    text += path + "=" + specs::to_text(value) + " ";
  }
  return text;
}

at::Tensor logits() {
  return at::tensor(std::vector<double>{0.3, -1.2, 2.0, 0.1, 1.5, 0.2,  -0.7, 0.9, -2.0, 0.4,
                                        0.6, 1.1,  3.0, 0.0, -1., -0.5, 0.8,  0.8, 0.8,  0.8})
      .to(at::kDouble)
      .reshape({5, 4});
}
at::Tensor labels() {
  return at::tensor(std::vector<std::int64_t>{0, 1, kIgnoredLabel, 2, 3}, at::kLong);
}
Targets mixed_targets() {
  return {labels(), at::tensor(std::vector<std::int64_t>{1, 1, 0, 0, 2}, at::kLong),
          at::tensor(std::vector<double>{0.3, 1.0, 0.5, 0.9, 0.0}, at::kDouble)};
}

TEST(LossContract, TheRegistryHoldsWhatExperimentFilesMayName) {
  std::vector<std::string> made;
  for (const LossInfo& info : loss_table()) made.push_back(info.name);
  const auto named = specs::loss_names();
  EXPECT_EQ(made, std::vector<std::string>(named.begin(), named.end()));
}

void expect_finite_differences(const Loss& loss, const at::Tensor& z, const Targets& targets) {
  constexpr double kStep = 1e-6;  // error of the central difference: about 1e-10 in float64
  const LossValue value = loss.evaluate(z, targets, 0);
  for (std::int64_t i = 0; i < z.numel(); ++i) {
    at::Tensor up = z.clone();
    at::Tensor down = z.clone();
    up.mutable_data_ptr<double>()[i] += kStep;
    down.mutable_data_ptr<double>()[i] -= kStep;
    const double rise = loss.evaluate(up, targets, 0).value.item<double>() -
                        loss.evaluate(down, targets, 0).value.item<double>();
    EXPECT_NEAR(value.dlogits.const_data_ptr<double>()[i], rise / (2 * kStep), 1e-7) << i;
  }
}

// The checks of experiment files and the factory agree: what the rules let through can be made and
// gives a finite loss before and after deferral, what they refuse has a reason.
TEST(LossContract, EveryCombinationIsEitherMadeOrRefusedWithAReason) {
  using Setting = std::pair<const char*, specs::Value>;
  const std::vector<Setting> extras = {
      {"loss.reweight", std::string("drw")},
      {"loss.max_margin", number("0.5")},
      {"loss.c", number("2")},
      {"loss.scale", number("10")},
      {"loss.gamma", number("1")},
      {"loss.boost_divisor", number("4")},
      {"loss.boost_classes", std::vector<std::string>{"burn", "shock"}},
      {"loss.alpha", std::vector<Decimal>(4, *Decimal::parse("0.5"))}};
  std::size_t made = 0;
  std::size_t refused = 0;
  for (const std::string_view name : specs::loss_names())
    for (const std::string_view before : specs::loss_names())
      for (const char* defer : {"0", "1"})
        for (std::size_t chosen = 0; chosen < (std::size_t{1} << extras.size()); ++chosen) {
          tests::Cell cell;
          cell.set("loss.name", std::string(name)).set("loss.before", std::string(before));
          cell.set("loss.defer_epochs", number(defer));
          for (std::size_t i = 0; i < extras.size(); ++i)
            if ((chosen >> i & 1U) != 0) cell.set(extras[i].first, extras[i].second);
          const specs::Config config = cell.config();
          if (const std::string reason = cell.refusal(); !reason.empty()) {
            ++refused;
            continue;
          }
          ++made;
          ASSERT_EQ(refuse_combination(config), "") << describe(config);
          const auto loss = make_loss(config, kCounts, kNames);
          if (name == "bce") continue;
          for (const int epoch : {0, 1})
            ASSERT_TRUE(
                std::isfinite(loss->evaluate(logits(), labels(), epoch).value.item<double>()))
                << describe(config);
        }
  EXPECT_GT(made, 1000U);
  EXPECT_GT(refused, 1000U);
}

TEST(LossContract, GradientsAreFiniteDifferences) {
  for (const specs::Config& config : all_configs()) {
    SCOPED_TRACE(describe(config));
    const auto loss = make_loss(config, kCounts, kNames);
    expect_finite_differences(*loss, logits(), labels());
    expect_finite_differences(*loss, logits(), mixed_targets());
  }
}

TEST(LossContract, FloatAgreesWithDoubleWithinItsRounding) {
  for (const specs::Config& config : all_configs()) {
    SCOPED_TRACE(describe(config));
    const auto loss = make_loss(config, kCounts, kNames);
    const LossValue exact = loss->evaluate(logits(), labels(), 0);
    const LossValue rounded = loss->evaluate(logits().to(at::kFloat), labels(), 0);
    const double value = exact.value.item<double>();
    EXPECT_NEAR(rounded.value.item<double>(), value, 1e-5 * (1 + value));
    EXPECT_EQ(rounded.dlogits.scalar_type(), at::kFloat);
    const at::Tensor gap = (rounded.dlogits.to(at::kDouble) - exact.dlogits).abs();
    EXPECT_LE(gap.max().item<double>(), 1e-5);
  }
}

TEST(LossContract, IgnoredRowsCountNowhereAndNoRowsGiveZero) {
  const at::Tensor kept = at::tensor(std::vector<std::int64_t>{0, 1, 3, 4}, at::kLong);
  const at::Tensor none = labels() * 0 + kIgnoredLabel;
  for (const specs::Config& config : all_configs()) {
    SCOPED_TRACE(describe(config));
    const auto loss = make_loss(config, kCounts, kNames);
    const LossValue all = loss->evaluate(logits(), labels(), 0);
    const LossValue without =
        loss->evaluate(logits().index_select(0, kept), labels().index_select(0, kept), 0);
    EXPECT_TRUE(at::equal(all.value, without.value));
    EXPECT_TRUE(at::equal(all.dlogits.index_select(0, kept), without.dlogits));
    EXPECT_EQ(all.dlogits.select(0, 2).abs().max().item<double>(), 0);
    const LossValue nothing = loss->evaluate(logits(), none, 0);
    EXPECT_EQ(nothing.value.item<double>(), 0);
    EXPECT_EQ(nothing.dlogits.abs().max().item<double>(), 0);
  }
}

TEST(LossContract, ExtremeLogitsStayFiniteAndNanShows) {
  const at::Tensor extreme = logits().sign() * 1e4;
  at::Tensor poisoned = logits().clone();
  poisoned.mutable_data_ptr<double>()[1] = NAN;
  for (const specs::Config& config : all_configs()) {
    SCOPED_TRACE(describe(config));
    const auto loss = make_loss(config, kCounts, kNames);
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      const LossValue value = loss->evaluate(extreme.to(type), labels(), 0);
      EXPECT_TRUE(std::isfinite(value.value.item<double>()));
      EXPECT_TRUE(std::isfinite(value.dlogits.abs().max().to(at::kDouble).item<double>()));
    }
    EXPECT_TRUE(std::isnan(loss->evaluate(poisoned, labels(), 0).value.item<double>()));
  }
}

TEST(LossContract, OrderOfRowsDoesNotMatter) {
  const at::Tensor order = at::tensor(std::vector<std::int64_t>{3, 1, 4, 0, 2}, at::kLong);
  for (const specs::Config& config : all_configs()) {
    SCOPED_TRACE(describe(config));
    const auto loss = make_loss(config, kCounts, kNames);
    const LossValue straight = loss->evaluate(logits(), labels(), 0);
    const LossValue shuffled =
        loss->evaluate(logits().index_select(0, order), labels().index_select(0, order), 0);
    EXPECT_NEAR(straight.value.item<double>(), shuffled.value.item<double>(), 1e-12);
    const at::Tensor gap = straight.dlogits.index_select(0, order) - shuffled.dlogits;
    EXPECT_LE(gap.abs().max().item<double>(), 1e-14);
  }
}

TEST(LossContract, BothImplementationsAgree) {
  const std::vector<SoftmaxLossOptions> all = {
      {.mean = Mean::kOverWeights},
      {.penalty = Penalty::kFocal, .gamma = 1.5, .weights = {1, 2, 0, 4}},
      {.scale = 30, .margins = {0.5, 0.2, 0.1, 0}, .weights = {1, 2, 3, 4}},
  };
  for (const SoftmaxLossOptions& options : all) {
    for (const Targets& targets : {Targets(labels()), mixed_targets()}) {
      const LossValue a = detail::softmax_loss_cpu(options, logits(), targets);
      const LossValue b = detail::softmax_loss_anywhere(options, logits(), targets);
      EXPECT_NEAR(a.value.item<double>(), b.value.item<double>(), 1e-12);
      EXPECT_LE((a.dlogits - b.dlogits).abs().max().item<double>(), 1e-12);
    }
  }
}

}  // namespace
}  // namespace ratbench::losses
