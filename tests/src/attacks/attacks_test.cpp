// Closed forms and identities of the attacks beyond what the contract suite and the reference
// numbers check.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "src/attacks/attack.hpp"
#include "src/attacks/divergence.hpp"
#include "src/attacks/passes.hpp"
#include "src/attacks/perturbation.hpp"
#include "src/base/error.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/specs/config.hpp"
#include "tests/parity/reference_mlp.hpp"

namespace ratbench::attacks {
namespace {

using tests::Activation;
using tests::ReferenceMlp;

const losses::SoftmaxLoss kCrossEntropy({.mean = losses::Mean::kOverWeights});
const std::vector<std::int64_t> kRowIds = {8, 1, 5};

at::Tensor labels() { return at::tensor(std::vector<std::int64_t>{0, 2, 1}, at::kLong); }
at::Tensor features(std::int64_t dim, std::uint64_t seed = 3) {
  const RandomStream stream(seed, Purpose::kCorpus);
  return NoiseSource(stream, 0, kRowIds).normal_like(at::zeros({3, dim}, at::kDouble));
}

struct Trial {
  ReferenceMlp mlp{tests::random_weights(6, 5, 3, 4, at::kDouble), Activation::kTanh, labels(),
                   kCrossEntropy};
  RandomStream stream{1, Purpose::kAttackNoise};
  Batch batch{features(6), {}};

