#include "harness/corpus/feature_cache.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/safetensors.hpp"

namespace ratbench::corpus {
namespace {

constexpr const char* kKeyName = "cache_key";
constexpr const char* kPayloadName = "payload_sha256";

std::string names_json(const std::vector<std::string>& names) {
  return nlohmann::json(names).dump();
}

// The file there, when it is what `key` promises and its data are as they were written.
std::optional<data::FeatureSet> load(const std::filesystem::path& path, const std::string& key) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    data::Safetensors file = data::Safetensors::open(path);
    const auto& metadata = file.metadata();
    const auto stored_key = metadata.find(kKeyName);
    const auto stored_payload = metadata.find(kPayloadName);
    if (stored_key == metadata.end() || stored_key->second != key ||
        stored_payload == metadata.end())
      return std::nullopt;
    Sha256 payload;
    for (const data::TensorView& tensor : file.tensors()) payload.update(tensor.bytes);
    if (payload.hex() != stored_payload->second) return std::nullopt;
    return data::FeatureSet::from(std::move(file));
  } catch (const DataError&) {
    return std::nullopt;  // damaged: made again by the caller
  }
}

}  // namespace

FeatureColumns encode(const std::vector<Report>& reports,
                      const std::vector<std::string>& class_names, TextEncoder& encoder,
                      const std::string& source) {
  FeatureColumns columns;
  columns.dim = encoder.dim();
  std::vector<std::string_view> texts;
  for (const Report& report : reports) {
    const auto found = std::find(class_names.begin(), class_names.end(), report.label);
    RB_CHECK(found != class_names.end());
    columns.labels.push_back(found - class_names.begin());
    columns.source.push_back(report.source);
    columns.aug_index.push_back(report.aug_index);
    texts.push_back(report.text);
  }
  columns.features = encoder.encode(texts, source);
  return columns;
}

void write_features(const std::filesystem::path& path, const FeatureColumns& columns,
                    std::map<std::string, std::string> metadata) {
  const std::uint64_t rows = columns.labels.size();
  const auto integers = [&](const char* name, const std::vector<std::int64_t>& values) {
    return data::TensorSource{name, data::Dtype::kI64, {rows}, std::as_bytes(std::span(values))};
  };
  const std::vector<data::TensorSource> tensors = {
      {"features",
       data::Dtype::kF32,
       {rows, columns.dim},
       std::as_bytes(std::span(columns.features))},
      integers("labels", columns.labels),
      integers("source", columns.source),
      integers("aug_index", columns.aug_index),
  };
  Sha256 payload;
  for (const data::TensorSource& tensor : tensors) payload.update(tensor.bytes);
  metadata[kPayloadName] = payload.hex();
  data::write_safetensors(path, tensors, metadata);
}

std::string CacheEntry::key() const {
  const nlohmann::json parts = {"features 1", split, source_sha256, encoder, class_names};
  return sha256_hex(parts.dump());
}

CachedFeatures cached_features(const std::filesystem::path& folder, const std::string& split,
                               const std::string& key, std::map<std::string, std::string> metadata,
                               const std::function<FeatureColumns()>& make) {
  const auto path = folder / (split + "-" + key.substr(0, 32) + ".safetensors");
  if (auto found = load(path, key)) return {path, std::move(*found)};
  metadata[kKeyName] = key;
  write_features(path, make(), std::move(metadata));
  return {path, data::FeatureSet::open(path)};
}

CachedFeatures cached_features(const std::filesystem::path& folder, const CacheEntry& entry,
                               const std::vector<Report>& reports, TextEncoder& encoder) {
  CachedFeatures cached =
      cached_features(folder, entry.split, entry.key(),
                      {{"class_names", names_json(entry.class_names)},
                       {"encoder", entry.encoder},
                       {"source_sha256", entry.source_sha256},
                       {"split", entry.split}},
                      [&] { return encode(reports, entry.class_names, encoder, entry.split); });
  encoder.stored();
  return cached;
}

}  // namespace ratbench::corpus
