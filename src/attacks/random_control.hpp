// The control that tells "adversarial" from "noisy and twice the loss": a random direction of the
// attack's norm.
#pragma once

#include "src/attacks/attack.hpp"

namespace ratbench::attacks {

// loss(x) + w loss(x + r), r = epsilon n / norm(n) with n normal, so the direction is uniform for
// the L2 ball. 2 forward, 2 backward in either pass mode.
class RandomControl : public Attack {
 public:
  explicit RandomControl(const AttackParameters& parameters) : p_(parameters) {}
  AttackOutcome apply(Objective& objective, const Batch& batch,
                      const NoiseSource& noise) const override;
  static Passes passes(const AttackParameters&) { return {2, 2}; }

 private:
  AttackParameters p_;
};

}  // namespace ratbench::attacks
