#include "harness/corpus/cached_file.hpp"

#include "src/base/sha256.hpp"

namespace ratbench::corpus {

std::optional<data::Safetensors> stored_file(const std::filesystem::path& path,
                                             const std::string& key) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  data::Safetensors file = data::Safetensors::open(path);
  const auto& metadata = file.metadata();
  const auto stored_key = metadata.find(kKeyName);
  const auto stored_payload = metadata.find(kPayloadName);
  if (stored_key == metadata.end() || stored_key->second != key || stored_payload == metadata.end())
    return std::nullopt;
  Sha256 payload;
  for (const data::TensorView& tensor : file.tensors()) payload.update(tensor.bytes);
  if (payload.hex() != stored_payload->second) return std::nullopt;
  return file;
}

}  // namespace ratbench::corpus
