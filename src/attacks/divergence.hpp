// Divergences between the predictions at two inputs, with gradients by the logits: what SMART
// maximises over the perturbation and then minimises over the parameters.
#pragma once

#include <ATen/core/Tensor.h>

namespace ratbench::attacks {

// Whether the target distribution of each KL term is a constant in its gradient. The value is the
// same; the public mt-dnn code detaches, the formula of the paper does not.
enum class Targets { kDifferentiated, kDetached };

struct Divergence {
  at::Tensor value;        // 0-dim float64
  at::Tensor d_perturbed;  // by the perturbed logits, [n, C], their type
  at::Tensor d_clean;      // by the clean logits
};

// KL(p || q) + KL(q || p), p = softmax(perturbed), q = softmax(clean), mean over the n rows.
Divergence symmetric_kl(const at::Tensor& perturbed, const at::Tensor& clean, Targets targets);

// Gradient by the perturbed logits of the sum over rows of KL(q || p), q constant.
at::Tensor forward_kl_gradient(const at::Tensor& perturbed, const at::Tensor& clean);

// The same of 2 p (w(p) - w(q)), w(v) = -log(1 / (v + e) - 1 + e) constant, e = 1e-6: the
// `stable_kl` of the public mt-dnn code.
at::Tensor stable_kl_gradient(const at::Tensor& perturbed, const at::Tensor& clean);

}  // namespace ratbench::attacks
