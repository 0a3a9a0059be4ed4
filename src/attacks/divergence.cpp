#include "src/attacks/divergence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/softmax.h>

namespace ratbench::attacks {
namespace {

constexpr double kStable = 1e-6;  // of the public code

at::Tensor row_sums(const at::Tensor& t) { return t.sum(1, /*keepdim=*/true); }

}  // namespace

Divergence symmetric_kl(const at::Tensor& perturbed, const at::Tensor& clean, Targets targets) {
  const at::Tensor log_p = perturbed.to(at::kDouble).log_softmax(1);
  const at::Tensor log_q = clean.to(at::kDouble).log_softmax(1);
  const at::Tensor p = log_p.exp();
  const at::Tensor q = log_q.exp();
  const at::Tensor log_ratio = log_p - log_q;
  const at::Tensor difference = p - q;
  const double share = 1.0 / static_cast<double>(perturbed.size(0));
  // KL(p || q) + KL(q || p) = sum (p - q)(log p - log q).
  Divergence result{(difference * log_ratio).sum() * share, difference, difference.neg()};
  if (targets == Targets::kDifferentiated) {
    result.d_perturbed = result.d_perturbed + p * (log_ratio - row_sums(p * log_ratio));
    result.d_clean = result.d_clean - q * (log_ratio - row_sums(q * log_ratio));
  }
  const auto type = perturbed.scalar_type();
  result.d_perturbed = (result.d_perturbed * share).to(type);
  result.d_clean = (result.d_clean * share).to(type);
  return result;
}

at::Tensor forward_kl_gradient(const at::Tensor& perturbed, const at::Tensor& clean) {
  const at::Tensor difference =
      perturbed.to(at::kDouble).softmax(1) - clean.to(at::kDouble).softmax(1);
  return difference.to(perturbed.scalar_type());
}

at::Tensor stable_kl_gradient(const at::Tensor& perturbed, const at::Tensor& clean) {
  const at::Tensor p = perturbed.to(at::kDouble).softmax(1);
  const at::Tensor q = clean.to(at::kDouble).softmax(1);
  const auto surprise = [](const at::Tensor& v) {
    return ((v + kStable).reciprocal() - 1 + kStable).log().neg();
  };
  const at::Tensor gap = 2 * (surprise(p) - surprise(q));
  return (p * (gap - row_sums(p * gap))).to(perturbed.scalar_type());
}

}  // namespace ratbench::attacks
