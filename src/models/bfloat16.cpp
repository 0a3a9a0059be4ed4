#include "src/models/bfloat16.hpp"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <initializer_list>

#include "src/models/product_avx512_bf16.hpp"

namespace ratbench::models {
namespace {

bool is_emulated(const at::Tensor& operand) { return operand.scalar_type() == at::kFloat; }

at::Tensor rounded_float(const at::Tensor& x) { return x.to(at::kBFloat16).to(at::kFloat); }

// True when our own products have this shape and these operands lie as they want them.
bool takes_own_bf16(const Arithmetic& arithmetic, std::int64_t rows,
                    std::initializer_list<at::Tensor> operands) {
  static const bool usable = avx512::usable_bf16();
  if (!usable || arithmetic.product != Product::kAvx512 || rows > avx512::kMostRows) return false;
  return std::all_of(operands.begin(), operands.end(), [](const at::Tensor& t) {
    return t.is_cpu() && t.dim() <= 2 && t.is_contiguous() && t.numel() > 0;
  });
}

const at::BFloat16* data_of(const at::Tensor& x) { return x.const_data_ptr<at::BFloat16>(); }

at::Tensor empty_float(std::int64_t rows, std::int64_t columns) {
  return at::empty({rows, columns}, at::kFloat);
}

}  // namespace

std::string_view name(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
      return "bf16";
    case Precision::kBf16Emulated:
      return "bf16-emulated";
    case Precision::kFp32:
      break;
  }
  return "fp32";
}

bool processor_has_bf16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

Precision bf16_on(const at::Device& device) {
  return device.is_cpu() && !processor_has_bf16() ? Precision::kBf16Emulated : Precision::kBf16;
}

at::Tensor rounded(Precision precision, const at::Tensor& x) {
  const at::ScalarType type = precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat;
  const at::Tensor out = at::empty(x.sizes(), x.options().dtype(type));
  if (x.is_contiguous())
    round_part(x, 0, x.numel(), out);
  else
    out.copy_(x.to(at::kBFloat16));
  return out;
}

void round_part(const at::Tensor& x, std::int64_t begin, std::int64_t end, const at::Tensor& out) {
  static const bool usable = avx512::usable_bf16();
  if (usable && x.is_cpu() && x.scalar_type() == at::kFloat && out.scalar_type() == at::kBFloat16)
    avx512::round_to_bf16(x.const_data_ptr<float>() + begin, end - begin,
                          out.mutable_data_ptr<at::BFloat16>() + begin);
  else
    out.view({-1}).slice(0, begin, end).copy_(x.view({-1}).slice(0, begin, end).to(at::kBFloat16));
}

at::Tensor linear_bf16(const Arithmetic& arithmetic, const at::Tensor& x, const at::Tensor& weight,
                       const at::Tensor& bias) {
  if (!is_emulated(x)) {
    if (!takes_own_bf16(arithmetic, x.size(0), {x, weight, bias}))
      return at::addmm(bias, x, weight.t()).to(at::kFloat);
    at::Tensor own = empty_float(x.size(0), weight.size(0));
    avx512::linear(data_of(x), data_of(weight), data_of(bias), own.mutable_data_ptr<float>(),
                   {x.size(0), x.size(1), weight.size(0)});
    return own;
  }
  at::Tensor out = at::empty({x.size(0), weight.size(0)}, x.options());
  linear(arithmetic.product, x, weight, bias, out);
  return rounded_float(out);
}

at::Tensor multiply_bf16(const Arithmetic& arithmetic, const at::Tensor& a, const at::Tensor& b) {
  if (is_emulated(a)) return rounded_float(multiply(arithmetic.product, a, b));
  if (!takes_own_bf16(arithmetic, a.size(0), {a, b})) return at::mm(a, b).to(at::kFloat);
  at::Tensor own = empty_float(a.size(0), b.size(1));
  avx512::input_gradient(data_of(a), data_of(b), own.mutable_data_ptr<float>(),
                         {a.size(0), b.size(1), a.size(1)});
  return own;
}

void multiply_into_bf16(const Arithmetic& arithmetic, const at::Tensor& a, const at::Tensor& b,
                        Into into, at::Tensor& out) {
  if (!is_emulated(a) && takes_own_bf16(arithmetic, a.size(1), {a.t(), b, out})) {
    avx512::weight_gradient(data_of(a), data_of(b),
                            into == Into::kAdd ? avx512::Sum::kAdded : avx512::Sum::kNew,
                            out.mutable_data_ptr<float>(), {a.size(1), b.size(1), a.size(0)});
    return;
  }
  const at::Tensor product = multiply_bf16(arithmetic, a, b);
  into == Into::kAdd ? out.add_(product) : out.copy_(product);
}

}  // namespace ratbench::models
