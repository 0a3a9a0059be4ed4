#include "harness/corpus/cached_file.hpp"

#include "src/base/sha256.hpp"

namespace ratbench::corpus {

bool payload_is_intact(const data::Safetensors& file) {
  const auto stored = file.metadata().find(kPayloadName);
  if (stored == file.metadata().end()) return false;
  Sha256 payload;
  for (const data::TensorView& tensor : file.tensors()) payload.update(tensor.bytes);
  return payload.hex() == stored->second;
}

std::optional<data::Safetensors> stored_file(const std::filesystem::path& path,
                                             const std::string& key) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  data::Safetensors file = data::Safetensors::open(path);
  const auto& metadata = file.metadata();
  const auto stored_key = metadata.find(kKeyName);
  if (stored_key == metadata.end() || stored_key->second != key || !payload_is_intact(file))
    return std::nullopt;
  return file;
}

}  // namespace ratbench::corpus
