// The matrix-product routine behind linear layers. Which is fastest depends on the machine, so it
// is a setting of the run, recorded with it; results differ by rounding between routines.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ratbench::models {

// The routine on the CPU in FP32. Other types, and other devices (cuBLAS there), use LibTorch's own
// choice whatever the setting.
enum class Product { kMkl, kOneDnn, kAvx512 };

// "mkl", "onednn", "avx512": our own for batches of few rows (product_avx512.hpp); products of
// other shapes are MKL's.
std::string_view name(Product product);
// Those that the processor can run, MKL first.
std::vector<Product> usable_products();
// The routine called `name`, if this build has it and the processor can run it.
std::optional<Product> product_named(std::string_view name);

// x W^T + b: x [batch, in], weight [out, in], bias [out]; `out` [batch, out] is overwritten or
// replaced.
void linear(Product product, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
            at::Tensor& out);

// a b for matrices of any strides.
at::Tensor multiply(Product product, const at::Tensor& a, const at::Tensor& b);

// out := a b, or out := out + a b. `out` keeps its storage.
enum class Into { kOverwrite, kAdd };
void multiply_into(Product product, const at::Tensor& a, const at::Tensor& b, Into into,
                   at::Tensor& out);

// The routine for training a layer of [batch, in] to [batch, out] on this machine: MKL unless
// another one is faster in the three products of a step together by more than what a busy machine
// adds to a measurement (the ratio of the median times exceeds kClearlyFaster). With one thread in
// force its processor time is measured, else elapsed time. Takes about 100 ms.
inline constexpr double kClearlyFaster = 1.05;
Product faster_product(std::int64_t batch, std::int64_t in, std::int64_t out);

}  // namespace ratbench::models
