#include "harness/corpus/feature_cache.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/corpus/cached_file.hpp"
#include "harness/corpus/class_list.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/base/sha256.hpp"
#include "src/data/content.hpp"
#include "src/data/payload_hash.hpp"
#include "src/data/safetensors.hpp"

namespace ratbench::corpus {
namespace {

std::string names_json(const std::vector<std::string>& names) {
  return json_text(nlohmann::json(names));
}

std::optional<data::FeatureSet> load(const std::filesystem::path& path, const std::string& key) {
  try {
    if (auto file = stored_file(path, key)) return data::FeatureSet::from(std::move(*file));
  } catch (const DataError&) {
    // Damaged: made again by the caller.
  }
  return std::nullopt;
}

}  // namespace

FeatureColumns encode(const std::vector<Report>& reports, data::Task task,
                      const std::vector<std::string>& class_names, TextEncoder& encoder,
                      const std::string& source) {
  FeatureColumns columns;
  columns.task = task;
  columns.dim = encoder.dim();
  std::vector<EncoderText> texts;
  for (const Report& report : reports) {
    if (task == data::Task::kMultilabel) {
      add_flags(report.labels, class_names, columns.flags);
    } else {
      columns.labels.push_back(static_cast<std::int64_t>(index_of(report.label, class_names)));
    }
    columns.source.push_back(report.source);
    columns.aug_index.push_back(report.aug_index);
    texts.push_back({report.text, report.answer});
  }
  columns.features = encoder.encode(texts, source);
  return columns;
}

void write_features(const std::filesystem::path& path, const FeatureColumns& columns,
                    std::map<std::string, std::string> metadata) {
  const std::uint64_t rows = columns.aug_index.size();
  const auto integers = [&](const char* name, const std::vector<std::int64_t>& values) {
    return data::TensorSource{name, data::Dtype::kI64, {rows}, std::as_bytes(std::span(values))};
  };
  std::vector<data::TensorSource> tensors = {
      {"features",
       data::Dtype::kF32,
       {rows, columns.dim},
       std::as_bytes(std::span(columns.features))},
      integers("source", columns.source),
      integers("aug_index", columns.aug_index),
  };
  if (columns.task == data::Task::kMultilabel) {
    tensors.push_back({"labels",
                       data::Dtype::kU8,
                       {rows, columns.flags.size() / rows},
                       std::as_bytes(std::span(columns.flags))});
  } else {
    tensors.insert(tensors.begin() + 1, integers("labels", columns.labels));
  }
  if (columns.task != data::Task::kClassification) metadata["task"] = task_name(columns.task);
  data::write_with_payload_hash(path, tensors, std::move(metadata));
}

std::string CacheEntry::key() const {
  nlohmann::json parts = {"features 1", split, source_sha256, encoder, class_names};
  if (task != data::Task::kClassification) parts.push_back(data::task_name(task));
  return sha256_hex(json_text(parts));
}

CachedFeatures cached_features(const std::filesystem::path& folder, const std::string& split,
                               const std::string& key, std::map<std::string, std::string> metadata,
                               const std::function<FeatureColumns()>& make) {
  const auto path = folder / (split + "-" + key.substr(0, 32) + ".safetensors");
  if (auto found = load(path, key)) return {path, std::move(*found)};
  metadata[data::kCacheKey] = key;
  write_features(path, make(), std::move(metadata));
  return {path, data::FeatureSet::open(path)};
}

CachedFeatures cached_features(const std::filesystem::path& folder, const CacheEntry& entry,
                               const std::vector<Report>& reports, TextEncoder& encoder) {
  CachedFeatures cached = cached_features(
      folder, entry.split, entry.key(),
      {{"class_names", names_json(entry.class_names)},
       {"encoder", entry.encoder},
       {"source_sha256", entry.source_sha256},
       {"split", entry.split}},
      [&] { return encode(reports, entry.task, entry.class_names, encoder, entry.split); });
  encoder.stored();
  return cached;
}

}  // namespace ratbench::corpus
