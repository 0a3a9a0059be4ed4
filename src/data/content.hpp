// Whether a data file still holds what a run key names.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "src/data/safetensors.hpp"

namespace ratbench::data {

// Metadata of a file made for the cache: the hash of everything that it was made from, which names
// its content as the hash of a user's file does.
inline constexpr const char* kCacheKey = "cache_key";

// "" when `file` holds what `sha256` names: its bytes have this hash, or it is the cached file of
// this key and its tensors are as they were written. Else what it holds and what was expected.
std::string content_difference(const Safetensors& file, const std::string& sha256);

// The same for the folder of a model, whose hash is over all its files.
std::string model_difference(const std::filesystem::path& folder, const std::string& sha256);

// Opens the file of a split. Throws DataError for a malformed one, and for one that does not hold
// what `sha256` names for the split; one without a hash there is taken as it is.
Safetensors open_unchanged(const std::string& path, const std::string& split,
                           const std::map<std::string, std::string>& sha256);

}  // namespace ratbench::data
