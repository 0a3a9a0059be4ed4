#include "src/models/product.hpp"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace ratbench::models {
namespace {

using PointwiseLinear = at::Tensor(const at::Tensor&, const at::Tensor&,
                                   const std::optional<at::Tensor>&, std::string_view,
                                   c10::List<std::optional<at::Scalar>>,
                                   std::optional<std::string_view>);

// oneDNN's linear on ordinary tensors; LibTorch offers it through the dispatcher only.
at::Tensor onednn_linear(const at::Tensor& x, const at::Tensor& weight,
                         const std::optional<at::Tensor>& bias) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                             .typed<PointwiseLinear>();
  static const c10::List<std::optional<at::Scalar>> no_scalars;
  return op.call(x, weight, bias, "none", no_scalars, "");
}

bool takes_onednn(Product product, const at::Tensor& x) {
  return product == Product::kOneDnn && x.is_cpu() && x.scalar_type() == at::kFloat;
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
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
  if (takes_onednn(product, x))
    out = onednn_linear(x, weight, bias);
  else
    at::addmm_out(out, bias, x, weight.t());
}

at::Tensor multiply(Product product, const at::Tensor& a, const at::Tensor& b) {
  return takes_onednn(product, a) ? onednn_linear(a, b.t(), std::nullopt) : at::mm(a, b);
}

void multiply_into(Product product, const at::Tensor& a, const at::Tensor& b, Into into,
                   at::Tensor& out) {
  if (takes_onednn(product, a)) {
    const at::Tensor result = onednn_linear(a, b.t(), std::nullopt);
    into == Into::kAdd ? out.add_(result) : out.copy_(result);
  } else if (into == Into::kAdd) {
    out.addmm_(a, b);
  } else {
    at::mm_out(out, a, b);
  }
}

Product faster_product(std::int64_t batch, std::int64_t in, std::int64_t out) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 25;
  const at::Tensor x = at::ones({batch, in});
  const at::Tensor weight = at::ones({out, in});
  const at::Tensor bias = at::ones({out});
  at::Tensor result = at::empty({batch, out});
  std::vector<double> mkl_s;
  std::vector<double> onednn_s;
  for (int round = 0; round < kRounds; ++round) {
    for (const Product product : {Product::kMkl, Product::kOneDnn}) {
      const auto start = Clock::now();
      linear(product, x, weight, bias, result);
      const std::chrono::duration<double> took = Clock::now() - start;
      (product == Product::kMkl ? mkl_s : onednn_s).push_back(took.count());
    }
  }
  return median(mkl_s) > kClearlyFaster * median(onednn_s) ? Product::kOneDnn : Product::kMkl;
}

}  // namespace ratbench::models
