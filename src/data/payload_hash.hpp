// Safetensors files that tell damage: their metadata hold a hash of all tensors' bytes in order.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/data/safetensors.hpp"

namespace ratbench::data {

// write_safetensors with the hash as one more entry, "payload_sha256".
void write_with_payload_hash(const std::filesystem::path& path,
                             const std::vector<TensorSource>& tensors,
                             std::map<std::string, std::string> metadata);

// True when the metadata hold a hash of the tensors and these have it.
bool payload_is_intact(const Safetensors& file);

}  // namespace ratbench::data
