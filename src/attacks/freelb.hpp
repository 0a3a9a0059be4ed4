// "Free" large-batch adversarial training: the parameter gradients of every ascent step are kept.
#pragma once

#include "src/attacks/attack.hpp"
#include "src/attacks/perturbation.hpp"

namespace ratbench::attacks {

// w mean_k loss(x + delta_k), k = 0..K-1, with K - 1 ascents delta_(k+1) = Pi(delta_k + alpha g_k /
// max(norm(g_k), 1e-8)) (Zhu et al., "FreeLB", 2020, algorithm 1); with `add_clean` loss(x) is
// added, without it w = 1. delta_0 is zero or U(-1, 1) noise / sqrt(len dim) per real position.
// K forward, K backward, one of each more with `add_clean`.
class FreeLb : public Attack {
 public:
  explicit FreeLb(const AttackParameters& parameters) : p_(parameters) {}
  AttackOutcome apply(Objective& objective, const Batch& batch,
                      const NoiseSource& noise) const override;
  static Passes passes(const AttackParameters& p);

 private:
  at::Tensor start(const Batch& batch, const NoiseSource& noise, const Ascent& ascent) const;

  AttackParameters p_;
};

// The K passes from `delta` (undefined: zero). The returned loss is the mean of the K losses;
// weight times its gradients is accumulated.
AttackOutcome free_passes(Objective& objective, const Batch& batch, at::Tensor delta, int steps,
                          double weight, const Ascent& ascent);

}  // namespace ratbench::attacks
