// A BERT with a head as the trainer and the attacks see a model: word vectors of the batch in,
// logits out. Gradients of the word-embedding table follow from those of the word vectors, so that
// a perturbed input trains the table as the clean one does.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "src/models/bert.hpp"
#include "src/models/heads.hpp"
#include "src/models/model.hpp"

namespace ratbench::models {

class BertTask final : public Model {
 public:
  // Makes all parameters of both trainable. `head_dropout` precedes the head's layer, [0, 1).
  BertTask(Bert bert, Head head, double head_dropout);

  // Turns to a batch and returns its word vectors [batch, len, hidden], the x of the passes to
  // come. `markers` as in HeadPlaces.
  at::Tensor begin_batch(TokenBatch batch, at::Tensor markers);

  // Logits of x [m batch, len, hidden], which holds the batch m >= 1 times: [m batch, classes], or
  // [m batch len, classes] for a head over every token. `kept` holds the graph of the pass, which
  // its backward pass frees: one backward pass for each forward pass.
  at::Tensor forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                     Activations& kept) override;
  at::Tensor backward(const Activations& kept, const at::Tensor& grad_logits, Want want) override;
  void clear_gradients() override;
  // Those of the encoder, then those of the head.
  std::vector<Parameter>& parameters() override { return parameters_; }

  const Bert& bert() const { return bert_; }

 private:
  void add_to_table(const at::Tensor& grad_words);

  Bert bert_;
  Head head_;
  double head_dropout_;
  TokenBatch batch_;
  at::Tensor markers_;
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> leaves_;  // all but the word-embedding table
};

}  // namespace ratbench::models
