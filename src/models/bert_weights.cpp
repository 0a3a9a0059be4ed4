#include "src/models/bert_weights.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/data/weight_files.hpp"

namespace ratbench::models {
namespace {

namespace fs = std::filesystem;

// Names that follow the encoder's in checkpoints of whole models: heads of pre-training and of
// tasks.
constexpr std::array<std::string_view, 4> kHeads = {"classifier.", "cls.", "lm_head.",
                                                    "qa_outputs."};
// A table of 0, 1, 2, ... that older versions of the library saved.
constexpr std::string_view kPositionIds = "embeddings.position_ids";

void replace_ending(std::string& name, std::string_view old_ending, std::string_view new_ending) {
  if (name.ends_with(old_ending))
    name.replace(name.size() - old_ending.size(), old_ending.size(), new_ending);
}

std::string one_form(std::string name) {
  constexpr std::string_view kPrefix = "bert.";
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  replace_ending(name, "LayerNorm.gamma", "LayerNorm.weight");
  replace_ending(name, "LayerNorm.beta", "LayerNorm.bias");
  return name;
}

bool beside_the_encoder(const std::string& name) {
  return name == kPositionIds ||
         std::any_of(kHeads.begin(), kHeads.end(),
                     [&](std::string_view head) { return name.starts_with(head); });
}

std::optional<at::ScalarType> scalar_type(data::Dtype dtype) {
  switch (dtype) {
    case data::Dtype::kF64:
      return at::kDouble;
    case data::Dtype::kF32:
      return at::kFloat;
    case data::Dtype::kF16:
      return at::kHalf;
    case data::Dtype::kBF16:
      return at::kBFloat16;
    default:
      return std::nullopt;
  }
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) text += (text.size() > 1 ? "," : "") + std::to_string(size);
  return text + "]";
}

// What is wrong with one weight, or "".
std::string problem_of(const data::TensorView& tensor, const std::vector<std::int64_t>& shape) {
  const bool same = std::equal(
      tensor.shape.begin(), tensor.shape.end(), shape.begin(), shape.end(),
      [](std::uint64_t a, std::int64_t b) { return a == static_cast<std::uint64_t>(b); });
  if (!same) return "is " + data::shape_text(tensor) + ", not " + shape_text(shape);
  if (!scalar_type(tensor.dtype))
    return "is " + std::string(data::dtype_name(tensor.dtype)) +
           "; F64, F32, F16 and BF16 are read";
  return "";
}

// By kind: missing, wrong, extra.
using Problems = std::map<std::string, std::vector<std::string>>;

// The first of every kind in one line; a folder of another model has hundreds.
std::string described(const Problems& problems) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (const char* kind : {"missing", "wrong", "extra"}) {
    const auto found = problems.find(kind);
    if (found == problems.end()) continue;
    const std::vector<std::string>& list = found->second;
    text += (text.empty() ? "" : "; ") + std::string(kind) + ": ";
    for (std::size_t i = 0; i < std::min(list.size(), kShown); ++i)
      text += (i == 0 ? "" : ", ") + list[i];
    if (list.size() > kShown) text += " and " + std::to_string(list.size() - kShown) + " more";
  }
  return text;
}

}  // namespace

void BertWeights::add(data::Safetensors file) {
  files_.push_back(std::move(file));
  for (const data::TensorView& tensor : files_.back().tensors()) {
    const auto [found, fresh] = tensors_.emplace(one_form(tensor.name), &tensor);
    if (!fresh)
      throw DataError(files_.back().file(), "weight \"" + tensor.name + "\"",
                      "is the same parameter as \"" + found->second->name + "\"");
  }
}

BertWeights BertWeights::open(const fs::path& folder) {
  BertWeights weights;
  weights.folder_ = folder.string();
  for (data::Safetensors& file : data::open_weight_files(folder)) weights.add(std::move(file));
  return weights;
}

void BertWeights::check(const std::vector<WeightShape>& expected,
                        const std::vector<WeightShape>& optional) const {
  Problems problems;
  std::set<std::string> known;
  const auto judge = [&](const WeightShape& wanted, bool needed) {
    known.insert(wanted.name);
    const auto found = tensors_.find(wanted.name);
    if (found == tensors_.end()) {
      if (needed) problems["missing"].push_back(wanted.name + " " + shape_text(wanted.shape));
      return;
    }
    const std::string problem = problem_of(*found->second, wanted.shape);
    if (!problem.empty()) problems["wrong"].push_back(found->second->name + " " + problem);
  };
  for (const WeightShape& wanted : expected) judge(wanted, true);
  for (const WeightShape& wanted : optional) judge(wanted, false);
  for (const auto& [name, tensor] : tensors_)
    if (!known.contains(name) && !beside_the_encoder(name))
      problems["extra"].push_back(tensor->name + " " + data::shape_text(*tensor));
  if (!problems.empty())
    throw DataError(folder_, "", "the weights do not fit config.json: " + described(problems));
}

at::Tensor BertWeights::tensor(const std::string& name, at::ScalarType type,
                               const at::Device& device) const {
  const auto found = tensors_.find(name);
  RB_CHECK(found != tensors_.end());
  const data::TensorView& view = *found->second;
  const auto stored = scalar_type(view.dtype);
  RB_CHECK(stored.has_value());
  const std::vector<std::int64_t> shape(view.shape.begin(), view.shape.end());
  at::Tensor copy = at::empty(shape, *stored);
  // The mapped bytes may be unaligned for their type.
  std::memcpy(copy.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
  return copy.to(device, type);
}

}  // namespace ratbench::models
