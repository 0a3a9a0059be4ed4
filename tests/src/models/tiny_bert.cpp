#include "tests/src/models/tiny_bert.hpp"

#include <ATen/ops/empty.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "src/base/random.hpp"
#include "src/data/safetensors.hpp"

namespace ratbench::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kVocabulary = 20, kHidden = 8, kMiddle = 12, kPositions = 10;
constexpr int kLayers = 2;

int made = 0;  // of this process, for folders of their own

data::Dtype dtype_of(Stored stored) {
  if (stored == Stored::kF16) return data::Dtype::kF16;
  if (stored == Stored::kBf16) return data::Dtype::kBF16;
  return stored == Stored::kI32 ? data::Dtype::kI32 : data::Dtype::kF32;
}

at::ScalarType type_of(Stored stored) {
  if (stored == Stored::kF16) return at::kHalf;
  if (stored == Stored::kBf16) return at::kBFloat16;
  return stored == Stored::kI32 ? at::kInt : at::kFloat;
}

std::vector<std::byte> bytes_of(const TinyTensor& tensor, Stored stored) {
  at::Tensor values = at::empty({static_cast<std::int64_t>(tensor.values.size())}, at::kFloat);
  std::copy(tensor.values.begin(), tensor.values.end(), values.mutable_data_ptr<float>());
  values = values.to(type_of(stored));
  std::vector<std::byte> bytes(values.nbytes());
  std::memcpy(bytes.data(), values.const_data_ptr(), bytes.size());
  return bytes;
}

using Names = std::vector<std::string>;

void write_tensors(const fs::path& path, const std::map<std::string, TinyTensor>& tensors,
                   const Names& names, Stored stored) {
  std::vector<std::vector<std::byte>> bytes;
  for (const std::string& name : names) bytes.push_back(bytes_of(tensors.at(name), stored));
  std::vector<data::TensorSource> sources;
  for (std::size_t i = 0; i < names.size(); ++i)
    sources.push_back({names[i], dtype_of(stored), tensors.at(names[i]).shape, bytes[i]});
  data::write_safetensors(path, sources, {{"format", "pt"}});
}

}  // namespace

TinyBert::TinyBert()
    : config({{"model_type", "bert"},
              {"hidden_act", "gelu"},
              {"vocab_size", kVocabulary},
              {"hidden_size", kHidden},
              {"num_hidden_layers", kLayers},
              {"num_attention_heads", 2},
              {"intermediate_size", kMiddle},
              {"max_position_embeddings", kPositions},
              {"type_vocab_size", 2},
              {"pad_token_id", 0}}),
      root_(fs::temp_directory_path() /
            ("ratbench_tiny_bert_" + std::to_string(::getpid()) + "_" + std::to_string(made++))) {
  const RandomStream stream(7, Purpose::kInitialisation);
  std::uint32_t lane = 0;
  const auto add = [&](const std::string& name, std::vector<std::uint64_t> shape, double mean) {
    TinyTensor tensor = {std::move(shape), {}};
    std::uint64_t size = 1;
    for (const std::uint64_t side : tensor.shape) size *= side;
    for (std::uint64_t i = 0; i < size; ++i)
      tensor.values.push_back(static_cast<float>(mean + 0.3 * stream.normal(lane, i)));
    ++lane;
    tensors.emplace(name, std::move(tensor));
  };
  const auto add_linear = [&](const std::string& name, std::uint64_t out, std::uint64_t in) {
    add(name + ".weight", {out, in}, 0);
    add(name + ".bias", {out}, 0);
  };
  const auto add_norm = [&](const std::string& name) {
    add(name + ".weight", {kHidden}, 1);
    add(name + ".bias", {kHidden}, 0);
  };
  add("embeddings.word_embeddings.weight", {kVocabulary, kHidden}, 0);
  add("embeddings.position_embeddings.weight", {kPositions, kHidden}, 0);
  add("embeddings.token_type_embeddings.weight", {2, kHidden}, 0);
  add_norm("embeddings.LayerNorm");
  for (int i = 0; i < kLayers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i);
    for (const char* part : {"self.query", "self.key", "self.value", "output.dense"})
      add_linear(layer + ".attention." + part, kHidden, kHidden);
    add_norm(layer + ".attention.output.LayerNorm");
    add_linear(layer + ".intermediate.dense", kMiddle, kHidden);
    add_linear(layer + ".output.dense", kHidden, kMiddle);
    add_norm(layer + ".output.LayerNorm");
  }
  add_linear("pooler.dense", kHidden, kHidden);
}

TinyBert::~TinyBert() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

fs::path TinyBert::fresh_folder() {
  const fs::path folder = root_ / std::to_string(folders_++);
  fs::create_directories(folder);
  std::ofstream(folder / "config.json") << config.dump();
  return folder;
}

fs::path TinyBert::write() {
  const fs::path folder = fresh_folder();
  Names names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  write_tensors(folder / "model.safetensors", tensors, names, stored);
  return folder;
}

fs::path TinyBert::write_shards(int shards) {
  const fs::path folder = fresh_folder();
  std::vector<Names> dealt(static_cast<std::size_t>(shards));
  nlohmann::json index = {{"weight_map", nlohmann::json::object()}};
  std::size_t next = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t shard = next++ % dealt.size();
    dealt[shard].push_back(name);
    index["weight_map"][name] = "shard_" + std::to_string(shard) + ".safetensors";
  }
  for (std::size_t i = 0; i < dealt.size(); ++i)
    write_tensors(folder / ("shard_" + std::to_string(i) + ".safetensors"), tensors, dealt[i],
                  stored);
  std::ofstream(folder / "model.safetensors.index.json") << index.dump();
  return folder;
}

}  // namespace ratbench::tests
