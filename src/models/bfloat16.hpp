// Products of layers in bfloat16, as automatic mixed precision takes them: operands and results
// are rounded to bfloat16 (to nearest, ties to even), sums have 32 bits. Where the processor has no
// such instructions the same products are computed in 32 bits from rounded numbers.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <optional>
#include <string_view>

#include "src/models/product.hpp"

namespace ratbench::models {

enum class Precision { kFp32, kBf16, kBf16Emulated };

// "fp32", "bf16", "bf16-emulated".
std::string_view name(Precision precision);

// True when the processor multiplies bfloat16 (AVX512_BF16).
bool processor_has_bf16();
// How bfloat16 is computed on `device`: emulated only on a processor without it. GPUs leave it to
// LibTorch.
Precision bf16_on(const at::Device& device);

// How the layers of a run are multiplied. Implicit from a routine alone.
struct Arithmetic {
  Arithmetic(Product product_in = Product::kMkl)
      : product(product_in) {}    // NOLINT(google-explicit-*)
  Product product;                // of 32-bit products
  std::optional<Precision> bf16;  // kBf16 or kBf16Emulated where a run asks for bfloat16; empty:
                                  // what the device has
};

// `x` rounded, in the type that the products below take: bfloat16, or float32 where emulated.
at::Tensor rounded(Precision precision, const at::Tensor& x);
// Elements [begin, end) of `x` in memory order, rounded into those of `out`, which `rounded` made
// of a tensor of this shape.
void round_part(const at::Tensor& x, std::int64_t begin, std::int64_t end, const at::Tensor& out);

// Of rounded operands: x W^T + b with x [batch, in], weight [out, in], bias [out]; and a b. Results
// are rounded and float32.
at::Tensor linear_bf16(const Arithmetic& arithmetic, const at::Tensor& x, const at::Tensor& weight,
                       const at::Tensor& bias);
at::Tensor multiply_bf16(const Arithmetic& arithmetic, const at::Tensor& a, const at::Tensor& b);

// out := a b, or out := out + a b, the product rounded; `out` is float32 and keeps its storage.
void multiply_into_bf16(const Arithmetic& arithmetic, const at::Tensor& a, const at::Tensor& b,
                        Into into, at::Tensor& out);

}  // namespace ratbench::models
