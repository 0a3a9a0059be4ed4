#include "src/models/bert.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/add.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/data/mapped_file.hpp"
#include "src/models/encoder_dropout.hpp"

namespace ratbench::models {
namespace {

namespace fs = std::filesystem;

// Places of dropout: the embeddings, then in every layer attention probabilities, attention output
// and layer output.
constexpr std::uint32_t kEmbeddingSite = 0;
constexpr std::uint32_t kSitesPerLayer = 3;

std::uint32_t layer_site(std::int64_t layer) {
  return 1 + kSitesPerLayer * static_cast<std::uint32_t>(layer);
}

void add_linear(std::vector<WeightShape>& shapes, const std::string& name, std::int64_t out,
                std::int64_t in) {
  shapes.push_back({name + ".weight", {out, in}});
  shapes.push_back({name + ".bias", {out}});
}

void add_norm(std::vector<WeightShape>& shapes, const std::string& name, std::int64_t units) {
  shapes.push_back({name + ".weight", {units}});
  shapes.push_back({name + ".bias", {units}});
}

std::string layer_name(std::int64_t index) { return "encoder.layer." + std::to_string(index); }

std::vector<WeightShape> encoder_shapes(const BertConfig& config) {
  const std::int64_t h = config.hidden;
  std::vector<WeightShape> shapes;
  shapes.push_back({"embeddings.word_embeddings.weight", {config.vocabulary, h}});
  shapes.push_back({"embeddings.position_embeddings.weight", {config.max_positions, h}});
  shapes.push_back({"embeddings.token_type_embeddings.weight", {config.types, h}});
  add_norm(shapes, "embeddings.LayerNorm", h);
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const std::string layer = layer_name(i);
    for (const char* part : {".attention.self.query", ".attention.self.key",
                             ".attention.self.value", ".attention.output.dense"})
      add_linear(shapes, layer + part, h, h);
    add_norm(shapes, layer + ".attention.output.LayerNorm", h);
    add_linear(shapes, layer + ".intermediate.dense", config.intermediate, h);
    add_linear(shapes, layer + ".output.dense", h, config.intermediate);
    add_norm(shapes, layer + ".output.LayerNorm", h);
  }
  return shapes;
}

// Tokens of vocab.txt, one a line.
std::int64_t lines_of(const fs::path& path) {
  const auto map = data::MappedFile::open(path);
  const auto bytes = map.bytes();
  const auto ends = std::count(bytes.begin(), bytes.end(), std::byte{'\n'});
  return ends + (!bytes.empty() && bytes.back() != std::byte{'\n'} ? 1 : 0);
}

void check_vocabulary(const fs::path& folder, const BertConfig& config) {
  const fs::path file = folder / "vocab.txt";
  if (!fs::exists(file)) return;
  const std::int64_t tokens = lines_of(file);
  if (tokens > config.vocabulary)
    throw DataError(file.string(), "",
                    "holds " + std::to_string(tokens) + " tokens, but the embedding table has " +
                        std::to_string(config.vocabulary) + " rows (vocab_size of config.json)");
}

// [batch, len, hidden] to [batch, heads, len, hidden / heads], a view.
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

// 0 where `mask` is true and minus infinity elsewhere, [batch, 1, 1, len].
at::Tensor additive(const at::Tensor& mask, const at::Tensor& like) {
  const at::Tensor hidden = mask.logical_not().view({mask.size(0), 1, 1, mask.size(1)});
  return at::zeros_like(hidden, like.options())
      .masked_fill_(hidden, -std::numeric_limits<double>::infinity());
}

}  // namespace

Bert::Bert(const BertConfig& config, const BertOptions& options)
    : config_(config), options_(options) {
  RB_CHECK_LT(dropout_sites(), kDropoutSites);
  if (options.dropout) config_.hidden_dropout = config_.attention_dropout = *options.dropout;
}

Bert Bert::load(const fs::path& folder, const BertOptions& options) {
  const BertConfig config = read_bert_config(folder);
  check_vocabulary(folder, config);
  const BertWeights weights = BertWeights::open(folder);
  std::vector<WeightShape> needed = encoder_shapes(config);
  std::vector<WeightShape> pooler;
  add_linear(pooler, "pooler.dense", config.hidden, config.hidden);
  const bool with_pooler = options.pooler == Pooler::kLoad;
  if (with_pooler) needed.insert(needed.end(), pooler.begin(), pooler.end());
  weights.check(needed, with_pooler ? std::vector<WeightShape>() : pooler);

  Bert bert(config, options);
  bert.words_ = bert.take(weights, "embeddings.word_embeddings.weight");
  bert.positions_ = bert.take(weights, "embeddings.position_embeddings.weight");
  bert.types_ = bert.take(weights, "embeddings.token_type_embeddings.weight");
  bert.embedding_norm_ = bert.take_norm(weights, "embeddings.LayerNorm");
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const std::string name = layer_name(i);
    Layer layer;
    layer.query = bert.take_linear(weights, name + ".attention.self.query");
    layer.key = bert.take_linear(weights, name + ".attention.self.key");
    layer.value = bert.take_linear(weights, name + ".attention.self.value");
    layer.attention_output = bert.take_linear(weights, name + ".attention.output.dense");
    layer.attention_norm = bert.take_norm(weights, name + ".attention.output.LayerNorm");
    layer.intermediate = bert.take_linear(weights, name + ".intermediate.dense");
    layer.output = bert.take_linear(weights, name + ".output.dense");
    layer.output_norm = bert.take_norm(weights, name + ".output.LayerNorm");
    bert.layers_.push_back(std::move(layer));
  }
  if (with_pooler) bert.pooler_ = bert.take_linear(weights, "pooler.dense");
  return bert;
}

