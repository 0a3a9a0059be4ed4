#include "src/models/product.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <time.h>

#include <algorithm>
#include <initializer_list>
#include <map>

#include "src/models/product_avx512.hpp"

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

// True when `product` has this shape and these operands lie as its routines want them.
bool takes_avx512(Product product, std::int64_t rows, std::initializer_list<at::Tensor> operands) {
  if (product != Product::kAvx512 || rows > avx512::kMostRows) return false;
  return std::all_of(operands.begin(), operands.end(), [](const at::Tensor& t) {
    return t.is_cpu() && t.scalar_type() == at::kFloat && t.is_contiguous() && t.numel() > 0;
  });
}

double seconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The products of one layer in one step, on numbers that do not matter.
class StepProducts {
 public:
  StepProducts(std::int64_t batch, std::int64_t in, std::int64_t out)
      : x_(at::ones({batch, in})),
        weight_(at::ones({out, in})),
        bias_(at::ones({out})),
        hidden_(at::ones({batch, out})),
        grad_weight_(at::ones({out, in})) {}

  void run(Product product) {
    linear(product, x_, weight_, bias_, hidden_);
    multiply_into(product, hidden_.t(), x_, Into::kOverwrite, grad_weight_);
    multiply(product, hidden_, weight_);
  }

 private:
  at::Tensor x_, weight_, bias_, hidden_, grad_weight_;
};

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::string_view name(Product product) {
  switch (product) {
    case Product::kOneDnn:
      return "onednn";
    case Product::kAvx512:
      return "avx512";
    case Product::kMkl:
      break;
  }
  return "mkl";
}

std::vector<Product> usable_products() {
  std::vector<Product> usable = {Product::kMkl, Product::kOneDnn};
  if (avx512::usable()) usable.push_back(Product::kAvx512);
  return usable;
}

std::optional<Product> product_named(std::string_view text) {
  for (const Product product : usable_products())
    if (text == name(product)) return product;
  return std::nullopt;
}

void linear(Product product, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
            at::Tensor& out) {
  if (takes_onednn(product, x)) {
    out = onednn_linear(x, weight, bias);
  } else if (x.dim() == 2 && takes_avx512(product, x.size(0), {x, weight, bias, out})) {
    avx512::linear(x.const_data_ptr<float>(), weight.const_data_ptr<float>(),
                   bias.const_data_ptr<float>(), out.mutable_data_ptr<float>(),
                   {x.size(0), x.size(1), weight.size(0)});
  } else {
    at::addmm_out(out, bias, x, weight.t());
  }
}

at::Tensor multiply(Product product, const at::Tensor& a, const at::Tensor& b) {
  if (takes_onednn(product, a)) return onednn_linear(a, b.t(), std::nullopt);
  if (!takes_avx512(product, a.size(0), {a, b})) return at::mm(a, b);
  at::Tensor out = at::empty({a.size(0), b.size(1)}, a.options());
  avx512::input_gradient(a.const_data_ptr<float>(), b.const_data_ptr<float>(),
                         out.mutable_data_ptr<float>(), {a.size(0), b.size(1), a.size(1)});
  return out;
}

void multiply_into(Product product, const at::Tensor& a, const at::Tensor& b, Into into,
                   at::Tensor& out) {
  if (takes_onednn(product, a)) {
    const at::Tensor result = onednn_linear(a, b.t(), std::nullopt);
    into == Into::kAdd ? out.add_(result) : out.copy_(result);
  } else if (takes_avx512(product, a.size(1), {a.t(), b, out})) {
    avx512::weight_gradient(a.const_data_ptr<float>(), b.const_data_ptr<float>(),
                            into == Into::kAdd ? avx512::Sum::kAdded : avx512::Sum::kNew,
                            out.mutable_data_ptr<float>(), {a.size(1), b.size(1), a.size(0)});
  } else if (into == Into::kAdd) {
    out.addmm_(a, b);
  } else {
    at::mm_out(out, a, b);
  }
}

Product faster_product(std::int64_t batch, std::int64_t in, std::int64_t out) {
  constexpr int kRounds = 15;
  const clockid_t clock = at::get_num_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
  StepProducts step(batch, in, out);
  std::map<Product, std::vector<double>> times;
  for (int round = 0; round < kRounds; ++round) {
    for (const Product product : usable_products()) {
      if (product == Product::kAvx512 && batch > avx512::kMostRows) continue;
      const double start_s = seconds(clock);
      step.run(product);
      times[product].push_back(seconds(clock) - start_s);
    }
  }
  Product fastest = Product::kMkl;
  double limit_s = median(times[Product::kMkl]) / kClearlyFaster;
  for (auto& [product, measured_s] : times) {
    const double middle_s = median(measured_s);
    if (middle_s >= limit_s) continue;
    limit_s = middle_s;
    fastest = product;
  }
  return fastest;
}

}  // namespace ratbench::models
