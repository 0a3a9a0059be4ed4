#include "src/optim/adamw.hpp"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/optim/update_kernel.hpp"

namespace ratbench::optim {
namespace {

// Elements whose four numbers fit half of a common L2 cache.
constexpr std::int64_t kPart = 8192;

bool owns_kernel_for(const at::Tensor& tensor) {
  return tensor.device().is_cpu() && tensor.is_contiguous() &&
         (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kDouble);
}

double sum_of_squares(const at::Tensor& tensor) {
  if (owns_kernel_for(tensor) && tensor.scalar_type() == at::kFloat) {
    return squares(tensor.const_data_ptr<float>(), tensor.numel());
  }
  if (owns_kernel_for(tensor)) return squares(tensor.const_data_ptr<double>(), tensor.numel());
  const double norm = at::linalg_vector_norm(tensor.to(at::kDouble)).item<double>();
  return norm * norm;
}

}  // namespace

AdamW::AdamW(AdamWOptions options, std::vector<TrainedTensor> tensors, Kernel kernel)
    : options_(options), tensors_(std::move(tensors)), kernel_(kernel) {
  for (const TrainedTensor& tensor : tensors_) {
    RB_CHECK_EQ(tensor.parameter.numel(), tensor.gradient.numel());
    RB_CHECK(tensor.parameter.is_contiguous() && tensor.gradient.is_contiguous());
    mean_.push_back(at::zeros_like(tensor.parameter));
    square_.push_back(at::zeros_like(tensor.parameter));
    if (!owns_kernel_for(tensor.parameter)) kernel_ = Kernel::kLibtorch;
  }
}

void AdamW::restore(const AdamWState& state) {
  RB_CHECK(state.mean.size() == mean_.size() && state.square.size() == square_.size());
  for (std::size_t i = 0; i < mean_.size(); ++i) {
    mean_[i].copy_(state.mean[i].view(mean_[i].sizes()));
    square_[i].copy_(state.square[i].view(square_[i].sizes()));
  }
  steps_ = state.steps;
}

void AdamW::step(double schedule_factor) {
  ++steps_;
  clip();
  if (kernel_ == Kernel::kLibtorch) {
    step_libtorch(schedule_factor);
    return;
  }
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    step_own(i, options_.lr * schedule_factor * tensors_[i].lr_scale);
  }
}

void AdamW::clip() {
  if (options_.clip_norm <= 0) return;
  double squares = 0;
  for (const TrainedTensor& tensor : tensors_) squares += sum_of_squares(tensor.gradient);
  gradient_norm_ = std::sqrt(squares);
  const double factor = options_.clip_norm / (gradient_norm_ + 1e-6);
  if (factor >= 1) return;
  for (TrainedTensor& tensor : tensors_) tensor.gradient.mul_(factor);
}

void AdamW::step_own(std::size_t index, double lr) {
  const TrainedTensor& tensor = tensors_[index];
  const double correction1 = 1 - std::pow(options_.beta1, static_cast<double>(steps_));
  const double correction2 = 1 - std::pow(options_.beta2, static_cast<double>(steps_));
  const UpdateFactors factors{.keep = 1 - (tensor.decay ? lr * options_.weight_decay : 0),
                              .beta1 = options_.beta1,
                              .beta2 = options_.beta2,
                              .rate = lr / correction1,
                              .root_correction2 = std::sqrt(correction2),
                              .eps = options_.eps};
  const std::int64_t n = tensor.parameter.numel();
  const std::int64_t part = tensor.written ? kPart : n;
  for (std::int64_t begin = 0; begin < n; begin += part) {
    const std::int64_t end = std::min(begin + part, n);
    update_part(index, begin, end, factors);
    if (tensor.written) tensor.written(begin, end);
  }
}

void AdamW::update_part(std::size_t index, std::int64_t begin, std::int64_t end,
                        const UpdateFactors& factors) {
  const TrainedTensor& tensor = tensors_[index];
  const auto update_as = [&]<typename T>(T) {
    update(tensor.parameter.mutable_data_ptr<T>() + begin,
           tensor.gradient.const_data_ptr<T>() + begin, mean_[index].mutable_data_ptr<T>() + begin,
           square_[index].mutable_data_ptr<T>() + begin, end - begin, factors);
  };
  if (tensor.parameter.scalar_type() == at::kFloat)
    update_as(float{});
  else
    update_as(double{});
}

void AdamW::step_libtorch(double schedule_factor) {
  // The fused kernel takes one rate and one decay per call, so tensors are grouped by both.
  std::vector<bool> done(tensors_.size(), false);
  for (std::size_t first = 0; first < tensors_.size(); ++first) {
    if (done[first]) continue;
    const TrainedTensor& lead = tensors_[first];
    std::vector<at::Tensor> parameters, gradients, means, squares, steps;
    for (std::size_t i = first; i < tensors_.size(); ++i) {
      if (tensors_[i].lr_scale != lead.lr_scale || tensors_[i].decay != lead.decay) continue;
      done[i] = true;
      parameters.push_back(tensors_[i].parameter);
      gradients.push_back(tensors_[i].gradient);
      means.push_back(mean_[i]);
      squares.push_back(square_[i]);
      steps.push_back(at::full({}, static_cast<double>(steps_),
                               tensors_[i].parameter.options().dtype(at::kFloat)));
    }
    at::_fused_adamw_(parameters, gradients, means, squares, {}, steps,
                      options_.lr * schedule_factor * lead.lr_scale, options_.beta1, options_.beta2,
                      lead.decay ? options_.weight_decay : 0.0, options_.eps,
                      /*amsgrad=*/false, /*maximize=*/false);
  }
  for (const TrainedTensor& tensor : tensors_)
    if (tensor.written) tensor.written(0, tensor.parameter.numel());
}

bool takes_decay(std::string_view parameter_name) {
  return !parameter_name.ends_with("bias") &&
         parameter_name.find("LayerNorm.weight") == std::string_view::npos;
}

}  // namespace ratbench::optim
