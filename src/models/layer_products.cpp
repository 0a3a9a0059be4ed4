#include "src/models/layer_products.hpp"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

namespace ratbench::models {

at::Tensor LayerProducts::operand(const at::Tensor& x) const {
  if (precision_ == Precision::kFp32 || x.scalar_type() == at::kBFloat16) return x;
  return rounded(precision_, x);
}

at::Tensor LayerProducts::result(const at::Tensor& x) const {
  return precision_ == Precision::kBf16Emulated ? rounded(precision_, x) : x;
}

at::Tensor LayerProducts::linear(const at::Tensor& x, const at::Tensor& weight,
                                 const at::Tensor& bias) const {
  if (precision_ == Precision::kBf16) return at::addmm(bias, x, weight.t());
  at::Tensor out = at::empty({x.size(0), weight.size(0)}, x.options());
  models::linear(product_, x, weight, bias, out);
  return result(out);
}

at::Tensor LayerProducts::multiply(const at::Tensor& a, const at::Tensor& b) const {
  if (precision_ == Precision::kBf16) return at::mm(a, b);
  return result(models::multiply(product_, a, b));
}

void LayerProducts::add_product(const at::Tensor& a, const at::Tensor& b, at::Tensor& sum) const {
  if (precision_ == Precision::kFp32)
    multiply_into(product_, a, b, Into::kAdd, sum);
  else
    sum.add_(multiply(a, b));
}

}  // namespace ratbench::models
