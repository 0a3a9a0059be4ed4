// The matrix-product routine behind linear layers. Which is fastest depends on the machine, so it
// is a setting of the run, recorded with it; results differ by rounding between routines.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace ratbench::models {

// The routine on the CPU in FP32. Other types, and other devices (cuBLAS there), use LibTorch's own
// choice whatever the setting.
enum class Product { kMkl, kOneDnn };

// "mkl", "onednn".
std::string_view name(Product product);
// The routine called `name`, if this build has it.
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

// The routine for a layer of [batch, in] to [batch, out] on this machine: oneDNN where it is faster
// by more than what a busy machine adds to a measurement (the ratio of the median times exceeds
// kClearlyFaster), else MKL. Takes about 50 ms, with the thread count in force.
inline constexpr double kClearlyFaster = 1.3;
Product faster_product(std::int64_t batch, std::int64_t in, std::int64_t out);

}  // namespace ratbench::models
