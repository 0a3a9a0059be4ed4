// Models by name: the factories beside the specs of src/specs/models.hpp.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/models/bfloat16.hpp"
#include "src/models/model.hpp"
#include "src/specs/config.hpp"

namespace ratbench::models {

// What the data and the run say about a model, beside its own parameters.
struct ModelContext {
  std::int64_t dim = 0;
  std::int64_t classes = 0;
  std::uint64_t seed = 0;
  at::Device device = at::kCPU;
  Arithmetic arithmetic;
  std::string folder = {};  // absolute, of the weights that `bert` starts from
  std::string task = {};    // classification, multilabel, ner, relation
};

// What `train.precision` of `config` means on this device.
Precision precision_of(const specs::Config& config, const ModelContext& context);

// The model named by `model.name`, initialised. `bert` is a BertTask (bert_task.hpp); its batches
// begin with BertTask::begin_batch. Throws DataError for a model folder that cannot be read.
std::unique_ptr<Model> make_model(const specs::Config& config, const ModelContext& context);

// Names of the table, sorted.
std::vector<std::string_view> model_names();

}  // namespace ratbench::models
