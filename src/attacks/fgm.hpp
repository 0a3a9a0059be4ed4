// Fast gradient method: one step of length epsilon along the normalised gradient.
#pragma once

#include "src/attacks/attack.hpp"

namespace ratbench::attacks {

// loss(x) + w loss(x + r), r = epsilon g / norm(g), g = d loss / dx (Miyato et al., "Adversarial
// training methods for semi-supervised text classification", 2017, eq. 5). Separate passes: 2
// forward, 2 backward, the first backward giving both parameter gradients and g.
class Fgm : public Attack {
 public:
  explicit Fgm(const AttackParameters& parameters) : p_(parameters) {}
  AttackOutcome apply(Objective& objective, const Batch& batch,
                      const NoiseSource& noise) const override;
  static Passes passes(const AttackParameters& p);

 private:
  AttackParameters p_;
};

}  // namespace ratbench::attacks
