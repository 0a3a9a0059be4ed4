// The BERT encoder (Devlin et al., "BERT: Pre-training of deep bidirectional transformers for
// language understanding", 2019): post-norm transformer layers with erf GELU, in evaluation mode.
// bert_passes.hpp trains it; the output of the word-embedding table enters as an argument, so that
// an attack can perturb it before positions, types and LayerNorm.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "src/models/bert_config.hpp"
#include "src/models/bert_weights.hpp"
#include "src/models/model.hpp"
#include "src/models/product.hpp"

namespace ratbench::models {

enum class Pooler { kLoad, kLeave };

struct BertOptions {
  at::ScalarType type = at::kFloat;
  at::Device device = at::kCPU;
  Pooler pooler = Pooler::kLeave;
  std::optional<double> dropout = std::nullopt;  // in place of both rates of config.json, [0, 1)
  // Routine of the linear layers on the CPU in FP32.
  Product product = Product::kMkl;
};

// One padded batch of token sequences on the model's device.
struct TokenBatch {
  at::Tensor ids;   // [batch, len] int64, 0 <= id < vocabulary
  at::Tensor mask;  // [batch, len] bool, true for a token, false for padding; undefined: no padding
  at::Tensor types;  // [batch, len] int64 segment ids; undefined: all 0
};

// The weight and bias of a linear layer ([out, in], [out]) or of a LayerNorm (both [units]), and
// where their gradients gather: undefined before Bert::make_trainable().
struct Affine {
  at::Tensor weight, bias, weight_grad, bias_grad;
};

struct BertEmbeddings {
  at::Tensor words, positions, types;  // [vocabulary, hidden], [max_positions, hidden], [types, ..]
  at::Tensor words_grad, positions_grad, types_grad;
  Affine norm;
};

struct BertLayer {
  Affine projection;  // query, key and value one below the other, [3 hidden, hidden]
  Affine attention_output, attention_norm, intermediate, output, output_norm;
};

class Bert {
 public:
  // Reads a Hugging Face folder (config.json and safetensors). Throws DataError; see
  // read_bert_config and BertWeights. A vocab.txt with more tokens than the embedding table has
  // rows is refused too. With Pooler::kLoad its weights must be there.
  static Bert load(const std::filesystem::path& folder, const BertOptions& options);

  const BertConfig& config() const { return config_; }
  at::ScalarType type() const { return options_.type; }
  const at::Device& device() const { return options_.device; }

  // Word vectors [batch, len, hidden] of ids: the continuous input x that attacks perturb.
  at::Tensor embed_words(const at::Tensor& ids) const;

  // The three parts of a forward pass without dropout. States are [batch, len, hidden];
  // len <= config().max_positions.
  at::Tensor embeddings(const at::Tensor& words, const TokenBatch& batch) const;
  at::Tensor layer(std::int64_t index, const at::Tensor& states, const TokenBatch& batch) const;
  // Last states from word vectors: `embeddings`, then every `layer`. A key that is padding gets
  // attention probability 0; positions of padding still have states.
  at::Tensor encode(const at::Tensor& words, const TokenBatch& batch) const;

  // tanh(W h_[CLS] + b) [batch, hidden] of the last states. The pooler must have been loaded.
  at::Tensor pooled(const at::Tensor& states) const;

  // Gives every parameter of the encoder a gradient, zero at first.
  void make_trainable();
  // Parameters by name in the one form (BertWeights), embeddings first, then layers, then pooler.
  // Values and gradients are views of the tensors below.
  std::vector<Parameter>& parameters() { return parameters_; }
  const BertEmbeddings& embedding_weights() const { return embeddings_; }
  const std::vector<BertLayer>& layer_weights() const { return layers_; }

 private:
  Bert(const BertConfig& config, const BertOptions& options);
  at::Tensor take(const BertWeights& weights, const std::string& name);
  Affine take_affine(const BertWeights& weights, const std::string& name);
  Affine take_projection(const BertWeights& weights, const std::string& attention);
  // Gives the parameter that begins at `next` its gradient, whole or as parts of `grad`.
  void add_gradient(std::size_t& next, const at::Tensor& grad);
  void add_gradients(std::size_t& next, Affine& affine);

  at::Tensor dense(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const;
  at::Tensor normalised(const at::Tensor& x, const Affine& norm) const;
  at::Tensor attention(const BertLayer& layer, const at::Tensor& states,
                       const at::Tensor& mask) const;

  BertConfig config_;
  BertOptions options_;
  BertEmbeddings embeddings_;
  std::vector<BertLayer> layers_;
  std::optional<Affine> pooler_;
  std::vector<Parameter> parameters_;
};

}  // namespace ratbench::models
