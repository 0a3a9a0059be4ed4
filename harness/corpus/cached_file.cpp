#include "harness/corpus/cached_file.hpp"

#include "src/data/content.hpp"
#include "src/data/payload_hash.hpp"

namespace ratbench::corpus {

std::optional<data::Safetensors> stored_file(const std::filesystem::path& path,
                                             const std::string& key) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  data::Safetensors file = data::Safetensors::open(path);
  const auto& metadata = file.metadata();
  const auto stored_key = metadata.find(data::kCacheKey);
  if (stored_key == metadata.end() || stored_key->second != key || !data::payload_is_intact(file))
    return std::nullopt;
  return file;
}

}  // namespace ratbench::corpus
