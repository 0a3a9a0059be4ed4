// The products of a transformer layer in the precision of a run: which numbers enter them, and in
// which type their results stay. Everything between products is computed by the caller.
#pragma once

#include <ATen/core/Tensor.h>

#include "src/models/bfloat16.hpp"
#include "src/models/product.hpp"

namespace ratbench::models {

// Operands and results are bfloat16 with Precision::kBf16, float32 rounded to bfloat16 with
// kBf16Emulated, and whatever the tensors are (float32, float64) with kFp32. All tensors are
// matrices; see src/models/bfloat16.hpp for the rounding.
class LayerProducts {
 public:
  LayerProducts(Product product, Precision precision) : product_(product), precision_(precision) {}

  // `x` as an operand; `x` itself where nothing is rounded.
  at::Tensor operand(const at::Tensor& x) const;
  // x W^T + b of operands x [n, in], weight [out, in], bias [out].
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const;
  // a b of operands.
  at::Tensor multiply(const at::Tensor& a, const at::Tensor& b) const;
  // sum += a b of operands; `sum` has the type of the parameters.
  void add_product(const at::Tensor& a, const at::Tensor& b, at::Tensor& sum) const;
  // A result of another operation than a product, brought to the type of results.
  at::Tensor result(const at::Tensor& x) const;

 private:
  Product product_;
  Precision precision_;
};

}  // namespace ratbench::models