at::Tensor Bert::take(const BertWeights& weights, const std::string& name) {
  const at::Tensor leaf = weights.tensor(name, options_.type, options_.device);
  leaves_.push_back(leaf);
  parameters_.push_back({name, leaf.detach(), at::Tensor()});
  return leaf;
}

Bert::Linear Bert::take_linear(const BertWeights& weights, const std::string& name) {
  const at::Tensor weight = take(weights, name + ".weight");
  return {weight, take(weights, name + ".bias")};
}

Bert::Norm Bert::take_norm(const BertWeights& weights, const std::string& name) {
  const at::Tensor weight = take(weights, name + ".weight");
  return {weight, take(weights, name + ".bias")};
}

void Bert::make_trainable() {
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    at::Tensor& leaf = leaves_[i];
    if (leaf.requires_grad()) continue;
    leaf.requires_grad_(true);
    leaf.mutable_grad() = at::zeros_like(leaf.detach());
    parameters_[i].grad = leaf.grad();
  }
}

std::uint32_t Bert::dropout_sites() const { return layer_site(config_.layers); }

at::Tensor Bert::dense(const at::Tensor& x, const Linear& linear) const {
  const bool recorded = at::GradMode::is_enabled() && (x.requires_grad() || words_.requires_grad());
  const bool has_choice = x.is_cpu() && x.scalar_type() == at::kFloat && !recorded;
  if (!has_choice || options_.product == Product::kMkl)
    return at::linear(x, linear.weight, linear.bias);
  at::Tensor out;
  models::linear(options_.product, x.view({-1, x.size(-1)}), linear.weight, linear.bias, out);
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = linear.weight.size(0);
  return out.view(shape);
}

at::Tensor Bert::normalised(const at::Tensor& x, const Norm& norm) const {
  return at::layer_norm(x, {config_.hidden}, norm.weight, norm.bias, config_.norm_eps);
}

at::Tensor Bert::embed_words(const at::Tensor& ids) const {
  return at::embedding(words_, ids, config_.padding);
}

at::Tensor Bert::embeddings(const at::Tensor& words, const TokenBatch& batch,
                            const std::optional<DropoutContext>& dropout) const {
  const std::int64_t length = words.size(1);
  RB_CHECK_LE(length, config_.max_positions);
  const at::Tensor types =
      batch.types.defined() ? at::embedding(types_, batch.types) : types_.narrow(0, 0, 1);
  const at::Tensor sum = at::add(at::add(words, types), positions_.narrow(0, 0, length));
  return encoder_dropout(normalised(sum, embedding_norm_), dropout, kEmbeddingSite,
                         config_.hidden_dropout);
}

at::Tensor Bert::attention(const Layer& layer, const at::Tensor& states, const at::Tensor& mask,
                           const std::optional<DropoutContext>& dropout, std::uint32_t site) const {
  const at::Tensor query = split_heads(dense(states, layer.query), config_.heads);
  const at::Tensor key = split_heads(dense(states, layer.key), config_.heads);
  const at::Tensor value = split_heads(dense(states, layer.value), config_.heads);
  at::Tensor mixed;
  if (dropout && config_.attention_dropout > 0) {
    // The fused routine draws masks of its own, which another run could not share.
    const double scale = 1 / std::sqrt(static_cast<double>(query.size(3)));
    at::Tensor scores = at::matmul(query, key.transpose(2, 3)) * scale;
    if (mask.defined()) scores = scores + additive(mask, scores);
    const at::Tensor kept =
        encoder_dropout(at::softmax(scores, -1), dropout, site, config_.attention_dropout);
    mixed = at::matmul(kept, value);
  } else {
    std::optional<at::Tensor> keys;
    if (mask.defined()) keys = mask.view({mask.size(0), 1, 1, mask.size(1)});
    mixed = at::scaled_dot_product_attention(query, key, value, keys);
  }
  return dense(mixed.transpose(1, 2).reshape(states.sizes()), layer.attention_output);
}

at::Tensor Bert::layer(std::int64_t index, const at::Tensor& states, const TokenBatch& batch,
                       const std::optional<DropoutContext>& dropout) const {
  const Layer& layer = layers_.at(static_cast<std::size_t>(index));
  const std::uint32_t site = layer_site(index);
  const at::Tensor attended = encoder_dropout(attention(layer, states, batch.mask, dropout, site),
                                              dropout, site + 1, config_.hidden_dropout);
  const at::Tensor middle = normalised(at::add(attended, states), layer.attention_norm);
  const at::Tensor expanded = at::gelu(dense(middle, layer.intermediate));
  const at::Tensor contracted =
      encoder_dropout(dense(expanded, layer.output), dropout, site + 2, config_.hidden_dropout);
  return normalised(at::add(contracted, middle), layer.output_norm);
}

at::Tensor Bert::encode(const at::Tensor& words, const TokenBatch& batch,
                        const std::optional<DropoutContext>& dropout) const {
  at::Tensor states = embeddings(words, batch, dropout);
  for (std::int64_t i = 0; i < config_.layers; ++i) states = layer(i, states, batch, dropout);
  return states;
}

at::Tensor Bert::pooled(const at::Tensor& states) const {
  RB_CHECK(pooler_.has_value());
  return at::tanh(dense(states.select(1, 0).contiguous(), *pooler_));
}

}  // namespace ratbench::models
