#include "src/models/bert_task.hpp"

#include <utility>

#include "src/base/check.hpp"
#include "src/models/row_sums.hpp"

namespace ratbench::models {
namespace {

at::Tensor repeated(const at::Tensor& rows, std::int64_t times) {
  if (!rows.defined() || times == 1) return rows;
  std::vector<std::int64_t> repeats(static_cast<std::size_t>(rows.dim()), 1);
  repeats.front() = times;
  return rows.repeat(repeats);
}

}  // namespace

struct BertTask::Pass final : Tape {
  std::unique_ptr<BertTape> encoder;
  at::Tensor states;
  HeadPlaces places;
  DropoutSite dropout;
};

BertTask::BertTask(Bert bert, Head head, double head_dropout, const PassOptions& options)
    : bert_(std::move(bert)),
      head_(std::move(head)),
      head_dropout_(head_dropout),
      passes_(bert_, options) {
  bert_.make_trainable();
  head_.make_trainable();
  parameters_ = bert_.parameters();
  parameters_.insert(parameters_.end(), head_.parameters().begin(), head_.parameters().end());
}

at::Tensor BertTask::begin_batch(TokenBatch batch, at::Tensor markers) {
  batch_ = std::move(batch);
  markers_ = std::move(markers);
  return bert_.embed_words(batch_.ids);
}

at::Tensor BertTask::forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                             Activations& kept) {
  RB_CHECK_EQ(x.size(0) % batch_.ids.size(0), 0);
  const std::int64_t times = x.size(0) / batch_.ids.size(0);
  const TokenBatch batch = {repeated(batch_.ids, times), repeated(batch_.mask, times),
                            repeated(batch_.types, times)};
  auto pass = std::make_unique<Pass>();
  pass->places = {batch.mask, repeated(markers_, times)};
  pass->dropout = {.context = dropout, .site = passes_.dropout_sites(), .rate = head_dropout_};
  // The passes of the batch before are gone before those of this one need their memory.
  kept.tape.reset();
  pass->states = passes_.forward(x, batch, dropout, dropout ? &pass->encoder : nullptr);
  const at::Tensor logits = head_.logits(pass->states, pass->places, pass->dropout);
  if (dropout) kept.tape = std::move(pass);
  return logits.view({-1, logits.size(-1)});
}

at::Tensor BertTask::backward(const Activations& kept, const at::Tensor& grad_logits, Want want) {
  const auto& pass = dynamic_cast<const Pass&>(*kept.tape);
  const at::Tensor grad_states =
      head_.backward(pass.states, pass.places, pass.dropout, grad_logits, want);
  const at::Tensor grad_words = passes_.backward(*pass.encoder, grad_states, want);
  if (want != Want::kInput) add_to_table(grad_words, *pass.encoder);
  return want == Want::kParameters ? at::Tensor() : grad_words;
}

void BertTask::add_to_table(const at::Tensor& grad_words, const BertTape& tape) {
  const at::Tensor ids = tape.layout.packed(tape.batch.ids);
  at::Tensor rows = tape.layout.packed(grad_words);
  const std::int64_t padding = bert_.config().padding;
  rows = rows.masked_fill(ids.eq(padding).unsqueeze(1), 0);
  add_rows(rows, ids, parameters_.front().grad);
}

void BertTask::clear_gradients() {
  for (Parameter& parameter : parameters_) parameter.grad.zero_();
}

}  // namespace ratbench::models
