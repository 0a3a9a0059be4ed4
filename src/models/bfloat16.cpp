#include "src/models/bfloat16.hpp"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

namespace ratbench::models {
namespace {

bool is_emulated(const at::Tensor& operand) { return operand.scalar_type() == at::kFloat; }

at::Tensor rounded_float(const at::Tensor& x) { return x.to(at::kBFloat16).to(at::kFloat); }

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
  return precision == Precision::kBf16 ? x.to(at::kBFloat16) : rounded_float(x);
}

at::Tensor linear_bf16(const Arithmetic& arithmetic, const at::Tensor& x, const at::Tensor& weight,
                       const at::Tensor& bias) {
  if (!is_emulated(x)) return at::addmm(bias, x, weight.t()).to(at::kFloat);
  at::Tensor out = at::empty({x.size(0), weight.size(0)}, x.options());
  linear(arithmetic.product, x, weight, bias, out);
  return rounded_float(out);
}

at::Tensor multiply_bf16(const Arithmetic& arithmetic, const at::Tensor& a, const at::Tensor& b) {
  if (!is_emulated(a)) return at::mm(a, b).to(at::kFloat);
  return rounded_float(multiply(arithmetic.product, a, b));
}

}  // namespace ratbench::models
