// The weights in the folder of a Hugging Face model: model.safetensors, or the shards that
// model.safetensors.index.json names.
#pragma once

#include <filesystem>
#include <vector>

#include "src/data/safetensors.hpp"

namespace ratbench::data {

// Opens them all (headers are read, numbers are mapped). Throws DataError where there are none, of
// a pytorch_model.bin with how to convert it; for a file that is damaged; and for a shard that
// lacks a weight which the index says it has.
std::vector<Safetensors> open_weight_files(const std::filesystem::path& folder);

}  // namespace ratbench::data
