// Our own products in bfloat16: against sums in double precision, for shapes that fill tiles and
// shapes that do not.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/models/bfloat16.hpp"
#include "src/models/product_avx512_bf16.hpp"

namespace ratbench::models {
namespace {

const Arithmetic kOwn(Product::kAvx512);

// Numbers of mixed sign in (-1, 1).
at::Tensor mixed(std::int64_t rows, std::int64_t columns, double phase) {
  at::Tensor t = at::empty({rows, columns}, at::kBFloat16);
  auto* data = t.mutable_data_ptr<at::BFloat16>();
  for (std::int64_t i = 0; i < t.numel(); ++i)
    data[i] = at::BFloat16(static_cast<float>(std::sin(phase + 1.7 * static_cast<double>(i))));
  return t;
}

at::Tensor rounded_again(const at::Tensor& x) { return x.to(at::kBFloat16).to(at::kFloat); }

// A sum of n products in 32 bits, in any order, each rounded twice at most, and one rounding to 8
// bits; one more addition for a bias.
void expect_sums(const at::Tensor& found, const at::Tensor& a, const at::Tensor& b,
                 const at::Tensor& added) {
  const auto sum = [&](const auto& of) {
    return at::addmm(of(added.to(at::kDouble)), of(a.to(at::kDouble)), of(b.to(at::kDouble)));
  };
  const at::Tensor exact = sum([](const at::Tensor& t) { return t; });
  const at::Tensor sizes = sum([](const at::Tensor& t) { return t.abs(); });
  const at::Tensor bound =
      sizes * (static_cast<double>(a.size(1) + 1) * 0x1.0p-23) + exact.abs() * 0x1.0p-8;
  const at::Tensor excess = (found.to(at::kDouble) - exact).abs() - bound;
  EXPECT_LE(excess.max().item<double>(), 0) << a.sizes() << " times " << b.sizes();
  EXPECT_TRUE(at::equal(found, rounded_again(found))) << a.sizes() << " times " << b.sizes();
}

class Avx512Bf16Test : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!avx512::usable_bf16()) GTEST_SKIP() << "the processor has no AVX512_BF16";
    at::set_num_threads(1);
  }
};

void check_shape(std::int64_t rows, std::int64_t in, std::int64_t out) {
  const at::Tensor x = mixed(rows, in, 0.1);
  const at::Tensor weight = mixed(out, in, 0.2);
  const at::Tensor bias = mixed(1, out, 0.3).squeeze(0);
  const at::Tensor grad = mixed(rows, out, 0.4);
  expect_sums(linear_bf16(kOwn, x, weight, bias), x, weight.t(), bias.expand({rows, out}));
  expect_sums(multiply_bf16(kOwn, grad, weight), grad, weight, at::zeros({rows, in}));
  at::Tensor product = at::empty({out, in}, at::kFloat);
  multiply_into_bf16(kOwn, grad.t(), x, Into::kOverwrite, product);
  expect_sums(product, grad.t(), x, at::zeros({out, in}));
  const at::Tensor before = mixed(out, in, 0.5).to(at::kFloat);
  at::Tensor sum = before.clone();
  multiply_into_bf16(kOwn, grad.t(), x, Into::kAdd, sum);
  EXPECT_TRUE(at::equal(sum, before + product)) << "rounded before it is added";
}

TEST_F(Avx512Bf16Test, ProductsOfEveryShapeAreSumsToRounding) {
  for (const std::int64_t rows : {1, 3, 4, 30, 67, 256})
    for (const std::int64_t in : {1, 31, 64, 301})
      for (const std::int64_t out : {1, 7, 66}) check_shape(rows, in, out);
  check_shape(5, 4113, 6);
}

TEST_F(Avx512Bf16Test, RoundingIsThatOfLibTorch) {
  for (const std::int64_t size : {1, 15, 64, 301}) {
    at::Tensor x = at::empty({size}, at::kFloat);
    for (std::int64_t i = 0; i < size; ++i)
      x.mutable_data_ptr<float>()[i] =
          static_cast<float>(std::sin(1.7 * static_cast<double>(i)) * std::pow(10.0, i % 40 - 20));
    EXPECT_TRUE(at::equal(rounded(Precision::kBf16, x), x.to(at::kBFloat16))) << size;
  }
}

TEST_F(Avx512Bf16Test, ARowDoesNotDependOnTheOthersNorOnThreads) {
  const at::Tensor x = mixed(70, 301, 0.1);
  const at::Tensor weight = mixed(66, 301, 0.2);
  const at::Tensor bias = mixed(1, 66, 0.3).squeeze(0);
  const at::Tensor grad = mixed(70, 66, 0.4);
  const at::Tensor together = linear_bf16(kOwn, x, weight, bias);
  const at::Tensor grad_x = multiply_bf16(kOwn, grad, weight);
  at::Tensor grad_weight = at::empty({66, 301}, at::kFloat);
  multiply_into_bf16(kOwn, grad.t(), x, Into::kOverwrite, grad_weight);
  for (const std::int64_t row : {0, 5, 69}) {
    EXPECT_TRUE(
        at::equal(linear_bf16(kOwn, x.narrow(0, row, 1), weight, bias), together.narrow(0, row, 1)))
        << row;
    EXPECT_TRUE(
        at::equal(multiply_bf16(kOwn, grad.narrow(0, row, 1), weight), grad_x.narrow(0, row, 1)))
        << row;
  }
  at::set_num_threads(2);
  at::Tensor weight_again = at::empty({66, 301}, at::kFloat);
  multiply_into_bf16(kOwn, grad.t(), x, Into::kOverwrite, weight_again);
  EXPECT_TRUE(at::equal(linear_bf16(kOwn, x, weight, bias), together));
  EXPECT_TRUE(at::equal(multiply_bf16(kOwn, grad, weight), grad_x));
  EXPECT_TRUE(at::equal(weight_again, grad_weight));
  at::set_num_threads(1);
}

TEST_F(Avx512Bf16Test, BatchesOfManyRowsAreLeftToTheGeneralRoutine) {
  const at::Tensor many = mixed(avx512::kMostRows + 1, 20, 0.1);
  const at::Tensor weight = mixed(9, 20, 0.2);
  const at::Tensor bias = mixed(1, 9, 0.3).squeeze(0);
  EXPECT_TRUE(at::equal(linear_bf16(kOwn, many, weight, bias),
                        linear_bf16(Product::kMkl, many, weight, bias)));
}

}  // namespace
}  // namespace ratbench::models
