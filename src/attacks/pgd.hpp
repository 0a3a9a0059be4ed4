// Projected gradient descent: K steps of fixed length, projected on the ball after each.
#pragma once

#include "src/attacks/attack.hpp"
#include "src/attacks/perturbation.hpp"

namespace ratbench::attacks {

// loss(x) + w loss(x + r), r = delta_K, delta_(k+1) = Pi(delta_k + alpha g_k / norm(g_k)), delta_0
// = 0 (Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018). The
// first of the K gradients is the clean pass itself: K + 1 forward, K + 1 backward.
class Pgd : public Attack {
 public:
  explicit Pgd(const AttackParameters& parameters) : p_(parameters) {}
  AttackOutcome apply(Objective& objective, const Batch& batch,
                      const NoiseSource& noise) const override;
  static Passes passes(const AttackParameters& p);

 private:
  AttackParameters p_;
};

// `steps` further steps up the task loss from `delta`, one forward and one backward each.
at::Tensor climb(Objective& objective, const Batch& batch, at::Tensor delta, int steps,
                 const Ascent& ascent);

}  // namespace ratbench::attacks
