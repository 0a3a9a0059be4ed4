// The model and its loss on the current batch, as the attacks see them: forward, loss, backward,
// every pass counted and given its own dropout mask.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

#include "src/attacks/attack.hpp"
#include "src/losses/loss.hpp"
#include "src/models/model.hpp"
#include "src/train/step_clock.hpp"

namespace ratbench::train {

class TaskObjective final : public attacks::Objective {
 public:
  // Borrows all three for its life. `seed` selects the dropout stream.
  TaskObjective(models::Model& model, const losses::Loss& loss, std::uint64_t seed)
      : model_(&model), loss_(&loss), seed_(seed) {}

  // Turns to the batch of global step `step`, `examples` >= 1 along dimension 0 of x, with these
  // targets; `epoch` counts finished epochs. Forgets the accumulated gradients.
  void begin_step(std::int64_t step, int epoch, std::int64_t examples, losses::Targets targets);
  // Turns to another part of the same step; its passes go on drawing masks of their own and are not
  // counted, since the passes of the first part stand for those of the batch.
  void begin_part(std::int64_t examples, losses::Targets targets);
  // Drops the passes since the latest of the two, which ended for lack of memory, and what they
  // hold.
  void forget_part();

  // Laps of the passes go to `clock` from now on; null for none.
  void time_with(StepClock* clock) { clock_ = clock; }

  at::Tensor forward(const at::Tensor& x, attacks::Slot slot) override;
  losses::LossValue loss(const at::Tensor& logits) override;
  at::Tensor backward(attacks::Slot slot, const at::Tensor& dlogits, attacks::Want want) override;

  // The weight of the current batch or part among others: what its loss divides by.
  double divisor() const { return loss_->divisor(targets_, epoch_); }

  // Batch equivalents since construction.
  std::int64_t forward_passes() const { return passes_.forward; }
  std::int64_t backward_passes() const { return passes_.backward; }

 private:
  models::Model* model_;
  const losses::Loss* loss_;
  std::uint64_t seed_;
  std::array<models::Activations, 2> slots_;
  std::array<std::int64_t, 2> times_{};  // batch equivalents of the open passes
  std::int64_t examples_ = 1;
  losses::Targets targets_{at::Tensor()};
  std::uint32_t step_ = 0;
  std::uint32_t pass_ = 0;
  int epoch_ = 0;
  StepClock* clock_ = nullptr;
  bool first_backward_ = true;  // of the step
  struct Passes {
    std::int64_t forward = 0;
    std::int64_t backward = 0;
  };
  void turn_to(std::int64_t examples, losses::Targets targets);

  bool counts_ = true;  // the passes of this part
  Passes passes_;
  Passes before_part_;
};

}  // namespace ratbench::train
