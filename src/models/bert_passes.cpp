#include "src/models/bert_passes.hpp"

#include <ATen/ops/add.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <ATen/ops/sum.h>

#include <utility>

#include "src/base/check.hpp"
#include "src/models/attention.hpp"
#include "src/models/row_sums.hpp"

namespace ratbench::models {
namespace {

// Places of dropout: the embeddings, then in every layer attention probabilities, attention output
// and layer output.
constexpr std::uint32_t kEmbeddingSite = 0;
constexpr std::uint32_t kSitesPerLayer = 3;

std::uint32_t layer_site(std::size_t layer) {
  return 1 + kSitesPerLayer * static_cast<std::uint32_t>(layer);
}

enum OperandIndex : std::size_t { kProjection, kAttentionOutput, kExpansion, kOutput };

}  // namespace

BertPasses::BertPasses(const Bert& bert, const PassOptions& options)
    : bert_(&bert), options_(options), products_(options.product, options.precision) {
  RB_CHECK_LT(dropout_sites(), kDropoutSites);
  if (!bert.device().is_cpu()) options_.padding = Padding::kCompute;
}

std::uint32_t BertPasses::dropout_sites() const {
  return layer_site(bert_->layer_weights().size());
}

DropoutSite BertPasses::site(const BertTape& pass, std::uint32_t number, double rate) const {
  return {.context = pass.dropout, .site = number, .rate = rate};
}

void BertPasses::round_weights() {
  operands_.clear();
  for (const BertLayer& layer : bert_->layer_weights()) {
    auto& of_layer = operands_.emplace_back();
    std::size_t next = 0;
    for (const Affine* affine :
         {&layer.projection, &layer.attention_output, &layer.intermediate, &layer.output})
      of_layer[next++] = {
          products_.operand(affine->weight), products_.operand(affine->bias), {}, {}};
  }
}

at::Tensor BertPasses::forward(const at::Tensor& words, const TokenBatch& batch,
                               const std::optional<DropoutContext>& dropout,
                               std::unique_ptr<BertTape>* tape) {
  RB_CHECK_LE(words.size(1), bert_->config().max_positions);
  // Weights change between steps only, and pass 0 is the first of a step.
  if (!dropout || dropout->pass == 0 || operands_.empty()) round_weights();
  auto pass = std::make_unique<BertTape>(
      TokenLayout(words.size(0), words.size(1), batch.mask, options_.padding), batch);
  pass->dropout = dropout;
  at::Tensor states = embed(words, *pass);
  const bool keeps_all = tape != nullptr && options_.keep == KeepActivations::kAll;
  for (std::size_t i = 0; i < operands_.size(); ++i) {
    if (tape != nullptr && !keeps_all) pass->layer_inputs.push_back(states);
    LayerTape* kept = keeps_all ? &pass->layers.emplace_back() : nullptr;
    states = layer_forward(i, states, *pass, kept);
  }
  states = pass->layout.padded(states);
  if (tape != nullptr) *tape = std::move(pass);
  return states;
}

at::Tensor BertPasses::backward(const BertTape& tape, const at::Tensor& grad_states, Want want) {
  at::Tensor grad = tape.layout.packed(grad_states);
  for (std::size_t i = operands_.size(); i-- > 0;) {
    if (options_.keep == KeepActivations::kAll) {
      grad = layer_backward(i, tape.layers[i], tape, grad, want);
      continue;
    }
    LayerTape again;
    layer_forward(i, tape.layer_inputs[i], tape, &again);
    grad = layer_backward(i, again, tape, grad, want);
  }
  const BertConfig& config = bert_->config();
  grad = encoder_dropout(grad, site(tape, kEmbeddingSite, config.hidden_dropout));
  grad = norm_backward(grad, tape.embedding_norm, bert_->embedding_weights().norm, want);
  if (want != Want::kInput) embed_backward(grad, tape);
  return tape.layout.padded(grad);
}

at::Tensor BertPasses::embed(const at::Tensor& words, BertTape& tape) const {
  const BertEmbeddings& weights = bert_->embedding_weights();
  at::Tensor sum =
      at::add(tape.layout.packed(words),
              at::index_select(weights.positions, 0, tape.layout.positions(words.device())));
  if (tape.batch.types.defined())
    sum.add_(at::index_select(weights.types, 0, tape.layout.packed(tape.batch.types)));
  else
    sum.add_(weights.types.select(0, 0));
  const at::Tensor states = norm_forward(sum, weights.norm, &tape.embedding_norm);
  return encoder_dropout(states, site(tape, kEmbeddingSite, bert_->config().hidden_dropout));
}

void BertPasses::embed_backward(const at::Tensor& grad, const BertTape& tape) const {
  const BertEmbeddings& weights = bert_->embedding_weights();
  at::Tensor positions = weights.positions_grad;
  add_rows(grad, tape.layout.positions(grad.device()), positions);
  at::Tensor types = weights.types_grad;
  if (tape.batch.types.defined())
    add_rows(grad, tape.layout.packed(tape.batch.types), types);
  else
    types.select(0, 0).add_(at::sum(grad, 0));
}

at::Tensor BertPasses::layer_forward(std::size_t index, const at::Tensor& states,
                                     const BertTape& pass, LayerTape* tape) const {
  const BertLayer& layer = bert_->layer_weights()[index];
  const BertConfig& config = bert_->config();
  const auto& weights = operands_[index];
  const auto linear = [&](const at::Tensor& x, OperandIndex of) {
    return products_.linear(x, weights[of].weight, weights[of].bias);
  };
  LayerTape made;
  made.states = products_.operand(states);
  made.projected = linear(made.states, kProjection);
  made.context = products_.result(attend({made.projected, pass.layout, config.heads,
                                          site(pass, layer_site(index), config.attention_dropout)},
                                         tape == nullptr ? nullptr : &made.probabilities));
  const at::Tensor attended =
      dropout_add(linear(made.context, kAttentionOutput),
                  site(pass, layer_site(index) + 1, config.hidden_dropout), states);
  const at::Tensor middle = norm_forward(attended, layer.attention_norm, &made.attention_norm);
  made.middle = products_.operand(middle);
  made.expanded = linear(made.middle, kExpansion);
  made.activated = products_.result(at::gelu(made.expanded));
  const at::Tensor contracted =
      dropout_add(linear(made.activated, kOutput),
                  site(pass, layer_site(index) + 2, config.hidden_dropout), middle);
  const at::Tensor out = norm_forward(contracted, layer.output_norm, &made.output_norm);
  if (tape != nullptr) *tape = std::move(made);
  return out;
}

at::Tensor BertPasses::layer_backward(std::size_t index, const LayerTape& tape,
                                      const BertTape& pass, const at::Tensor& grad,
                                      Want want) const {
  const BertLayer& layer = bert_->layer_weights()[index];
  const BertConfig& config = bert_->config();
  const auto& weights = operands_[index];
  at::Tensor middle = norm_backward(grad, tape.output_norm, layer.output_norm, want);
  const at::Tensor contracted =
      encoder_dropout(middle, site(pass, layer_site(index) + 2, config.hidden_dropout));
  const at::Tensor activated =
      linear_backward(contracted, tape.activated, weights[kOutput].weight, layer.output, want);
  const at::Tensor expanded = products_.result(at::gelu_backward(activated, tape.expanded));
  middle.add_(
      linear_backward(expanded, tape.middle, weights[kExpansion].weight, layer.intermediate, want));
  at::Tensor states = norm_backward(middle, tape.attention_norm, layer.attention_norm, want);
  const at::Tensor attended =
      encoder_dropout(states, site(pass, layer_site(index) + 1, config.hidden_dropout));
  const at::Tensor context = linear_backward(
      attended, tape.context, weights[kAttentionOutput].weight, layer.attention_output, want);
  const at::Tensor projected =
      products_.result(attend_backward({tape.projected, pass.layout, config.heads,
                                        site(pass, layer_site(index), config.attention_dropout)},
                                       tape.probabilities, context));
  states.add_(
      linear_backward(projected, tape.states, weights[kProjection].weight, layer.projection, want));
  return states;
}

at::Tensor BertPasses::norm_forward(const at::Tensor& x, const Affine& norm, NormTape* tape) const {
  auto [out, mean, inverse_sd] =
      at::native_layer_norm(x, {x.size(1)}, norm.weight, norm.bias, bert_->config().norm_eps);
  *tape = {x, mean, inverse_sd};
  return out;
}

at::Tensor BertPasses::norm_backward(const at::Tensor& grad, const NormTape& tape,
                                     const Affine& norm, Want want) const {
  const bool learns = want != Want::kInput;
  const auto [input, weight, bias] = at::native_layer_norm_backward(
      grad, tape.input, {tape.input.size(1)}, tape.mean, tape.inverse_sd, norm.weight, norm.bias,
      {true, learns, learns});
  if (learns) {
    at::Tensor weight_grad = norm.weight_grad;
    at::Tensor bias_grad = norm.bias_grad;
    weight_grad.add_(weight);
    bias_grad.add_(bias);
  }
  return input;
}

at::Tensor BertPasses::linear_backward(const at::Tensor& grad, const at::Tensor& input,
                                       const at::Tensor& weight, const Affine& linear,
                                       Want want) const {
  const at::Tensor operand = products_.operand(grad);
  if (want != Want::kInput) {
    at::Tensor weight_grad = linear.weight_grad;
    at::Tensor bias_grad = linear.bias_grad;
    products_.add_product(operand.t(), input, weight_grad);
    bias_grad.add_(at::sum(grad, {0}, false, bias_grad.scalar_type()));
  }
  return products_.multiply(operand, weight);
}

}  // namespace ratbench::models
