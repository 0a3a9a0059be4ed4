// The family of losses that are a function of log softmax at the label: cross-entropy, focal,
// class-balanced, LDAM, each with class weights. One definition serves the CPU kernel and the
// ATen operations of other devices.
#pragma once

#include <vector>

#include "src/losses/loss.hpp"

namespace ratbench::losses {

// What a row loses at l = log softmax(u)[y]: -l, or -(1 - e^l)^gamma l (Lin et al., "Focal loss for
// dense object detection", 2017, eq. 4; the gradient flows through the modulating factor).
enum class Penalty { kLog, kFocal };

// What the sum over rows is divided by: their number, or the sum of their class weights.
enum class Mean { kOverRows, kOverWeights };

// Where the class weight stands: w penalty(l), or penalty(w l), where it enters the modulating
// factor too (as in the focal loss of the public LDAM-DRW code).
enum class Weighting { kOutside, kInside };

// loss_i = w_y penalty(l) or penalty(w_y l), l = log softmax(s (z - Delta_y e_y))[y].
struct SoftmaxLossOptions {
  Penalty penalty = Penalty::kLog;
  double gamma = 0;                  // kFocal only, >= 0
  double scale = 1;                  // s > 0
  std::vector<double> margins = {};  // Delta, empty: none
  std::vector<double> weights = {};  // w, empty: all 1
  Mean mean = Mean::kOverRows;
  Weighting weighting = Weighting::kOutside;
};

class SoftmaxLoss : public Loss {
 public:
  explicit SoftmaxLoss(SoftmaxLossOptions options) : options_(std::move(options)) {}
  LossValue evaluate(const at::Tensor& logits, const Targets& targets, int epoch) const override;
  double divisor(const Targets& targets, int epoch) const override;

 private:
  SoftmaxLossOptions options_;
};

namespace detail {
// The two implementations of SoftmaxLoss::evaluate: raw loops over float32 or float64 in CPU
// memory, and ATen operations in float64 anywhere.
LossValue softmax_loss_cpu(const SoftmaxLossOptions& options, const at::Tensor& logits,
                           const Targets& targets);
LossValue softmax_loss_anywhere(const SoftmaxLossOptions& options, const at::Tensor& logits,
                                const Targets& targets);
}  // namespace detail

}  // namespace ratbench::losses
