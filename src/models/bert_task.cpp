#include "src/models/bert_task.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/embedding_dense_backward.h>
#include <c10/core/InferenceMode.h>

#include <utility>

#include "src/base/check.hpp"

namespace ratbench::models {
namespace {

at::Tensor repeated(const at::Tensor& rows, std::int64_t times) {
  if (!rows.defined() || times == 1) return rows;
  std::vector<std::int64_t> repeats(static_cast<std::size_t>(rows.dim()), 1);
  repeats.front() = times;
  return rows.repeat(repeats);
}

}  // namespace

BertTask::BertTask(Bert bert, Head head, double head_dropout)
    : bert_(std::move(bert)), head_(std::move(head)), head_dropout_(head_dropout) {
  bert_.make_trainable();
  head_.make_trainable();
  parameters_ = bert_.parameters();
  parameters_.insert(parameters_.end(), head_.parameters().begin(), head_.parameters().end());
  leaves_ = bert_.leaves();
  leaves_.erase(leaves_.begin());  // the table is first
  leaves_.insert(leaves_.end(), head_.leaves().begin(), head_.leaves().end());
}

at::Tensor BertTask::begin_batch(TokenBatch batch, at::Tensor markers) {
  const c10::InferenceMode recordable(false);
  batch_ = std::move(batch);
  markers_ = std::move(markers);
  const at::NoGradGuard quiet;
  return bert_.embed_words(batch_.ids);
}

at::Tensor BertTask::forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                             Activations& kept) {
  RB_CHECK_EQ(x.size(0) % batch_.ids.size(0), 0);
  const std::int64_t times = x.size(0) / batch_.ids.size(0);
  const c10::InferenceMode recordable(false);
  const at::AutoGradMode recording(dropout.has_value());
  kept.input = (x.is_inference() ? x.clone() : x.detach()).requires_grad_(dropout.has_value());
  const TokenBatch batch = {batch_.ids, repeated(batch_.mask, times),
                            repeated(batch_.types, times)};
  const at::Tensor states = bert_.encode(kept.input, batch, dropout);
  const at::Tensor logits = head_.logits(states, {batch.mask, repeated(markers_, times)}, dropout,
                                         bert_.dropout_sites(), head_dropout_);
  kept.hidden = logits.view({-1, logits.size(-1)});
  return kept.hidden.detach();
}

at::Tensor BertTask::backward(const Activations& kept, const at::Tensor& grad_logits, Want want) {
  const c10::InferenceMode recordable(false);
  std::vector<at::Tensor> inputs = {kept.input};
  if (want != Want::kInput) inputs.insert(inputs.end(), leaves_.begin(), leaves_.end());
  kept.hidden.backward(grad_logits, false, false, inputs);
  const at::Tensor grad_words = kept.input.grad();
  kept.input.mutable_grad() = at::Tensor();
  if (want != Want::kInput) add_to_table(grad_words);
  return want == Want::kParameters ? at::Tensor() : grad_words;
}

void BertTask::add_to_table(const at::Tensor& grad_words) {
  at::Tensor& table = parameters_.front().grad;
  const at::Tensor ids = repeated(batch_.ids, grad_words.size(0) / batch_.ids.size(0)).flatten();
  const at::Tensor rows = grad_words.flatten(0, 1);
  const std::int64_t padding = bert_.config().padding;
  if (!rows.is_cpu()) {
    // Sorts the ids first: the additions happen in one order, unlike those of index_add_ there.
    table.add_(at::embedding_dense_backward(rows, ids, table.size(0), padding, false));
    return;
  }
  table.index_add_(0, ids, rows.masked_fill(ids.eq(padding).unsqueeze(1), 0));
}

void BertTask::clear_gradients() {
  for (Parameter& parameter : parameters_) parameter.grad.zero_();
}

}  // namespace ratbench::models
