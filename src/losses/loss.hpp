// Training losses with their gradients by closed form: logits in, mean loss and d loss / d logits
// out. No autograd graph is built; one kernel on the CPU, a handful of ATen operations elsewhere.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace ratbench::specs {
class Config;
}

namespace ratbench::losses {

// Rows whose label is this value take no part in value or gradient.
inline constexpr std::int64_t kIgnoredLabel = -100;

// What the rows of a batch should be. Hard labels convert implicitly.
struct Targets {
  Targets(at::Tensor labels_in) : labels(std::move(labels_in)) {}  // NOLINT(google-explicit-*)
  Targets(at::Tensor labels_in, at::Tensor other_in, at::Tensor share_in)
      : labels(std::move(labels_in)), other(std::move(other_in)), share(std::move(share_in)) {}

  at::Tensor labels;  // int64 [n]; for bce [n, C], 0 or 1
  // Mixed rows (mixup; Zhang et al., "mixup", 2018): row i counts `share` of the loss for `labels`
  // and 1 - `share` of the loss for `other`. Both undefined when no row is mixed.
  at::Tensor other;  // int64 [n]
  at::Tensor share;  // float64 [n], 0..1
};

struct LossValue {
  at::Tensor value;    // 0-dim float64 on the device of the logits: mean over the rows that count
  at::Tensor dlogits;  // [n, C], type and device of the logits
};

// A loss of one run. Immutable, so one object may serve several threads. Stable for logits of
// +-1e4. A batch in which no row counts has value 0 and gradient 0; a NaN logit gives a NaN value.
class Loss {
 public:
  virtual ~Loss() = default;
  // `logits` [n, C] float32, float64 or bfloat16; `epoch` counts finished passes over the training
  // split (0 during the first), which only deferral looks at.
  virtual LossValue evaluate(const at::Tensor& logits, const Targets& targets, int epoch) const = 0;
  // What `evaluate` divides its sum over these rows by, > 0 unless no row counts: their number, or
  // the sum of their class weights. Parts of a batch make up the loss of the whole in these shares.
  virtual double divisor(const Targets& targets, int epoch) const = 0;
};

// Builds the loss that `config` (paths loss.*) describes for classes with these realised training
// counts and names (for `loss.boost_classes`). A class without a training row has margin and
// weight 0. `loss.max_margin` takes precedence over `loss.c`; weights of drw multiply alpha.
// Combinations refused by `refuse_combination` throw SpecError with its reason.
std::unique_ptr<Loss> make_loss(const specs::Config& config, const std::vector<double>& counts,
                                const std::vector<std::string>& class_names);

// Why these loss.* values cannot be combined, or "" when they can: for example reweighting a loss
// that has its own class weights.
std::string refuse_combination(const specs::Config& config);

// One row per value of `loss.name`, sorted by name.
struct LossInfo {
  const char* name;
  const char* meaning;
  const char* equation;
};
const std::vector<LossInfo>& loss_table();

}  // namespace ratbench::losses
