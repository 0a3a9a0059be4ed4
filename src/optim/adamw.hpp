// AdamW with decoupled weight decay applied before the update (Loshchilov and Hutter, "Decoupled
// weight decay regularization", 2019), per-parameter rates and global-norm clipping. One fused pass
// over memory per tensor on the CPU; LibTorch's fused kernel on other devices.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::optim {

struct UpdateFactors;

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;
  double clip_norm = 0;  // 0: no clipping
};

// One trained tensor and its gradient. Both must stay the same storage for the optimiser's life;
// float32 or float64, contiguous.
struct TrainedTensor {
  at::Tensor parameter;
  at::Tensor gradient;
  double lr_scale = 1;
  bool decay = true;
  // Called after every update of elements [begin, end), while they are still in the caches.
  std::function<void(std::int64_t begin, std::int64_t end)> written = {};
};

// Which arithmetic updates CPU tensors. Both follow the same formula; they differ in rounding.
enum class Kernel { kOwn, kLibtorch };

// First and second moments of every tensor, in order, and the steps that made them.
struct AdamWState {
  std::vector<at::Tensor> mean, square;
  std::int64_t steps = 0;
};

// Not thread-safe; one per run.
class AdamW {
 public:
  AdamW(AdamWOptions options, std::vector<TrainedTensor> tensors, Kernel kernel = Kernel::kOwn);

  // One update with rate lr * schedule_factor * lr_scale. Gradients are scaled in place when
  // clipped and are left for the caller to overwrite or zero.
  void step(double schedule_factor);

  // Norm over all gradients before clipping at the latest step; 0 when clipping is off.
  double gradient_norm() const { return gradient_norm_; }
  std::int64_t steps() const { return steps_; }

  // The tensors are the optimiser's own: later steps change them.
  AdamWState state() const { return {mean_, square_, steps_}; }
  // Copies a state of equal shapes in; the next step follows it to the same bits.
  void restore(const AdamWState& state);

 private:
  void clip();
  void step_own(std::size_t index, double lr);
  void update_part(std::size_t index, std::int64_t begin, std::int64_t end,
                   const UpdateFactors& factors);
  void step_libtorch(double schedule_factor);

  AdamWOptions options_;
  std::vector<TrainedTensor> tensors_;
  std::vector<at::Tensor> mean_;
  std::vector<at::Tensor> square_;
  Kernel kernel_;
  std::int64_t steps_ = 0;
  double gradient_norm_ = 0;
};

// False for names that end in "bias" or contain "LayerNorm.weight": those are never decayed.
bool takes_decay(std::string_view parameter_name);

}  // namespace ratbench::optim
