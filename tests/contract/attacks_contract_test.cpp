// What every registered attack must keep, whatever it computes: run over the registry, so that a
// new attack is tested before its author writes a test.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "src/attacks/attack.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/specs/names.hpp"
#include "tests/parity/reference_mlp.hpp"

namespace ratbench::attacks {
namespace {

using tests::Activation;
using tests::MlpWeights;
using tests::ReferenceMlp;

constexpr std::int64_t kRows = 6;
constexpr std::int64_t kClasses = 4;
const losses::SoftmaxLoss kFocal({.penalty = losses::Penalty::kFocal, .gamma = 2});

// With the public code's numbers, the only ones of that variant that mean anything.
AttackParameters as_mtdnn(AttackParameters p) {
  p.variant = SmartVariant::kMtdnn;
  p.epsilon = 1e-6;
  p.step_size = 1e-3;
  return p;
}

// What no perturbation may exceed: mtdnn scales to 1, and epsilon is no size there.
double radius(const AttackParameters& p) {
  return p.variant == SmartVariant::kMtdnn ? 1 : p.epsilon;
}

// Every attack with every choice that applies to it.
std::vector<AttackParameters> all_parameters() {
  std::vector<AttackParameters> all;
  for (const AttackInfo& info : attack_table()) {
    for (const Norm norm : {Norm::kSample, Norm::kBatch}) {
      for (const Ball ball : {Ball::kL2, Ball::kLinf}) {
        for (const PassMode pass : {PassMode::kSeparate, PassMode::kConcatenated}) {
          for (const Init init : {Init::kZero, Init::kUniform, Init::kNormal}) {
            for (const bool add_clean : {false, true}) {
              for (const int steps : {1, 2, 5}) {
                AttackParameters p{.name = info.name,
                                   .epsilon = 0.3,
                                   .norm = norm,
                                   .ball = ball,
                                   .steps = steps,
                                   .step_size = 0.2,
                                   .init = init,
                                   .add_clean = add_clean,
                                   .pass = pass};
                for (const AttackParameters& each : {p, as_mtdnn(p)})
                  if (refuse_combination(each).empty()) all.push_back(each);
              }
            }
          }
        }
      }
    }
  }
  return all;
}

std::string describe(const AttackParameters& p) {
  return p.name + (p.norm == Norm::kBatch ? " batch" : " sample") +
         (p.ball == Ball::kLinf ? " linf" : " l2") + " K=" + std::to_string(p.steps) +
         (p.variant == SmartVariant::kMtdnn ? " mtdnn" : "") +
         (p.pass == PassMode::kConcatenated ? " concatenated" : "") +
         (p.init == Init::kUniform ? " uniform" : "") + (p.add_clean ? " add_clean" : "");
}

const std::vector<std::int64_t> kRowIds = {3, 14, 15, 92, 65, 35};

struct Trial {
  AttackOutcome outcome;
  ReferenceMlp mlp;
};

at::Tensor labels() { return at::tensor(std::vector<std::int64_t>{0, 1, 2, 3, 0, 1}, at::kLong); }

at::Tensor features(std::vector<std::int64_t> shape, std::uint64_t seed = 5) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(shape[0]));
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int64_t>(i);
  const RandomStream stream(seed, Purpose::kCorpus);
  at::Tensor like = at::zeros(shape, at::kDouble);
  return NoiseSource(stream, 0, ids).normal_like(like);
}

Trial run(const AttackParameters& p, const Batch& batch, const MlpWeights& weights,
          std::uint64_t seed = 1, std::span<const std::int64_t> ids = kRowIds,
          const at::Tensor& targets = labels()) {
  const RandomStream stream(seed, Purpose::kAttackNoise);
  Trial trial{{}, ReferenceMlp(weights, Activation::kTanh, targets, kFocal)};
  trial.outcome = make_attack(p)->apply(trial.mlp, batch, NoiseSource(stream, 7, ids));
  return trial;
}

Batch flat_batch(at::ScalarType type = at::kDouble) { return {features({kRows, 10}).to(type), {}}; }
MlpWeights weights_for(std::int64_t inputs, at::ScalarType type = at::kDouble) {
  return tests::random_weights(inputs, 8, kClasses, 11, type);
}

