// The matrix-product routine behind a linear layer. Which is fastest depends on the machine, so it
// is a setting of the run, recorded with it; results differ by rounding between routines.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <string_view>

namespace ratbench::models {

enum class Product { kMkl, kOneDnn };

// "mkl", "onednn". On a CUDA device cuBLAS does the work whatever the setting.
std::string_view name(Product product);
// The routine called `name`, if this build has it.
std::optional<Product> product_named(std::string_view name);

// x W^T + b: x [batch, in], weight [out, in], bias [out]; written to `out` [batch, out].
void linear(Product product, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
            at::Tensor& out);

// The routine that forwards [batch, in] to [batch, out] in FP32 faster on this machine, by the
// smaller of the median times of both; takes about 50 ms. Needs a CPU with the run's thread count.
Product faster_product(std::int64_t batch, std::int64_t in, std::int64_t out);

}  // namespace ratbench::models
