#include "src/models/product.hpp"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

namespace ratbench::models {
namespace {

using PointwiseLinear = at::Tensor(const at::Tensor&, const at::Tensor&,
                                   const std::optional<at::Tensor>&, std::string_view,
                                   c10::List<std::optional<at::Scalar>>,
                                   std::optional<std::string_view>);

// oneDNN's fused linear on ordinary tensors; LibTorch offers it through the dispatcher only.
at::Tensor onednn_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                             .typed<PointwiseLinear>();
  static const c10::List<std::optional<at::Scalar>> no_scalars;
  return op.call(x, weight, bias, "none", no_scalars, "");
}

}  // namespace

std::string_view name(Product product) { return product == Product::kMkl ? "mkl" : "onednn"; }

std::optional<Product> product_named(std::string_view text) {
  for (const Product product : {Product::kMkl, Product::kOneDnn})
    if (text == name(product)) return product;
  return std::nullopt;
}

void linear(Product product, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
            at::Tensor& out) {
  if (product == Product::kOneDnn && x.is_cpu() && x.scalar_type() == at::kFloat)
    out = onednn_linear(x, weight, bias);
  else
    at::addmm_out(out, bias, x, weight.t());
}

Product faster_product(std::int64_t batch, std::int64_t in, std::int64_t out) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 21;
  const at::Tensor x = at::ones({batch, in});
  const at::Tensor weight = at::ones({out, in});
  const at::Tensor bias = at::ones({out});
  at::Tensor result = at::empty({batch, out});
  std::array<std::vector<double>, 2> seconds;
  for (int round = 0; round < kRounds; ++round) {
    for (const Product product : {Product::kMkl, Product::kOneDnn}) {
      const auto start = Clock::now();
      linear(product, x, weight, bias, result);
      const std::chrono::duration<double> took = Clock::now() - start;
      seconds[product == Product::kMkl ? 0 : 1].push_back(took.count());
    }
  }
  for (auto& times : seconds)
    std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
  return seconds[1][kRounds / 2] < seconds[0][kRounds / 2] ? Product::kOneDnn : Product::kMkl;
}

}  // namespace ratbench::models