double largest_norm(const at::Tensor& r, const AttackParameters& p) {
  const at::Tensor rows = p.norm == Norm::kSample ? r.reshape({r.size(0), -1}) : r.reshape({1, -1});
  const double order = p.ball == Ball::kL2 ? 2 : INFINITY;
  return at::linalg_vector_norm(rows, order, at::IntArrayRef{1}).max().item<double>();
}

// Perturbations of every forward pass (the stacked ones of their second half).
std::vector<at::Tensor> perturbations(const Trial& trial, const at::Tensor& x) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& input : trial.mlp.inputs) {
    for (std::int64_t from = 0; from < input.size(0); from += x.size(0)) {
      all.push_back(input.narrow(0, from, x.size(0)) - x);
    }
  }
  return all;
}

TEST(AttackContract, TheRegistryHoldsWhatExperimentFilesMayName) {
  std::vector<std::string> made;
  for (const AttackInfo& info : attack_table()) made.push_back(info.name);
  const auto named = specs::attack_names();
  EXPECT_EQ(made, std::vector<std::string>(named.begin(), named.end()));
  EXPECT_TRUE(std::ranges::is_sorted(made));
}

TEST(AttackContract, NoPassLeavesTheBall) {
  const Batch batch = flat_batch();
  for (const AttackParameters& p : all_parameters()) {
    const Trial trial = run(p, batch, weights_for(10));
    for (const at::Tensor& r : perturbations(trial, batch.x)) {
      // Rounding of the scaled vector and of x + r.
      EXPECT_LE(largest_norm(r, p), radius(p) * (1 + 1e-6)) << describe(p);
    }
    EXPECT_LE(largest_norm(trial.outcome.perturbation, p), radius(p) * (1 + 1e-6)) << describe(p);
  }
}

TEST(AttackContract, OneStepAttacksReachTheBall) {
  const Batch batch = flat_batch();
  for (const AttackParameters& p : all_parameters()) {
    if (p.name != "fgm" && p.name != "random") continue;
    const Trial trial = run(p, batch, weights_for(10));
    EXPECT_NEAR(largest_norm(trial.outcome.perturbation, p), p.epsilon, 1e-12) << describe(p);
  }
}

TEST(AttackContract, EpsilonZeroPerturbsNothing) {
  const Batch batch = flat_batch();
  for (AttackParameters p : all_parameters()) {
    p.epsilon = 0;
    if (p.variant == SmartVariant::kMtdnn) {
      EXPECT_NE(refuse_combination(p), "");
      continue;
    }
    const Trial trial = run(p, batch, weights_for(10));
    for (const at::Tensor& r : perturbations(trial, batch.x)) {
      EXPECT_EQ(r.abs().max().item<double>(), 0) << describe(p);
    }
  }
}

TEST(AttackContract, PaddingIsNeverPerturbed) {
  Batch batch{features({kRows, 5, 3}), at::ones({kRows, 5}, at::kDouble)};
  batch.mask.slice(1, 3).zero_();
  batch.mask.select(1, 0).zero_();
  const at::Tensor padding = (1 - batch.mask).unsqueeze(2);
  for (const AttackParameters& p : all_parameters()) {
    const Trial trial = run(p, batch, weights_for(15));
    for (const at::Tensor& r : perturbations(trial, batch.x)) {
      EXPECT_EQ((r * padding).abs().max().item<double>(), 0) << describe(p);
      EXPECT_LE(largest_norm(r, p), radius(p) * (1 + 1e-6)) << describe(p);
    }
    if (p.name != "freelb" || p.steps > 1) {
      EXPECT_GT(trial.outcome.perturbation.abs().max().item<double>(), 0) << describe(p);
    }
  }
}

