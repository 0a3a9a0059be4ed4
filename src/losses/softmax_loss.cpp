#include "src/losses/softmax_loss.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "src/base/check.hpp"

namespace ratbench::losses {
namespace {

// Sums of one set of labels: loss, what it is divided by, gradient before the division.
struct Sums {
  at::Tensor loss;
  at::Tensor divisor;
  at::Tensor dlogits;
};

at::Tensor per_class(const std::vector<double>& values, const at::Tensor& labels) {
  return at::tensor(values, labels.options().dtype(at::kDouble)).index_select(0, labels);
}

// `labels` are valid classes, `share` [n] is 0 where a row does not count.
Sums sum_rows(const SoftmaxLossOptions& options, const at::Tensor& z, const at::Tensor& labels,
              const at::Tensor& share) {
  const at::Tensor chosen = at::one_hot(labels, z.size(1)).to(at::kDouble);
  at::Tensor u = z;
  if (!options.margins.empty()) {
    u = u - chosen * per_class(options.margins, labels).unsqueeze(1);
  }
  const at::Tensor log_p = (options.scale * u).log_softmax(1);
  const at::Tensor class_weight =
      options.weights.empty() ? at::ones_like(share) : per_class(options.weights, labels);
  const bool inside = options.weighting == Weighting::kInside;
  at::Tensor l = log_p.gather(1, labels.unsqueeze(1)).squeeze(1);
  if (inside) l = l * class_weight;
  at::Tensor value = -l;
  at::Tensor slope = -at::ones_like(l);
  if (options.penalty == Penalty::kFocal) {
    const at::Tensor rest = -l.expm1();
    const at::Tensor ratio = at::where(rest > 0, l / rest, -at::ones_like(l));
    const at::Tensor factor = rest.pow(options.gamma);
    value = -factor * l;
    slope = factor * (options.gamma * l.exp() * ratio - 1);
  }
  const at::Tensor weight = share * class_weight;
  const at::Tensor dlogits = (options.scale * weight * slope).unsqueeze(1) * (chosen - log_p.exp());
  // A row that does not count has weight 0, which must silence an infinite loss as well.
  const at::Tensor counted =
      at::where(weight > 0, (inside ? share : weight) * value, at::zeros_like(value));
  const at::Tensor& divided_by = options.mean == Mean::kOverRows ? share : weight;
  return {counted.sum(), divided_by.sum(), dlogits};
}

}  // namespace

LossValue detail::softmax_loss_anywhere(const SoftmaxLossOptions& options, const at::Tensor& logits,
                                        const Targets& targets) {
  const at::Tensor z = logits.to(at::kDouble);
  const at::Tensor counts = (targets.labels != kIgnoredLabel);
  const at::Tensor labels = targets.labels.clamp_min(0);
  at::Tensor share = counts.to(at::kDouble);
  if (targets.other.defined()) share = share * targets.share;
  Sums sums = sum_rows(options, z, labels, share);
  if (targets.other.defined()) {
    const at::Tensor rest = counts.to(at::kDouble) * (1 - targets.share);
    const Sums more = sum_rows(options, z, targets.other.clamp_min(0), rest);
    sums = {sums.loss + more.loss, sums.divisor + more.divisor, sums.dlogits + more.dlogits};
  }
  // Where no row counts, loss and gradients are 0 and any divisor will do.
  const at::Tensor divisor = at::where(sums.divisor > 0, sums.divisor, at::ones_like(sums.divisor));
  return {sums.loss / divisor, (sums.dlogits / divisor).to(logits.scalar_type())};
}

LossValue SoftmaxLoss::evaluate(const at::Tensor& logits, const Targets& targets,
                                int /*epoch*/) const {
  RB_CHECK_EQ(logits.dim(), 2);
  RB_CHECK_EQ(logits.size(0), targets.labels.size(0));
  const auto type = logits.scalar_type();
  const bool raw = logits.device().is_cpu() && (type == at::kFloat || type == at::kDouble);
  return raw ? detail::softmax_loss_cpu(options_, logits, targets)
             : detail::softmax_loss_anywhere(options_, logits, targets);
}

double SoftmaxLoss::divisor(const Targets& targets, int /*epoch*/) const {
  const at::Tensor counts = targets.labels != kIgnoredLabel;
  if (options_.mean == Mean::kOverRows || options_.weights.empty())
    return counts.sum().item<double>();
  at::Tensor weight = per_class(options_.weights, targets.labels.clamp_min(0));
  if (targets.other.defined())
    weight = targets.share * weight +
             (1 - targets.share) * per_class(options_.weights, targets.other.clamp_min(0));
  return (weight * counts).sum().item<double>();
}

}  // namespace ratbench::losses
