// Features that the program made itself, kept as safetensors files named by the hash of everything
// they depend on. A file that is damaged is noticed and made again; writers never disturb each
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"
#include "harness/corpus/text_encoder.hpp"
#include "src/data/features.hpp"

namespace ratbench::corpus {

// The rows of one split as they are written: tensors of a feature file, row-major.
struct FeatureColumns {
  data::Task task = data::Task::kClassification;
  std::size_t dim = 0;
  std::vector<float> features;                          // [rows, dim]
  std::vector<std::uint8_t> flags;                      // [rows, classes], multilabel alone
  std::vector<std::int64_t> labels, source, aug_index;  // [rows]; multilabel: no labels
};

// A cached file and what it holds.
struct CachedFeatures {
  std::filesystem::path path;
  data::FeatureSet features;
};

// Gives the file of `key` for `split` in `folder`; when there is none, or the one there is not what
// was written, writes what `make` returns with `metadata`. Throws EnvironmentError when the file
// cannot be written.
CachedFeatures cached_features(const std::filesystem::path& folder, const std::string& split,
                               const std::string& key, std::map<std::string, std::string> metadata,
                               const std::function<FeatureColumns()>& make);

// What a split of encoded texts is made from.
struct CacheEntry {
  std::string split;                     // "train", "val", "test"
  std::string source_sha256;             // of the text file, or of the generated texts
  std::string encoder;                   // identity of the encoder
  std::vector<std::string> class_names;  // in label order
  data::Task task = data::Task::kClassification;

  // SHA-256 over all members.
  std::string key() const;
};

// The same for `reports`, encoded by `encoder`. Every label must be one of `class_names`.
CachedFeatures cached_features(const std::filesystem::path& folder, const CacheEntry& entry,
                               const std::vector<Report>& reports, TextEncoder& encoder);

// The columns of encoded texts; question and answer of a pair are encoded as one text. Every label
// must be one of `class_names`; `source` names the texts in errors.
FeatureColumns encode(const std::vector<Report>& reports, data::Task task,
                      const std::vector<std::string>& class_names, TextEncoder& encoder,
                      const std::string& source);
// Writes a feature file that appears whole or not at all. Throws EnvironmentError.
void write_features(const std::filesystem::path& path, const FeatureColumns& columns,
                    std::map<std::string, std::string> metadata);

}  // namespace ratbench::corpus