  AttackOutcome run(const AttackParameters& p) {
    return make_attack(p)->apply(mlp, batch, NoiseSource(stream, 0, kRowIds));
  }
};

void expect_close(const at::Tensor& a, const at::Tensor& b, double relative) {
  const double scale = b.abs().max().item<double>();
  EXPECT_LE((a - b).abs().max().item<double>(), relative * scale);
}

TEST(Pgd, OneStepOfLengthEpsilonIsFgm) {
  for (const Norm norm : {Norm::kSample, Norm::kBatch}) {
    Trial pgd;
    Trial fgm;
    const AttackOutcome a = pgd.run({.name = "pgd",
                                     .epsilon = 0.4,
                                     .norm = norm,
                                     .steps = 1,
                                     .step_size = 0.4,
                                     .add_clean = true});
    const AttackOutcome b =
        fgm.run({.name = "fgm", .epsilon = 0.4, .norm = norm, .add_clean = true});
    EXPECT_NEAR(a.loss.item<double>(), b.loss.item<double>(), 1e-6 * b.loss.item<double>());
    const auto theirs = fgm.mlp.accumulated();
    for (const auto& [name, gradient] : pgd.mlp.accumulated()) {
      expect_close(gradient, theirs.at(name), 1e-6);
    }
  }
}

TEST(FreeLb, OneStepFromZeroWithoutCleanTermIsCleanTrainingBitForBit) {
  Trial free;
  Trial clean;
  const AttackOutcome outcome = free.run({.name = "freelb", .steps = 1});
  const TaskPass pass = task_pass(clean.mlp, clean.batch.x, 1, Want::kParameters);
  EXPECT_TRUE(at::equal(outcome.loss, pass.loss));
  const auto theirs = clean.mlp.accumulated();
  for (const auto& [name, gradient] : free.mlp.accumulated()) {
    EXPECT_TRUE(at::equal(gradient, theirs.at(name))) << name;
  }
}

TEST(Fgm, ConcatenatedPassTrainsOnTheSameLossWithoutDropout) {
  Trial separate;
  Trial stacked;
  AttackParameters p{.name = "fgm", .weight = 0.7, .add_clean = true};
  const AttackOutcome a = separate.run(p);
  p.pass = PassMode::kConcatenated;
  const AttackOutcome b = stacked.run(p);
  EXPECT_NEAR(a.loss.item<double>(), b.loss.item<double>(), 1e-12);
  const auto theirs = stacked.mlp.accumulated();
  for (const auto& [name, gradient] : separate.mlp.accumulated()) {
    expect_close(gradient, theirs.at(name), 1e-12);
  }
}

TEST(Attack, WeightZeroIsNoAttackWhereTheCleanTermRemains) {
  for (const char* name : {"fgm", "pgd", "random"}) {
    EXPECT_EQ(make_attack({.name = name, .weight = 0, .add_clean = true}), nullptr) << name;
  }
  EXPECT_EQ(make_attack({.name = "smart", .weight = 0, .init = Init::kNormal, .add_clean = true}),
            nullptr);
  EXPECT_EQ(make_attack({.name = "none"}), nullptr);
}

TEST(Attack, EpsilonZeroDoublesTheCleanGradient) {
  Trial control;
  Trial clean;
  control.run({.name = "random", .epsilon = 0, .add_clean = true});
  task_pass(clean.mlp, clean.batch.x, 1, Want::kParameters);
  const auto theirs = clean.mlp.accumulated();
  for (const auto& [name, gradient] : control.mlp.accumulated()) {
    expect_close(gradient, 2 * theirs.at(name), 1e-14);
  }
}

TEST(Attack, ImpossibleCombinationsAreRefusedWithAReason) {
  const std::vector<AttackParameters> refused = {
      {.name = "freelb", .weight = 2},
      {.name = "freelb", .pass = PassMode::kConcatenated},
      {.name = "fgm", .add_clean = false},
      {.name = "fgm", .epsilon = -0.1, .add_clean = true},
      {.name = "pgd", .steps = 0, .add_clean = true},
      {.name = "pgd", .step_size = 0, .add_clean = true},
      {.name = "pgd", .init = Init::kUniform, .add_clean = true},
      {.name = "smart", .init = Init::kZero, .add_clean = true},
      {.name = "pgd", .epsilon = 1e-6, .variant = SmartVariant::kMtdnn, .add_clean = true},
      {.name = "smart",
       .epsilon = 0,
       .variant = SmartVariant::kMtdnn,
       .init = Init::kNormal,
       .add_clean = true},
      {.name = "smart",
       .epsilon = 0.1,
       .variant = SmartVariant::kMtdnn,
       .init = Init::kNormal,
       .add_clean = true},
  };
  for (const AttackParameters& p : refused) {
    EXPECT_NE(refuse_combination(p), "") << p.name;
    EXPECT_THROW(make_attack(p), SpecError) << p.name;
  }
  EXPECT_THROW(make_attack({.name = "fmg", .add_clean = true}), SpecError);
}

TEST(AttackParameters, AreReadWithTheirDefaults) {
  specs::Config config;
  config.set("attack.name", std::string("smart"));
  config.set("attack.epsilon", *Decimal::parse("0.2"));
  const AttackParameters smart = attack_parameters(config);
  EXPECT_EQ(smart.steps, 1);
  EXPECT_DOUBLE_EQ(smart.step_size, 0.3);
  EXPECT_EQ(smart.ball, Ball::kLinf);
  EXPECT_EQ(smart.init, Init::kNormal);
  config.set("attack.variant", std::string("mtdnn"));
  EXPECT_DOUBLE_EQ(attack_parameters(config).step_size, 1e-3);
  config.set("attack.variant", std::string("paper"));
  config.set("attack.name", std::string("freelb"));
  const AttackParameters freelb = attack_parameters(config);
  EXPECT_EQ(freelb.steps, 3);
  EXPECT_DOUBLE_EQ(freelb.step_size, 0.1);
  EXPECT_EQ(freelb.ball, Ball::kL2);
  EXPECT_FALSE(freelb.add_clean);
}

TEST(Smart, PublicCodeVariantScalesEachSampleToOneAndNotToEpsilon) {
  for (const Ball ball : {Ball::kL2, Ball::kLinf}) {
    Trial trial;
    const AttackOutcome outcome = trial.run({.name = "smart",
                                             .epsilon = 1e-6,
                                             .ball = ball,
                                             .variant = SmartVariant::kMtdnn,
                                             .steps = 2,
                                             .step_size = 1e-3,
                                             .init = Init::kNormal,
                                             .noise = 1e-2,
                                             .add_clean = true});
    const at::Tensor r = outcome.perturbation;
    const at::Tensor norms =
        ball == Ball::kL2 ? (r * r).sum(1).sqrt() : std::get<0>(r.abs().max(1));
    EXPECT_NEAR(norms.min().item<double>(), 1, 1e-2);
    EXPECT_NEAR(norms.max().item<double>(), 1, 1e-2);
  }
}

TEST(Divergence, GradientsAreFiniteDifferences) {
  constexpr double kStep = 1e-6;
  const at::Tensor p = features(4, 1);
  const at::Tensor q = features(4, 2);
  const Divergence value = symmetric_kl(p, q, Targets::kDifferentiated);
  const auto at_value = [](const at::Tensor& a, const at::Tensor& b) {
    return symmetric_kl(a, b, Targets::kDifferentiated).value.item<double>();
  };
  for (std::int64_t i = 0; i < p.numel(); ++i) {
    at::Tensor step = at::zeros({3, 4}, at::kDouble);
    step.mutable_data_ptr<double>()[i] = kStep;
    EXPECT_NEAR(value.d_perturbed.const_data_ptr<double>()[i],
                (at_value(p + step, q) - at_value(p - step, q)) / (2 * kStep), 1e-7);
    EXPECT_NEAR(value.d_clean.const_data_ptr<double>()[i],
                (at_value(p, q + step) - at_value(p, q - step)) / (2 * kStep), 1e-7);
  }
}

TEST(Ascent, BothImplementationsAgree) {
  const at::Tensor g = features(37, 5);
  const at::Tensor delta = 0.1 * features(37, 6);
  for (const Norm norm : {Norm::kSample, Norm::kBatch}) {
    for (const Ball ball : {Ball::kL2, Ball::kLinf}) {
      const Ascent ascent{.step = 0.5, .radius = 0.4, .floor = 1e-8, .norm = norm, .ball = ball};
      const at::Tensor a = detail::ascend_cpu(delta, g, ascent);
      expect_close(a, detail::ascend_anywhere(delta, g, ascent), 1e-14);
    }
  }
}

TEST(Ascent, FloatGradientsBelowTheSquareRootOfTheSmallestNumberStillCount) {
  for (const double scale : {1e-25, 1e-40, 1e+30}) {
    const at::Tensor g = (features(24, 5) * scale).to(at::kFloat);
    const at::Tensor r = ascend({}, g, {}, {.step = 0.1}).to(at::kDouble);
    // 1e-40 is denormal in float32 and carries about 16 bits.
    EXPECT_NEAR((r * r).sum(1).sqrt().min().item<double>(), 0.1, 1e-4) << scale;
    EXPECT_NEAR((r * r).sum(1).sqrt().max().item<double>(), 0.1, 1e-4) << scale;
  }
}

TEST(NoiseSource, ARowKeepsItsNoiseWhereverItStandsAndHoweverItIsPadded) {
  const RandomStream stream(9, Purpose::kAttackNoise);
  const std::vector<std::int64_t> alone = {5};
  const at::Tensor three =
      NoiseSource(stream, 2, kRowIds).normal_like(at::zeros({3, 4, 8}, at::kFloat));
  const at::Tensor one =
      NoiseSource(stream, 2, alone).normal_like(at::zeros({1, 6, 8}, at::kFloat));
  EXPECT_TRUE(at::equal(three.select(0, 2), one.select(0, 0).narrow(0, 0, 4)));
  const at::Tensor later =
      NoiseSource(stream, 3, alone).normal_like(at::zeros({1, 6, 8}, at::kFloat));
  EXPECT_FALSE(at::equal(one, later));
}

TEST(NoiseSource, DrawsTheBlocksOfItsStreamAndTheirBoxMullerValues) {
  const RandomStream stream(0xFEDCBA9876543210, Purpose::kAttackNoise);
  const std::vector<std::int64_t> row = {77};
  const at::Tensor like = at::zeros({1, 4001}, at::kFloat);
  const at::Tensor normal = NoiseSource(stream, 6, row).normal_like(like);
  const at::Tensor uniform = NoiseSource(stream, 6, row).uniform_like(like);
  const auto unit = [](std::uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; };
  for (std::int64_t e = 0; e < 4001; ++e) {
    const auto words =
        stream.block(6, (std::uint64_t{77} << 32) + static_cast<std::uint64_t>(e / 4));
    const auto pair = static_cast<std::size_t>(e % 4 / 2 * 2);
    const double radius = std::sqrt(-2 * std::log(unit(words[pair])));
    const double angle = 2 * std::numbers::pi * unit(words[pair + 1]);
    const double want = radius * (e % 2 == 0 ? std::cos(angle) : std::sin(angle));
    // float32 keeps 24 bits of a uniform near 1, where the radius is small and steep.
    EXPECT_NEAR(normal.const_data_ptr<float>()[e], want, 2e-4) << e;
    EXPECT_NEAR(uniform.const_data_ptr<float>()[e],
                2 * unit(words[static_cast<std::size_t>(e % 4)]) - 1, 3e-7);
  }
}

TEST(NoiseSource, HasTheMomentsOfItsDistribution) {
  const RandomStream stream(9, Purpose::kAttackNoise);
  const at::Tensor like = at::zeros({3, 100000}, at::kDouble);
  const NoiseSource noise(stream, 0, kRowIds);
  const at::Tensor normal = noise.normal_like(like);
  const at::Tensor uniform = noise.uniform_like(like);
  // 300,000 values: standard errors below 0.004 for every moment named here.
  EXPECT_NEAR(normal.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR((normal * normal).mean().item<double>(), 1, 0.02);
  EXPECT_NEAR((normal * normal * normal * normal).mean().item<double>(), 3, 0.1);
  EXPECT_NEAR(uniform.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR((uniform * uniform).mean().item<double>(), 1.0 / 3, 0.01);
  EXPECT_LT(uniform.abs().max().item<double>(), 1);
}

}  // namespace
}  // namespace ratbench::attacks
