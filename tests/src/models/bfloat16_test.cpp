#include "src/models/bfloat16.hpp"

#include <ATen/autocast_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sin.h>
#include <gtest/gtest.h>

#include <vector>

#include "src/models/mlp.hpp"
#include "src/models/registry.hpp"

namespace ratbench::models {
namespace {

at::Tensor wavy(std::int64_t rows, std::int64_t columns, double phase) {
  return at::sin(at::arange(rows * columns, at::kDouble).mul(1.7).add(phase))
      .view({rows, columns})
      .to(at::kFloat);
}

double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

// Logits and gradients of the two-layer network, the input's last.
struct Passes {
  at::Tensor logits;
  std::vector<at::Tensor> gradients;
};

constexpr MlpShape kShape = {96, 64, 7, 0.0};

Passes ours(Precision precision, Product product = Product::kMkl) {
  Mlp model(kShape, 5, at::kCPU, product, precision);
  Activations kept;
  Passes passes;
  passes.logits = model.forward(wavy(32, kShape.dim, 0.3), DropoutContext{}, kept);
  const at::Tensor at_input = model.backward(kept, wavy(32, kShape.classes, 1.1), Want::kBoth);
  for (const Parameter& p : model.parameters()) passes.gradients.push_back(p.grad);
  passes.gradients.push_back(at_input);
  return passes;
}

// LibTorch's automatic mixed precision and differentiation.
Passes of_autocast() {
  Mlp model(kShape, 5, at::kCPU);
  std::vector<at::Tensor> leaves;
  for (const Parameter& p : model.parameters())
    leaves.push_back(p.value.clone().requires_grad_(true));
  leaves.push_back(wavy(32, kShape.dim, 0.3).requires_grad_(true));
  at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  at::autocast::set_autocast_enabled(at::kCPU, true);
  const at::Tensor hidden = at::relu(at::linear(leaves[4], leaves[0], leaves[1]));
  Passes passes;
  passes.logits = at::linear(hidden, leaves[2], leaves[3]).to(at::kFloat);
  at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(at::kCPU, false);
  passes.logits.backward(wavy(32, kShape.classes, 1.1));
  for (const at::Tensor& leaf : leaves) passes.gradients.push_back(leaf.grad());
  return passes;
}

// A rounding to bfloat16 moves a number by at most 2^-9 of it. Where two computations round a sum
// to different neighbours, they differ by twice that; over many numbers by a fraction of it.
constexpr double kOneRounding = 0x1.0p-9;

TEST(Bfloat16, PassesAreThoseOfAutomaticMixedPrecision) {
  const Passes expected = of_autocast();
  for (const Product product : usable_products())
    for (const Precision precision : {Precision::kBf16, Precision::kBf16Emulated}) {
      const Passes found = ours(precision, product);
      EXPECT_LT(relative_difference(found.logits, expected.logits), kOneRounding)
          << name(precision) << ", " << name(product);
      for (std::size_t i = 0; i < expected.gradients.size(); ++i)
        EXPECT_LT(relative_difference(found.gradients[i], expected.gradients[i]), kOneRounding)
            << name(precision) << ", " << name(product) << ", gradient " << i;
    }
}

TEST(Bfloat16, RoundsWhereSinglePrecisionDoesNot) {
  const Passes single = ours(Precision::kFp32);
  const Passes rounded_passes = ours(Precision::kBf16Emulated);
  EXPECT_GT(relative_difference(rounded_passes.logits, single.logits), 1e-4);
  EXPECT_LT(relative_difference(rounded_passes.logits, single.logits), 1e-2);
  // What leaves a product is a bfloat16 number.
  EXPECT_TRUE(
      at::equal(rounded_passes.logits, rounded_passes.logits.to(at::kBFloat16).to(at::kFloat)));
}

TEST(Bfloat16, EveryRoutineEmulatesWithinRounding) {
  EXPECT_LT(relative_difference(ours(Precision::kBf16Emulated, Product::kOneDnn).logits,
                                ours(Precision::kBf16Emulated, Product::kMkl).logits),
            kOneRounding);
}

TEST(Bfloat16, GradientsAddOverPassesAndParametersStaySinglePrecision) {
  Mlp model(kShape, 5, at::kCPU, Product::kMkl, Precision::kBf16Emulated);
  const at::Tensor x = wavy(16, kShape.dim, 0.3);
  const at::Tensor dlogits = wavy(16, kShape.classes, 1.1);
  Activations kept;
  model.forward(x, DropoutContext{}, kept);
  model.backward(kept, dlogits, Want::kParameters);
  const at::Tensor once = model.parameters()[0].grad.clone();
  model.forward(x, DropoutContext{0, 0, 1}, kept);
  model.backward(kept, dlogits, Want::kParameters);
  EXPECT_TRUE(at::equal(model.parameters()[0].grad, once * 2));
  model.clear_gradients();
  model.forward(x, DropoutContext{0, 1, 0}, kept);
  model.backward(kept, dlogits, Want::kParameters);
  EXPECT_TRUE(at::equal(model.parameters()[0].grad, once));
  for (const Parameter& p : model.parameters()) EXPECT_EQ(p.value.scalar_type(), at::kFloat);
}

TEST(Bfloat16, ParametersThatChangedBetweenStepsAreRoundedAgain) {
  Mlp model(kShape, 5, at::kCPU, Product::kMkl, Precision::kBf16Emulated);
  const at::Tensor x = wavy(16, kShape.dim, 0.3);
  Activations kept;
  const at::Tensor before = model.forward(x, DropoutContext{0, 0, 0}, kept);
  for (const std::size_t output : {2U, 3U})
    model.parameters()[output].set(model.parameters()[output].value.mul(2));
  EXPECT_TRUE(at::equal(model.forward(x, DropoutContext{0, 1, 0}, kept), before * 2));
  EXPECT_TRUE(at::equal(model.forward(x, std::nullopt, kept), before * 2));
}

TEST(Bfloat16, PartsOfAParameterThatWereWrittenAreRoundedAgain) {
  for (const Precision precision : {bf16_on(at::kCPU), Precision::kBf16Emulated}) {
    Mlp model(kShape, 5, at::kCPU, Product::kMkl, precision);
    Parameter& weight = model.parameters().front();
    weight.value.view({-1}).slice(0, 100, 300).mul_(-1.3);
    weight.written(100, 300);
    Mlp fresh(kShape, 6, at::kCPU, Product::kMkl, precision);
    std::vector<at::Tensor> values;
    for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
    fresh.load(values);
    const at::Tensor x = wavy(16, kShape.dim, 0.3);
    Activations kept;
    EXPECT_TRUE(
        at::equal(model.forward(x, std::nullopt, kept), fresh.forward(x, std::nullopt, kept)));
  }
}

TEST(Bfloat16, TheConfigurationAsksForItAndTheDeviceSaysHow) {
  specs::Config config;
  ModelContext context = {8, 3, 1, at::kCPU, Product::kMkl};
  EXPECT_EQ(precision_of(config, context), Precision::kFp32);
  config.set("train.precision", std::string("bf16"));
  EXPECT_EQ(precision_of(config, context),
            processor_has_bf16() ? Precision::kBf16 : Precision::kBf16Emulated);
  context.arithmetic.bf16 = Precision::kBf16Emulated;
  EXPECT_EQ(precision_of(config, context), Precision::kBf16Emulated);
}

}  // namespace
}  // namespace ratbench::models
