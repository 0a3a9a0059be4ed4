// Smoothness-inducing adversarial regularisation: the prediction, not the label, must not change
// within the ball.
#pragma once

#include <functional>
#include <span>

#include "src/attacks/attack.hpp"
#include "src/attacks/divergence.hpp"

namespace ratbench::attacks {

// How SMART finds and uses its perturbation, beyond attack.*.
struct SmartRule {
  Targets targets = Targets::kDifferentiated;
  // mtdnn only: the gradient by the perturbed logits that the ascent follows.
  at::Tensor (*ascent_gradient)(const at::Tensor& perturbed,
                                const at::Tensor& clean) = stable_kl_gradient;
};

// The optional Bregman proximal term: weight times the symmetric KL to a teacher, which is
// constant.
struct BregmanTerm {
  double weight = 1;
  std::function<at::Tensor(const at::Tensor&)> teacher_logits;  // one forward more
};

// loss(x) + w [KL both ways between x and x + r] (Jiang et al., "SMART", 2020, eq. 2-3), K + 2
// forward and backward. `paper`: r from normal noise of sd `noise` by K ascents on the symmetric
// KL, step_size g / norm(g), projected on the ball; gradients flow through both predictions.
// `mtdnn`, after that public code: the ascent follows the unnormalised gradient of the sum of
// stable_kl, r = (r + step_size g) / (norm(r + step_size g) + epsilon) with the norm the largest
// entry of each token (linf) or the L2 norm of the sample (l2): r has norm about 1 and epsilon only
// guards the division (1e-6 there, with step_size 1e-3); targets are detached.
class Smart : public Attack {
 public:
  explicit Smart(const AttackParameters& parameters);
  Smart(const AttackParameters& parameters, SmartRule rule, BregmanTerm bregman);
  AttackOutcome apply(Objective& objective, const Batch& batch,
                      const NoiseSource& noise) const override;
  // The same from a given start instead of noise; what it holds at padding is dropped after a step.
  AttackOutcome apply_from(Objective& objective, const Batch& batch, at::Tensor delta) const;
  static Passes passes(const AttackParameters& p) { return {p.steps + 2, p.steps + 2}; }

 private:
  at::Tensor next(const at::Tensor& delta, const at::Tensor& gradient, const Batch& batch) const;

  AttackParameters p_;
  SmartRule rule_;
  BregmanTerm bregman_;
};

// teacher <- beta teacher + (1 - beta) student, tensor by tensor (eq. 6).
void update_teacher(std::span<at::Tensor> teacher, std::span<const at::Tensor> student,
                    double beta);

}  // namespace ratbench::attacks
