#include "src/data/payload_hash.hpp"

#include <utility>

#include "src/base/sha256.hpp"

namespace ratbench::data {
namespace {

constexpr const char* kPayloadName = "payload_sha256";

template <typename Tensors>
std::string hash_of(const Tensors& tensors) {
  Sha256 hash;
  for (const auto& tensor : tensors) hash.update(tensor.bytes);
  return hash.hex();
}

}  // namespace

void write_with_payload_hash(const std::filesystem::path& path,
                             const std::vector<TensorSource>& tensors,
                             std::map<std::string, std::string> metadata) {
  metadata[kPayloadName] = hash_of(tensors);
  write_safetensors(path, tensors, metadata);
}

bool payload_is_intact(const Safetensors& file) {
  const auto stored = file.metadata().find(kPayloadName);
  return stored != file.metadata().end() && stored->second == hash_of(file.tensors());
}

}  // namespace ratbench::data
