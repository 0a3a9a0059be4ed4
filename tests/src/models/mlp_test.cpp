#include "src/models/mlp.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sum.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "src/base/random.hpp"
#include "src/models/dropout.hpp"
#include "src/models/registry.hpp"
#include "tests/src/models/tiny_bert.hpp"

namespace ratbench::models {
namespace {

// Deterministic values in [-1, 1] without structure that a product could hide.
at::Tensor wavy(std::int64_t rows, std::int64_t columns, double phase, at::ScalarType type) {
  return at::sin(at::arange(rows * columns, at::kDouble).mul(1.7).add(phase))
      .view({rows, columns})
      .to(type);
}

TEST(Mlp, InitialisationIsSharedWhereShapesAgree) {
  Mlp narrow({6, 5, 3, 0.1}, 11, at::kCPU);
  Mlp more_classes({6, 5, 4, 0.5}, 11, at::kCPU);
  Mlp other_seed({6, 5, 3, 0.1}, 12, at::kCPU);
  EXPECT_TRUE(at::equal(narrow.parameters()[0].value, more_classes.parameters()[0].value));
  EXPECT_TRUE(at::equal(narrow.parameters()[1].value, more_classes.parameters()[1].value));
  EXPECT_FALSE(at::equal(narrow.parameters()[0].value, other_seed.parameters()[0].value));
}

TEST(Mlp, InitialisationIsUniformWithinOneOverRootFanIn) {
  Mlp model({100, 400, 7, 0.1}, 3, at::kCPU);
  const at::Tensor weight = model.parameters()[0].value;
  const double bound = 0.1;  // 1 / sqrt(100)
  EXPECT_LE(weight.abs().max().item<double>(), bound);
  EXPECT_GT(weight.abs().max().item<double>(), 0.999 * bound);
  // 40,000 draws: the standard error of the mean is bound / sqrt(3 * 40000) = 0.00029.
  EXPECT_NEAR(weight.mean().item<double>(), 0, 5 * 0.00029);
  EXPECT_NEAR(weight.square().mean().item<double>(), bound * bound / 3, 0.02 * bound * bound / 3);
}

TEST(Mlp, GradientsAgreeWithFiniteDifferences) {
  Mlp model({6, 9, 4, 0.25}, 5, at::kCPU, at::kDouble);
  const at::Tensor x = wavy(8, 6, 0.3, at::kDouble);
  const at::Tensor coefficients =
      wavy(8, 4, 1.1, at::kDouble);  // loss = sum(coefficients * logits)
  const DropoutContext dropout = {7, 3, 0};
  Activations kept;
  const auto loss = [&] {
    Activations scratch;
    return model.forward(x, dropout, scratch).mul(coefficients).sum().item<double>();
  };
  model.forward(x, dropout, kept);
  model.clear_gradients();
  const at::Tensor grad_x = model.backward(kept, coefficients, Want::kBoth);

  std::vector<std::pair<at::Tensor, at::Tensor>> pairs = {{x, grad_x}};
  for (const Parameter& p : model.parameters()) pairs.emplace_back(p.value, p.grad);
  constexpr double kStep = 1e-6;
  for (const auto& [value, grad] : pairs) {
    auto* data = value.data_ptr<double>();
    for (std::int64_t i = 0; i < value.numel(); ++i) {
      const double kept_value = data[i];
      data[i] = kept_value + kStep;
      const double up = loss();
      data[i] = kept_value - kStep;
      const double down = loss();
      data[i] = kept_value;
      // The loss is piecewise linear, so only cancellation (1e-16 / 1e-6) is left.
      EXPECT_NEAR((up - down) / (2 * kStep), grad.contiguous().view(-1)[i].item<double>(), 1e-8);
    }
  }
}

TEST(Mlp, FloatGradientsAgreeWithAutograd) {
  Mlp model({40, 33, 7, 0.0}, 5, at::kCPU);
  const at::Tensor x = wavy(32, 40, 0.3, at::kFloat);
  const at::Tensor coefficients = wavy(32, 7, 1.1, at::kFloat);
  Activations kept;
  const at::Tensor logits = model.forward(x, std::nullopt, kept);
  const at::Tensor grad_x = model.backward(kept, coefficients, Want::kBoth);

  std::vector<at::Tensor> leaves = {x.clone()};
  for (const Parameter& p : model.parameters()) leaves.push_back(p.value.clone());
  for (at::Tensor& leaf : leaves) leaf.set_requires_grad(true);
  const at::Tensor hidden = at::relu(at::addmm(leaves[2], leaves[0], leaves[1].t()));
  const at::Tensor expected = at::addmm(leaves[4], hidden, leaves[3].t());
  expected.mul(coefficients).sum().backward();
  // FP32 products of up to 40 terms: a few units in the last place.
  EXPECT_TRUE(at::allclose(logits, expected, 1e-5, 1e-5));
  EXPECT_TRUE(at::allclose(grad_x, leaves[0].grad(), 1e-5, 1e-5));
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_TRUE(at::allclose(model.parameters()[i].grad, leaves[i + 1].grad(), 1e-5, 1e-5)) << i;
}

TEST(Mlp, GradientsOfTwoPassesAddUpAndClearingForgetsThem) {
  Mlp model({6, 5, 3, 0.0}, 5, at::kCPU, at::kDouble);
  const at::Tensor x = wavy(4, 6, 0.3, at::kDouble);
  const at::Tensor grad_logits = wavy(4, 3, 0.7, at::kDouble);
  Activations kept;
  model.forward(x, std::nullopt, kept);
  EXPECT_FALSE(model.backward(kept, grad_logits, Want::kParameters).defined());
  const at::Tensor once = model.parameters()[0].grad.clone();
  EXPECT_TRUE(model.backward(kept, grad_logits, Want::kInput).defined());
  EXPECT_TRUE(at::equal(model.parameters()[0].grad, once));
  model.backward(kept, grad_logits, Want::kParameters);
  EXPECT_TRUE(at::allclose(model.parameters()[0].grad, once.mul(2), 0, 1e-15));
  model.clear_gradients();
  model.backward(kept, grad_logits, Want::kParameters);
  EXPECT_TRUE(at::equal(model.parameters()[0].grad, once));
}

// The passes of an attacked batch: the second forward replaces what the first one kept.
TEST(Mlp, PassesAtDifferentInputsShareOneProductAndAddUp) {
  const MlpShape shape = {6, 5, 3, 0.25};
  const at::Tensor clean = wavy(4, 6, 0.3, at::kDouble);
  const at::Tensor perturbed = wavy(4, 6, 0.9, at::kDouble);
  const at::Tensor grad_logits = wavy(4, 3, 0.7, at::kDouble);
  const auto pass = [&](Mlp& model, const at::Tensor& x, std::uint32_t number) {
    Activations kept;
    model.forward(x, DropoutContext{7, 3, number}, kept);
    model.backward(kept, grad_logits, Want::kBoth);
  };
  Mlp both(shape, 5, at::kCPU, at::kDouble);
  pass(both, clean, 0);
  pass(both, perturbed, 1);
  std::vector<at::Tensor> sums;
  for (const Parameter& p : both.parameters()) sums.push_back(p.grad.clone());
  // Completed in between, as by who reads the gradients of each part.
  Mlp apart(shape, 5, at::kCPU, at::kDouble);
  pass(apart, clean, 0);
  apart.complete_gradients();
  pass(apart, perturbed, 1);
  for (std::size_t i = 0; i < sums.size(); ++i)
    EXPECT_TRUE(at::allclose(apart.parameters()[i].grad, sums[i], 1e-13, 1e-15)) << i;
  // What was never completed is forgotten with the rest.
  pass(both, perturbed, 1);
  both.clear_gradients();
  pass(both, clean, 0);
  Mlp alone(shape, 5, at::kCPU, at::kDouble);
  pass(alone, clean, 0);
  for (std::size_t i = 0; i < sums.size(); ++i)
    EXPECT_TRUE(at::equal(both.parameters()[i].grad, alone.parameters()[i].grad)) << i;
}

TEST(Mlp, OneDnnAndMklAgreeToRounding) {
  Mlp mkl({384, 512, 7, 0.1}, 5, at::kCPU, at::kFloat, Product::kMkl);
  Mlp onednn({384, 512, 7, 0.1}, 5, at::kCPU, at::kFloat, Product::kOneDnn);
  const at::Tensor x = wavy(32, 384, 0.3, at::kFloat);
  const at::Tensor grad_logits = wavy(32, 7, 0.7, at::kFloat);
  Activations a;
  Activations b;
  // FP32 sums of 384 and 512 terms of size about 0.03.
  EXPECT_TRUE(at::allclose(mkl.forward(x, std::nullopt, a), onednn.forward(x, std::nullopt, b),
                           1e-4, 1e-5));
  for (int pass = 0; pass < 2; ++pass) {  // overwriting, then adding
    EXPECT_TRUE(at::allclose(mkl.backward(a, grad_logits, Want::kBoth),
                             onednn.backward(b, grad_logits, Want::kBoth), 1e-4, 1e-4));
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_TRUE(at::allclose(mkl.parameters()[i].grad, onednn.parameters()[i].grad, 1e-4, 1e-4));
  }
}

TEST(Product, NamesReadBackAndTheMeasuredChoiceIsOne) {
  for (const Product product : {Product::kMkl, Product::kOneDnn})
    EXPECT_EQ(product_named(name(product)), product);
  EXPECT_EQ(product_named("auto"), std::nullopt);
  EXPECT_FALSE(name(faster_product(32, 64, 64)).empty());
}

TEST(Dropout, FactorsFollowTheStreamAtTheDocumentedPlaces) {
  const DropoutContext context = {0x123456789ABCDEFULL, 42, 3};
  constexpr double kRate = 0.1;
  std::vector<float> keep(3 * 128 + 77);
  dropout_factors(context, kRate, keep);
  const RandomStream stream(context.seed, Purpose::kDropout);
  const auto threshold = static_cast<std::uint32_t>(std::round(kRate * 65536));
  for (std::size_t e = 0; e < keep.size(); ++e) {
    const std::size_t k = e % 128;
    const auto words = stream.block(42, (std::uint64_t{3} << 40) + 16 * (e / 128) + k % 16);
    const std::uint32_t word = words[(k / 16) % 4];
    const std::uint32_t bits = k < 64 ? word & 0xFFFFU : word >> 16;
    EXPECT_EQ(keep[e] != 0.0F, bits >= threshold) << e;
  }
}

TEST(Dropout, KeepsTheExpectedShareAndTheMean) {
  constexpr std::size_t kSize = 1U << 20;
  std::vector<float> keep(kSize);
  dropout_factors({9, 0, 0}, 0.1, keep);
  double sum = 0;
  for (const float factor : keep) sum += factor;
  // Standard error of the mean factor: sqrt(0.1 / 0.9 / 2^20) = 0.00033.
  EXPECT_NEAR(sum / kSize, 1.0, 5 * 0.00033);
}

TEST(Dropout, MaskOfALongerBatchBeginsWithThatOfAShorter) {
  std::vector<float> shorter(200);
  std::vector<float> longer(512);
  dropout_factors({9, 5, 1}, 0.3, shorter);
  dropout_factors({9, 5, 1}, 0.3, longer);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin()));
  std::vector<float> other_pass(200);
  dropout_factors({9, 5, 2}, 0.3, other_pass);
  EXPECT_NE(shorter, other_pass);
}

TEST(Models, RegistryMakesEveryNameItLists) {
  tests::TinyBert tiny;
  const std::string folder = tiny.write().string();
  for (const std::string_view name : model_names()) {
    specs::Config config;
    config.set("model.name", std::string(name));
    const auto model = make_model(config, {4, 3, 1, at::kCPU, Product::kMkl, folder, "ner"});
    EXPECT_FALSE(model->parameters().empty()) << name;
  }
}

}  // namespace
}  // namespace ratbench::models
