// Files of the cache: named and marked by the hash of everything they depend on, and checked
// against a hash of their data before they are used again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/data/safetensors.hpp"

namespace ratbench::corpus {

// Metadata of such files: what they were made from, and the hash of all tensors' bytes in order.
inline constexpr const char* kKeyName = "cache_key";
inline constexpr const char* kPayloadName = "payload_sha256";

// True when the metadata hold a hash of the tensors and these have it.
bool payload_is_intact(const data::Safetensors& file);

// The file there, when it is what `key` promises and its data are as they were written. Throws
// DataError when it is no safetensors file.
std::optional<data::Safetensors> stored_file(const std::filesystem::path& path,
                                             const std::string& key);

}  // namespace ratbench::corpus
