#include "src/models/bert.hpp"

#include <ATen/ops/add.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/data/mapped_file.hpp"

namespace ratbench::models {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

Bert::Bert(const BertConfig& config, const BertOptions& options)
    : config_(config), options_(options) {
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
  bert.embeddings_.words = bert.take(weights, "embeddings.word_embeddings.weight");
  bert.embeddings_.positions = bert.take(weights, "embeddings.position_embeddings.weight");
  bert.embeddings_.types = bert.take(weights, "embeddings.token_type_embeddings.weight");
  bert.embeddings_.norm = bert.take_affine(weights, "embeddings.LayerNorm");
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const std::string name = layer_name(i);
    BertLayer layer;
    layer.projection = bert.take_projection(weights, name + ".attention.self.");
    layer.attention_output = bert.take_affine(weights, name + ".attention.output.dense");
    layer.attention_norm = bert.take_affine(weights, name + ".attention.output.LayerNorm");
    layer.intermediate = bert.take_affine(weights, name + ".intermediate.dense");
    layer.output = bert.take_affine(weights, name + ".output.dense");
    layer.output_norm = bert.take_affine(weights, name + ".output.LayerNorm");
    bert.layers_.push_back(std::move(layer));
  }
  if (with_pooler) bert.pooler_ = bert.take_affine(weights, "pooler.dense");
  return bert;
}

at::Tensor Bert::take(const BertWeights& weights, const std::string& name) {
  const at::Tensor value = weights.tensor(name, options_.type, options_.device);
  parameters_.push_back({name, value, at::Tensor()});
  return value;
}

Affine Bert::take_affine(const BertWeights& weights, const std::string& name) {
  const at::Tensor weight = take(weights, name + ".weight");
  return {weight, take(weights, name + ".bias"), {}, {}};
}

Affine Bert::take_projection(const BertWeights& weights, const std::string& attention) {
  const std::int64_t h = config_.hidden;
  const auto options = at::TensorOptions(options_.type).device(options_.device);
  Affine whole = {at::empty({3 * h, h}, options), at::empty({3 * h}, options), {}, {}};
  std::int64_t begin = 0;
  for (const char* part : {"query", "key", "value"}) {
    const std::string name = attention + part;
    for (const auto& [ending, tensor] :
         {std::pair(".weight", whole.weight), std::pair(".bias", whole.bias)}) {
      const at::Tensor rows = tensor.narrow(0, begin, h);
      rows.copy_(weights.tensor(name + ending, options_.type, options_.device));
      parameters_.push_back({name + ending, rows, at::Tensor()});
    }
    begin += h;
  }
  return whole;
}

void Bert::add_gradient(std::size_t& next, const at::Tensor& grad) {
  RB_CHECK(parameters_[next].value.sizes() == grad.sizes());
  parameters_[next++].grad = grad;
}

void Bert::add_gradients(std::size_t& next, Affine& affine) {
  affine.weight_grad = at::zeros_like(affine.weight);
  affine.bias_grad = at::zeros_like(affine.bias);
  // One parameter, or one after the other the parts of a projection.
  const std::int64_t rows = parameters_[next].value.size(0);
  for (std::int64_t begin = 0; begin < affine.bias.size(0); begin += rows) {
    add_gradient(next, affine.weight_grad.narrow(0, begin, rows));
    add_gradient(next, affine.bias_grad.narrow(0, begin, rows));
  }
}

void Bert::make_trainable() {
  std::size_t next = 0;
  BertEmbeddings& e = embeddings_;
  add_gradient(next, e.words_grad = at::zeros_like(e.words));
  add_gradient(next, e.positions_grad = at::zeros_like(e.positions));
  add_gradient(next, e.types_grad = at::zeros_like(e.types));
  add_gradients(next, e.norm);
  for (BertLayer& layer : layers_)
    for (Affine* affine : {&layer.projection, &layer.attention_output, &layer.attention_norm,
                           &layer.intermediate, &layer.output, &layer.output_norm})
      add_gradients(next, *affine);
}

at::Tensor Bert::dense(const at::Tensor& x, const at::Tensor& weight,
                       const at::Tensor& bias) const {
  const bool has_choice = x.is_cpu() && x.scalar_type() == at::kFloat;
  if (!has_choice || options_.product == Product::kMkl) return at::linear(x, weight, bias);
  at::Tensor out;
  models::linear(options_.product, x.view({-1, x.size(-1)}), weight, bias, out);
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = weight.size(0);
  return out.view(shape);
}

at::Tensor Bert::normalised(const at::Tensor& x, const Affine& norm) const {
  return at::layer_norm(x, {config_.hidden}, norm.weight, norm.bias, config_.norm_eps);
}

at::Tensor Bert::embed_words(const at::Tensor& ids) const {
  return at::embedding(embeddings_.words, ids, config_.padding);
}

at::Tensor Bert::embeddings(const at::Tensor& words, const TokenBatch& batch) const {
  const std::int64_t length = words.size(1);
  RB_CHECK_LE(length, config_.max_positions);
  const at::Tensor types = batch.types.defined() ? at::embedding(embeddings_.types, batch.types)
                                                 : embeddings_.types.narrow(0, 0, 1);
  const at::Tensor sum = at::add(at::add(words, types), embeddings_.positions.narrow(0, 0, length));
  return normalised(sum, embeddings_.norm);
}

at::Tensor Bert::attention(const BertLayer& layer, const at::Tensor& states,
                           const at::Tensor& mask) const {
  const auto part = [&](std::int64_t index) {
    const std::int64_t h = config_.hidden;
    return split_heads(dense(states, layer.projection.weight.narrow(0, index * h, h),
                             layer.projection.bias.narrow(0, index * h, h)),
                       config_.heads);
  };
  const at::Tensor query = part(0);
  const at::Tensor key = part(1);
  const at::Tensor value = part(2);
  std::optional<at::Tensor> keys;
  if (mask.defined()) keys = mask.view({mask.size(0), 1, 1, mask.size(1)});
  const at::Tensor mixed = at::scaled_dot_product_attention(query, key, value, keys);
  return dense(mixed.transpose(1, 2).reshape(states.sizes()), layer.attention_output.weight,
               layer.attention_output.bias);
}

at::Tensor Bert::layer(std::int64_t index, const at::Tensor& states,
                       const TokenBatch& batch) const {
  const BertLayer& layer = layers_.at(static_cast<std::size_t>(index));
  const at::Tensor attended = attention(layer, states, batch.mask);
  const at::Tensor middle = normalised(at::add(attended, states), layer.attention_norm);
  const at::Tensor expanded =
      at::gelu(dense(middle, layer.intermediate.weight, layer.intermediate.bias));
  const at::Tensor contracted = dense(expanded, layer.output.weight, layer.output.bias);
  return normalised(at::add(contracted, middle), layer.output_norm);
}

at::Tensor Bert::encode(const at::Tensor& words, const TokenBatch& batch) const {
  at::Tensor states = embeddings(words, batch);
  for (std::int64_t i = 0; i < config_.layers; ++i) states = layer(i, states, batch);
  return states;
}

at::Tensor Bert::pooled(const at::Tensor& states) const {
  RB_CHECK(pooler_.has_value());
  return at::tanh(dense(states.select(1, 0).contiguous(), pooler_->weight, pooler_->bias));
}

}  // namespace ratbench::models
