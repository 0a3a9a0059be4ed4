// Forward and backward passes of a BERT in training, in closed form: what autograd would compute,
// without padding on the CPU, with products in bfloat16 where a run asks for them, and with layers
// computed again in the backward pass where memory is short.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "src/models/bert.hpp"
#include "src/models/encoder_dropout.hpp"
#include "src/models/layer_products.hpp"
#include "src/models/token_layout.hpp"

namespace ratbench::models {

enum class KeepActivations {
  kAll,
  kLayerInputs,  // the rest is computed again by the backward pass, to the same bits
};

struct PassOptions {
  Product product = Product::kMkl;
  Precision precision = Precision::kFp32;
  KeepActivations keep = KeepActivations::kAll;
  Padding padding = Padding::kSkip;
};

// The input and the statistics of one LayerNorm.
struct NormTape {
  at::Tensor input, mean, inverse_sd;
};

// What one layer leaves behind: of its tokens, in the order in which they are computed.
struct LayerTape {
  at::Tensor states;                      // operand of the projection
  at::Tensor projected;                   // [tokens, 3 hidden]
  std::vector<at::Tensor> probabilities;  // see attend()
  at::Tensor context;                     // operand of the attention output
  NormTape attention_norm;
  at::Tensor middle;               // operand of the expansion
  at::Tensor expanded, activated;  // before and after GELU, [tokens, intermediate]
  NormTape output_norm;
};

// What one forward pass leaves behind for its backward pass.
struct BertTape final : Tape {
  BertTape(const TokenLayout& layout_in, const TokenBatch& batch_in)
      : layout(layout_in), batch(batch_in) {}
  TokenLayout layout;
  TokenBatch batch;
  std::optional<DropoutContext> dropout;
  NormTape embedding_norm;
  std::vector<LayerTape> layers;
  std::vector<at::Tensor> layer_inputs;  // KeepActivations::kLayerInputs
};

class BertPasses {
 public:
  // Borrows `bert`, which must be trainable, for its life. kSkip counts on the CPU only: elsewhere
  // positions of padding are computed, since leaving them out would make the device wait.
  BertPasses(const Bert& bert, const PassOptions& options);

  // Dropout sites of one forward pass use numbers below this; a head may use this one.
  std::uint32_t dropout_sites() const;

  // Last states [rows, len, hidden] of word vectors [rows, len, hidden] and their batch; 0 at
  // padding that is skipped. `tape` receives what backward() needs, unless null. Weights are
  // rounded anew in evaluation and at the first pass of a step (dropout->pass 0).
  at::Tensor forward(const at::Tensor& words, const TokenBatch& batch,
                     const std::optional<DropoutContext>& dropout, std::unique_ptr<BertTape>* tape);

  // From d/d states [rows, len, hidden] of the pass that left `tape`: adds to the gradients of all
  // parameters but the word vectors' table, and returns d/d words, both as wanted.
  at::Tensor backward(const BertTape& tape, const at::Tensor& grad_states, Want want);

 private:
  void round_weights();
  at::Tensor embed(const at::Tensor& words, BertTape& tape) const;
  at::Tensor layer_forward(std::size_t index, const at::Tensor& states, const BertTape& pass,
                           LayerTape* tape) const;
  at::Tensor layer_backward(std::size_t index, const LayerTape& tape, const BertTape& pass,
                            const at::Tensor& grad, Want want) const;
  at::Tensor norm_forward(const at::Tensor& x, const Affine& norm, NormTape* tape) const;
  at::Tensor norm_backward(const at::Tensor& grad, const NormTape& tape, const Affine& norm,
                           Want want) const;
  // d/d input of a linear layer from d/d output (an operand); adds to its gradients as wanted.
  at::Tensor linear_backward(const at::Tensor& grad, const at::Tensor& input,
                             const at::Tensor& weight, const Affine& linear, Want want) const;
  void embed_backward(const at::Tensor& grad, const BertTape& tape) const;
  DropoutSite site(const BertTape& pass, std::uint32_t number, double rate) const;

  const Bert* bert_;
  PassOptions options_;
  LayerProducts products_;
  std::vector<std::array<Affine, 4>> operands_;  // projection, attention output, expansion, output
};

}  // namespace ratbench::models
