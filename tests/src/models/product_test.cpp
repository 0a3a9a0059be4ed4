// Our own matrix products: against sums in double precision, for shapes that fill tiles and shapes
// that do not.
#include "src/models/product.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/models/product_avx512.hpp"

namespace ratbench::models {
namespace {

// Numbers of mixed sign in (-1, 1).
at::Tensor mixed(std::int64_t rows, std::int64_t columns, double phase) {
  at::Tensor t = at::empty({rows, columns}, at::kFloat);
  auto* data = t.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < t.numel(); ++i)
    data[i] = static_cast<float>(std::sin(phase + 1.7 * static_cast<double>(i)));
  return t;
}

// A sum of n products in any order is off by at most n 2^-24 times the sum of their magnitudes
// (Higham, "Accuracy and stability of numerical algorithms", section 3.1); one more addition for a
// bias or what was there.
void expect_sums(const at::Tensor& found, const at::Tensor& a, const at::Tensor& b,
                 const at::Tensor& added) {
  const at::Tensor exact = at::addmm(added.to(at::kDouble), a.to(at::kDouble), b.to(at::kDouble));
  const at::Tensor sizes =
      at::addmm(added.abs().to(at::kDouble), a.abs().to(at::kDouble), b.abs().to(at::kDouble));
  const double bound = static_cast<double>(a.size(1) + 1) * 0x1.0p-24;
  const at::Tensor excess = (found.to(at::kDouble) - exact).abs() - bound * sizes;
  EXPECT_LE(excess.max().item<double>(), 0) << a.sizes() << " times " << b.sizes();
}

class Avx512Test : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!avx512::usable()) GTEST_SKIP() << "the processor has no AVX-512";
    at::set_num_threads(1);
  }
};

TEST_F(Avx512Test, ProductsOfEveryShapeAreSumsToRounding) {
  for (const std::int64_t rows : {1, 3, 4, 30, 67, 256})
    for (const std::int64_t in : {1, 15, 64, 301, 1030})
      for (const std::int64_t out : {1, 7, 66}) {
        const at::Tensor x = mixed(rows, in, 0.1);
        const at::Tensor weight = mixed(out, in, 0.2);
        const at::Tensor bias = mixed(1, out, 0.3).squeeze(0);
        const at::Tensor grad = mixed(rows, out, 0.4);
        at::Tensor result = at::empty({rows, out});
        linear(Product::kAvx512, x, weight, bias, result);
        expect_sums(result, x, weight.t(), bias.expand({rows, out}));
        expect_sums(multiply(Product::kAvx512, grad, weight), grad, weight, at::zeros({rows, in}));
        at::Tensor sum = mixed(out, in, 0.5);
        const at::Tensor before = sum.clone();
        multiply_into(Product::kAvx512, grad.t(), x, Into::kAdd, sum);
        expect_sums(sum, grad.t(), x, before);
        multiply_into(Product::kAvx512, grad.t(), x, Into::kOverwrite, sum);
        expect_sums(sum, grad.t(), x, at::zeros({out, in}));
      }
}

TEST_F(Avx512Test, ARowDoesNotDependOnTheOthersNorOnThreads) {
  const at::Tensor x = mixed(70, 301, 0.1);
  const at::Tensor weight = mixed(66, 301, 0.2);
  const at::Tensor bias = mixed(1, 66, 0.3).squeeze(0);
  const at::Tensor grad = mixed(70, 66, 0.4);
  at::Tensor together = at::empty({70, 66});
  linear(Product::kAvx512, x, weight, bias, together);
  const at::Tensor grad_x = multiply(Product::kAvx512, grad, weight);
  at::Tensor grad_weight = at::empty({66, 301});
  multiply_into(Product::kAvx512, grad.t(), x, Into::kOverwrite, grad_weight);
  for (const std::int64_t row : {0, 5, 69}) {
    at::Tensor alone = at::empty({1, 66});
    linear(Product::kAvx512, x.narrow(0, row, 1), weight, bias, alone);
    EXPECT_TRUE(at::equal(alone, together.narrow(0, row, 1))) << row;
    EXPECT_TRUE(at::equal(multiply(Product::kAvx512, grad.narrow(0, row, 1), weight),
                          grad_x.narrow(0, row, 1)))
        << row;
  }
  at::set_num_threads(2);
  at::Tensor again = at::empty({70, 66});
  linear(Product::kAvx512, x, weight, bias, again);
  at::Tensor weight_again = at::empty({66, 301});
  multiply_into(Product::kAvx512, grad.t(), x, Into::kOverwrite, weight_again);
  EXPECT_TRUE(at::equal(again, together));
  EXPECT_TRUE(at::equal(multiply(Product::kAvx512, grad, weight), grad_x));
  EXPECT_TRUE(at::equal(weight_again, grad_weight));
  at::set_num_threads(1);
}

TEST_F(Avx512Test, OtherShapesAndTypesAreLeftToTheGeneralRoutine) {
  const at::Tensor many = mixed(avx512::kMostRows + 1, 20, 0.1);
  const at::Tensor weight = mixed(9, 20, 0.2);
  const at::Tensor bias = mixed(1, 9, 0.3).squeeze(0);
  at::Tensor ours = at::empty({many.size(0), 9});
  at::Tensor general = at::empty({many.size(0), 9});
  linear(Product::kAvx512, many, weight, bias, ours);
  linear(Product::kMkl, many, weight, bias, general);
  EXPECT_TRUE(at::equal(ours, general));
  const at::Tensor doubles = mixed(5, 9, 0.4).to(at::kDouble);
  const at::Tensor wide = weight.to(at::kDouble);
  EXPECT_TRUE(at::equal(multiply(Product::kAvx512, doubles, wide), at::mm(doubles, wide)));
  const at::Tensor across = mixed(9, 5, 0.4).t();  // columns lie in a row
  expect_sums(multiply(Product::kAvx512, across, weight), across, weight, at::zeros({5, 20}));
}

}  // namespace
}  // namespace ratbench::models
