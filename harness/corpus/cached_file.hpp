// Files of the cache: named and marked by the hash of everything they depend on, and checked
// against a hash of their data before they are used again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/data/safetensors.hpp"

namespace ratbench::corpus {

// The file there, when it is what `key` promises and its data are as they were written. Throws
// DataError when it is no safetensors file.
std::optional<data::Safetensors> stored_file(const std::filesystem::path& path,
                                             const std::string& key);

}  // namespace ratbench::corpus
