// The update kernels against each other and against the formula; clipping; schedules.
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/base/random.hpp"
#include "src/optim/adamw.hpp"
#include "src/optim/schedule.hpp"

namespace ratbench::optim {
namespace {

at::Tensor random_tensor(std::int64_t n, std::uint32_t lane, at::ScalarType type) {
  const RandomStream stream(2, Purpose::kInitialisation);
  at::Tensor t = at::empty({n}, at::kDouble);
  for (std::int64_t i = 0; i < n; ++i) {
    t.mutable_data_ptr<double>()[i] = stream.normal(lane, static_cast<std::uint64_t>(i));
  }
  return t.to(type);
}

TEST(AdamW, OwnFloatKernelStaysWithinRoundingOfLibtorch) {
  constexpr std::int64_t kSize = 1003;  // not a multiple of any vector width
  const at::Tensor start = random_tensor(kSize, 0, at::kFloat);
  const at::Tensor ours = start.clone();
  const at::Tensor theirs = start.clone();
  const at::Tensor gradient = random_tensor(kSize, 1, at::kFloat);
  const AdamWOptions options{.lr = 1e-2, .weight_decay = 0.1};
  AdamW own(options, {{ours, gradient}}, Kernel::kOwn);
  AdamW libtorch(options, {{theirs, gradient}}, Kernel::kLibtorch);
  for (int s = 0; s < 30; ++s) {
    gradient.copy_(random_tensor(kSize, static_cast<std::uint32_t>(s) + 1, at::kFloat));
    own.step(1);
    libtorch.step(1);
  }
  // 30 steps of size 0.01 on values near 1: a few units in the last place.
  EXPECT_LE((ours - theirs).abs().max().item<float>(), 3e-6F);
  EXPECT_GT((ours - start).abs().max().item<float>(), 0.05F);
}

TEST(AdamW, SaysOfEveryElementThatItIsWrittenAndChangesNothingByThat) {
  constexpr std::int64_t kSize = 20'011;  // several parts and a rest
  for (const Kernel kernel : {Kernel::kOwn, Kernel::kLibtorch}) {
    const at::Tensor parameter = random_tensor(kSize, 0, at::kFloat);
    const at::Tensor alone = parameter.clone();
    const at::Tensor gradient = random_tensor(kSize, 1, at::kFloat);
    const at::Tensor followed = at::empty({kSize}, at::kFloat);
    std::int64_t told = 0;
    const auto follow = [&](std::int64_t begin, std::int64_t end) {
      followed.slice(0, begin, end).copy_(parameter.slice(0, begin, end));
      told += end - begin;
    };
    AdamW telling({}, {{.parameter = parameter, .gradient = gradient, .written = follow}}, kernel);
    AdamW silent({}, {{alone, gradient}}, kernel);
    for (int step = 1; step <= 3; ++step) {
      telling.step(1);
      silent.step(1);
      EXPECT_TRUE(at::equal(followed, parameter));
      EXPECT_EQ(told, step * kSize);
    }
    EXPECT_TRUE(at::equal(parameter, alone));
  }
}

TEST(AdamW, FirstStepMovesEveryElementByTheRateAgainstItsGradient) {
  const at::Tensor parameter = random_tensor(50, 0, at::kDouble);
  const at::Tensor gradient = random_tensor(50, 1, at::kDouble);
  const at::Tensor before = parameter.clone();
  AdamW adamw({.lr = 0.01, .weight_decay = 0}, {{parameter, gradient}});
  adamw.step(0.5);
  const at::Tensor moved = before - parameter;
  // m / sqrt(v) is the sign of the gradient but for eps beside gradients of at least 1e-3.
  EXPECT_LE((moved - 0.005 * gradient.sign()).abs().max().item<double>(), 5e-8);
}

TEST(AdamW, DecayTouchesOnlyTheTensorsThatTakeIt) {
  const at::Tensor weight = random_tensor(5, 0, at::kDouble);
  const at::Tensor bias = weight.clone();
  const at::Tensor before = weight.clone();
  const at::Tensor zero = weight * 0;
  AdamW adamw({.lr = 0.1, .weight_decay = 0.5},
              {{weight, zero}, {.parameter = bias, .gradient = zero.clone(), .decay = false}});
  adamw.step(1);
  EXPECT_TRUE(at::equal(bias, before));
  EXPECT_LE((weight - 0.95 * before).abs().max().item<double>(), 1e-15);
  EXPECT_FALSE(takes_decay("classifier.bias"));
  EXPECT_FALSE(takes_decay("encoder.LayerNorm.weight"));
  EXPECT_TRUE(takes_decay("encoder.dense.weight"));
}

TEST(AdamW, ClippingScalesOnlyGradientsThatAreTooLong) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const at::Tensor parameter = random_tensor(400, 0, type);
    const at::Tensor gradient = random_tensor(400, 1, type);
    const at::Tensor before = gradient.clone();
    const double norm = std::sqrt(before.to(at::kDouble).square().sum().item<double>());
    AdamW loose({.clip_norm = 100}, {{parameter, gradient}});
    loose.step(1);
    EXPECT_TRUE(at::equal(gradient, before));
    EXPECT_NEAR(loose.gradient_norm(), norm, 1e-9 * norm);
    AdamW tight({.clip_norm = 2}, {{parameter, gradient}});
    tight.step(1);
    const double clipped = std::sqrt(gradient.to(at::kDouble).square().sum().item<double>());
    EXPECT_NEAR(clipped, 2, 1e-5);
  }
}

TEST(Schedule, WarmupRoundsUpButNotForARoundingError) {
  EXPECT_EQ(Schedule(Decay::kLinear, 0.1, 30).warmup_steps(), 3);
  EXPECT_EQ(Schedule(Decay::kLinear, 0.1, 31).warmup_steps(), 4);
  EXPECT_EQ(Schedule(Decay::kLinear, 0, 31).warmup_steps(), 0);
  EXPECT_EQ(Schedule(Decay::kConstant, 1, 7).warmup_steps(), 7);
}

TEST(Schedule, ConstantStaysAtOneAfterTheWarmup) {
  const Schedule schedule(Decay::kConstant, 0.5, 4);
  EXPECT_EQ(schedule.factor(0), 0);
  EXPECT_EQ(schedule.factor(1), 0.5);
  EXPECT_EQ(schedule.factor(2), 1);
  EXPECT_EQ(schedule.factor(100), 1);
}

}  // namespace
}  // namespace ratbench::optim
