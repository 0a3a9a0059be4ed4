// The BERT encoder (Devlin et al., "BERT: Pre-training of deep bidirectional transformers for
// language understanding", 2019): post-norm transformer layers with erf GELU. Gradients are
// LibTorch's automatic ones; the output of the word-embedding table enters as an argument, so that
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
  // Routine of the linear layers on the CPU in FP32 while no gradients are recorded.
  Product product = Product::kMkl;
};

// One padded batch of token sequences on the model's device.
struct TokenBatch {
  at::Tensor ids;   // [batch, len] int64, 0 <= id < vocabulary
  at::Tensor mask;  // [batch, len] bool, true for a token, false for padding; undefined: no padding
  at::Tensor types;  // [batch, len] int64 segment ids; undefined: all 0
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

  // Word vectors [batch, len, hidden] of ids: the continuous input x that attacks perturb. The
  // padding id receives no gradient.
  at::Tensor embed_words(const at::Tensor& ids) const;

  // The three parts of a forward pass. States are [batch, len, hidden]; without `dropout` the model
  // is in evaluation mode. len <= config().max_positions.
  at::Tensor embeddings(const at::Tensor& words, const TokenBatch& batch,
                        const std::optional<DropoutContext>& dropout) const;
  at::Tensor layer(std::int64_t index, const at::Tensor& states, const TokenBatch& batch,
                   const std::optional<DropoutContext>& dropout) const;
  // Last states from word vectors: `embeddings`, then every `layer`. A key that is padding gets
  // attention probability 0; positions of padding still have states.
  at::Tensor encode(const at::Tensor& words, const TokenBatch& batch,
                    const std::optional<DropoutContext>& dropout) const;

  // tanh(W h_[CLS] + b) [batch, hidden] of the last states. The pooler must have been loaded.
  at::Tensor pooled(const at::Tensor& states) const;

  // Makes every parameter a leaf that gathers gradients, starting at zero; the pooler takes part
  // when it was loaded. Until then no pass records anything.
  void make_trainable();
  // Parameters by name in the one form (BertWeights), embeddings first, then layers, then pooler.
  // `grad` is undefined before make_trainable(); afterwards both keep their storage, and passes
  // through LibTorch's backward add to `grad`.
  std::vector<Parameter>& parameters() { return parameters_; }
  // The tensors that the passes read, in the same order: what LibTorch's backward is asked about.
  const std::vector<at::Tensor>& leaves() const { return leaves_; }

  // Dropout sites of one forward pass use numbers below this; a head may use this one.
  std::uint32_t dropout_sites() const;

 private:
  struct Linear {
    at::Tensor weight, bias;
  };
  struct Norm {
    at::Tensor weight, bias;
  };
  struct Layer {
    Linear query, key, value, attention_output, intermediate, output;
    Norm attention_norm, output_norm;
  };

  Bert(const BertConfig& config, const BertOptions& options);
  at::Tensor take(const BertWeights& weights, const std::string& name);
  Linear take_linear(const BertWeights& weights, const std::string& name);
  Norm take_norm(const BertWeights& weights, const std::string& name);

  at::Tensor dense(const at::Tensor& x, const Linear& linear) const;
  at::Tensor normalised(const at::Tensor& x, const Norm& norm) const;
  at::Tensor attention(const Layer& layer, const at::Tensor& states, const at::Tensor& mask,
                       const std::optional<DropoutContext>& dropout, std::uint32_t site) const;

  BertConfig config_;
  BertOptions options_;
  at::Tensor words_, positions_, types_;
  Norm embedding_norm_;
  std::vector<Layer> layers_;
  std::optional<Linear> pooler_;
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> leaves_;  // the tensors that the passes use, in the order of parameters_
};

}  // namespace ratbench::models
