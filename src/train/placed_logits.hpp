// A BERT whose logits are those of the places that have a label: of the words of a sentence, and of
// nothing else, so that losses and attacks need not know of padding and special tokens.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "src/models/bert_task.hpp"
#include "src/models/model.hpp"

namespace ratbench::train {

// The logits of `places` of a model over every token; of a model over whole texts without them.
class PlacedLogits final : public models::Model {
 public:
  explicit PlacedLogits(std::unique_ptr<models::BertTask> task) : task_(std::move(task)) {}

  // Word vectors of the batch; `places` as in PaddedWindows.
  at::Tensor begin_batch(models::TokenBatch batch, at::Tensor markers, at::Tensor places);
  models::BertTask& task() { return *task_; }

  at::Tensor forward(const at::Tensor& x, const std::optional<models::DropoutContext>& dropout,
                     models::Activations& kept) override;
  at::Tensor backward(const models::Activations& kept, const at::Tensor& grad_logits,
                      models::Want want) override;
  void clear_gradients() override { task_->clear_gradients(); }
  void complete_gradients() override { task_->complete_gradients(); }
  std::vector<models::Parameter>& parameters() override { return task_->parameters(); }

 private:
  // Places of a pass over `times` stacked batches.
  at::Tensor places_of(std::int64_t times) const;

  std::unique_ptr<models::BertTask> task_;
  at::Tensor places_;
  std::int64_t positions_ = 0;  // of one batch
};

}  // namespace ratbench::train
