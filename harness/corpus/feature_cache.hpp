// Features of encoded texts, kept as safetensors files named by the hash of everything they depend
// on. A file that is damaged is noticed and made again; writers never disturb each other.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"
#include "src/data/features.hpp"

namespace ratbench::corpus {

// What one cached split is made from.
struct CacheEntry {
  std::string split;                     // "train", "val", "test"
  std::string source_sha256;             // of the text file, or of the generated texts
  std::string encoder;                   // name, version and parameters as text
  std::vector<std::string> class_names;  // in label order

  // SHA-256 over all members.
  std::string key() const;
};

// A cached file and what it holds.
struct CachedFeatures {
  std::filesystem::path path;
  data::FeatureSet features;
};

// Gives the file of `entry` in `folder`; encodes `reports` with the hashed encoder and writes it
// when there is none or when the one there is not what was written. Every label must be one of
// `class_names`. Throws EnvironmentError when the file cannot be written.
CachedFeatures cached_features(const std::filesystem::path& folder, const CacheEntry& entry,
                               const std::vector<Report>& reports);

}  // namespace ratbench::corpus
