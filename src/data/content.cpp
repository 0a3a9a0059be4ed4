#include "src/data/content.hpp"

#include <span>

#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/model_folder.hpp"
#include "src/data/payload_hash.hpp"

namespace ratbench::data {

std::string content_difference(const Safetensors& file, const std::string& sha256) {
  const auto key = file.metadata().find(kCacheKey);
  if (key != file.metadata().end() && key->second == sha256)
    return payload_is_intact(file) ? "" : "its tensors are not as they were written to the cache";
  const std::string found = sha256_hex(file.bytes());
  if (found == sha256) return "";
  return "its SHA-256 is " + found + ", expected is " + sha256;
}

std::string model_difference(const std::filesystem::path& folder, const std::string& sha256) {
  const std::string found = model_sha256(folder);
  if (found == sha256) return "";
  return "the SHA-256 over its files is " + found + ", expected is " + sha256;
}

Safetensors open_unchanged(const std::string& path, const std::string& split,
                           const std::map<std::string, std::string>& sha256) {
  Safetensors file = Safetensors::open(path);
  const auto expected = sha256.find(split);
  if (expected == sha256.end()) return file;
  if (const std::string difference = content_difference(file, expected->second);
      !difference.empty())
    throw DataError(path, "", "was changed since the sweep was planned: " + difference);
  return file;
}

}  // namespace ratbench::data