TEST(AttackContract, OneSeedGivesOneResultBitForBit) {
  const Batch batch = flat_batch(at::kFloat);
  const MlpWeights weights = weights_for(10, at::kFloat);
  for (const AttackParameters& p : all_parameters()) {
    const Trial first = run(p, batch, weights);
    const Trial again = run(p, batch, weights);
    EXPECT_TRUE(at::equal(first.outcome.perturbation, again.outcome.perturbation)) << describe(p);
    EXPECT_TRUE(at::equal(first.outcome.loss, again.outcome.loss)) << describe(p);
    const auto gradients = again.mlp.accumulated();
    for (const auto& [name, gradient] : first.mlp.accumulated()) {
      EXPECT_TRUE(at::equal(gradient, gradients.at(name))) << describe(p) << " " << name;
    }
    if (p.name != "random") continue;
    const Trial other = run(p, batch, weights, /*seed=*/2);
    EXPECT_FALSE(at::equal(first.outcome.perturbation, other.outcome.perturbation)) << describe(p);
  }
}

TEST(AttackContract, InputAndWeightsAreLeftAlone) {
  const Batch batch = flat_batch();
  const at::Tensor x = batch.x.clone();
  const MlpWeights weights = weights_for(10);
  const at::Tensor w1 = weights.w1.clone();
  const at::Tensor w2 = weights.w2.clone();
  for (const AttackParameters& p : all_parameters()) run(p, batch, weights);
  EXPECT_TRUE(at::equal(batch.x, x));
  EXPECT_TRUE(at::equal(weights.w1, w1) && at::equal(weights.w2, w2));
}

TEST(AttackContract, ZeroGradientIsFiniteAndMovesNothing) {
  const Batch batch = flat_batch();
  MlpWeights weights = weights_for(10);
  weights.w2 = at::zeros_like(weights.w2);  // logits no longer depend on x
  for (const AttackParameters& p : all_parameters()) {
    const Trial trial = run(p, batch, weights);
    EXPECT_TRUE(std::isfinite(trial.outcome.loss.item<double>())) << describe(p);
    const double moved = trial.outcome.perturbation.abs().max().item<double>();
    EXPECT_TRUE(std::isfinite(moved)) << describe(p);
    // What remains is the start: an attack that draws nothing has none.
    const Trial other = run(p, batch, weights, /*seed=*/2);
    const bool draws = !at::equal(trial.outcome.perturbation, other.outcome.perturbation);
    EXPECT_LE(moved, draws ? radius(p) : 0) << describe(p);
    if (p.name == "freelb" || (p.name == "smart" && p.variant == SmartVariant::kPaper)) {
      EXPECT_LE(moved, 1e-4) << describe(p);  // their starting noise
    }
  }
}

TEST(AttackContract, PermutingABatchPermutesItsPerturbations) {
  const std::vector<std::int64_t> order = {4, 2, 0, 5, 1, 3};
  const at::Tensor index = at::tensor(order, at::kLong);
  std::vector<std::int64_t> ids;
  for (const std::int64_t i : order) ids.push_back(kRowIds[static_cast<std::size_t>(i)]);
  const Batch batch = flat_batch();
  const Batch permuted{batch.x.index_select(0, index), {}};
  for (const AttackParameters& p : all_parameters()) {
    if (p.norm != Norm::kSample) continue;
    const Trial straight = run(p, batch, weights_for(10));
    const Trial shuffled =
        run(p, permuted, weights_for(10), 1, ids, labels().index_select(0, index));
    const at::Tensor difference =
        shuffled.outcome.perturbation - straight.outcome.perturbation.index_select(0, index);
    // SMART at its noise start divides gradients of about 1e-6; the rest is rounding.
    EXPECT_LE(difference.abs().max().item<double>(), p.name == "smart" ? 1e-7 : 1e-12)
        << describe(p);
    EXPECT_NEAR(shuffled.outcome.loss.item<double>(), straight.outcome.loss.item<double>(), 1e-9)
        << describe(p);
  }
}

TEST(AttackContract, PassesAreThoseThatItsRowStates) {
  const Batch batch = flat_batch();
  for (const AttackParameters& p : all_parameters()) {
    const Trial trial = run(p, batch, weights_for(10));
    EXPECT_EQ(trial.mlp.passes, passes_per_attacked_batch(p)) << describe(p);
  }
}

}  // namespace
}  // namespace ratbench::attacks
