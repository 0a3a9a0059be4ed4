// A BERT with a head as the trainer and the attacks see a model: word vectors of the batch in,
// logits out. Gradients of the word-embedding table follow from those of the word vectors, so that
// a perturbed input trains the table as the clean one does.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "src/models/bert.hpp"
#include "src/models/bert_passes.hpp"
#include "src/models/heads.hpp"
#include "src/models/model.hpp"

namespace ratbench::models {

class BertTask final : public Model {
 public:
  // Makes all parameters of both trainable. `head_dropout` precedes the head's layer, [0, 1).
  BertTask(Bert bert, Head head, double head_dropout, const PassOptions& options = {});
  BertTask(const BertTask&) = delete;
  BertTask& operator=(const BertTask&) = delete;

  // Turns to a batch and returns its word vectors [batch, len, hidden], the x of the passes to
  // come. `markers` as in HeadPlaces.
  at::Tensor begin_batch(TokenBatch batch, at::Tensor markers);

  // Logits of x [m batch, len, hidden], which holds the batch m >= 1 times: [m batch, classes], or
  // [m batch len, classes] for a head over every token, where logits at padding mean nothing and
  // their gradient must be 0.
  at::Tensor forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                     Activations& kept) override;
  at::Tensor backward(const Activations& kept, const at::Tensor& grad_logits, Want want) override;
  void clear_gradients() override;
  // Those of the encoder, then those of the head.
  std::vector<Parameter>& parameters() override { return parameters_; }

  const Bert& bert() const { return bert_; }

 private:
  struct Pass;  // what a forward pass keeps

  void add_to_table(const at::Tensor& grad_words, const BertTape& tape);

  Bert bert_;
  Head head_;
  double head_dropout_;
  BertPasses passes_;
  TokenBatch batch_;
  at::Tensor markers_;
  std::vector<Parameter> parameters_;
};

}  // namespace ratbench::models
