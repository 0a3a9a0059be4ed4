// Binary cross-entropy of every label by itself, for texts that may have any number of labels.
#pragma once

#include "src/losses/loss.hpp"

namespace ratbench::losses {

// Mean over rows and labels of -y log s(z) - (1 - y) log(1 - s(z)), s the logistic function; its
// gradient (s(z) - y) / (rows labels).
class BceLoss final : public Loss {
 public:
  // Labels are int64 [n, C], 0 or 1; entries of kIgnoredLabel count nowhere. Rows cannot be mixed
  // (CHECKed).
  LossValue evaluate(const at::Tensor& logits, const Targets& targets, int epoch) const override;
  double divisor(const Targets& targets, int epoch) const override;
};

}  // namespace ratbench::losses
