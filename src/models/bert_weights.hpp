// The weights of a BERT in its Hugging Face folder: model.safetensors, or the shards that
// model.safetensors.index.json names. Names are brought to one form (no `bert.` prefix, LayerNorm
// weight and bias in place of gamma and beta); tensors stay mapped until they are copied.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/data/safetensors.hpp"

namespace ratbench::models {

// A parameter that the architecture asks for.
struct WeightShape {
  std::string name;  // in the one form
  std::vector<std::int64_t> shape;
};

class BertWeights {
 public:
  // Maps the files of `folder`. Throws DataError when there is none (a pytorch_model.bin alone is
  // refused with how to convert it), or an index and its shards disagree.
  static BertWeights open(const std::filesystem::path& folder);

  // Throws one DataError that lists every weight that is missing, has another shape or is not a
  // floating-point type that is read (F64, F32, F16, BF16), and every weight that belongs neither
  // to `expected` nor to `optional` nor to what a checkpoint carries beside the encoder (heads of
  // pre-training and of earlier tasks, position_ids).
  void check(const std::vector<WeightShape>& expected,
             const std::vector<WeightShape>& optional) const;

  bool has(const std::string& name) const { return tensors_.contains(name); }
  // A copy of a weight, converted. The name must be there.
  at::Tensor tensor(const std::string& name, at::ScalarType type, const at::Device& device) const;

 private:
  void add(data::Safetensors file);

  std::string folder_;
  std::vector<data::Safetensors> files_;
  std::map<std::string, const data::TensorView*> tensors_;  // by the one form
};

}  // namespace ratbench::models
