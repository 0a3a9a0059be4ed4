// One split of feature vectors with labels, as a view into a safetensors file. Everything that can
// be wrong with such a file is found when it is opened, so that training never meets it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "src/data/safetensors.hpp"
#include "src/data/task.hpp"

namespace ratbench::data {

class FeatureSet {
 public:
  // Tensors: features [N,D] F32, labels [N] I64 (task multilabel: [N,C] U8); optionally both of
  // source [N] I64 (row of the original a synthetic row was made from, -1 for originals) and
  // aug_index [N] I64 (0 for originals, K for the K-th synthetic row of its source). Metadata
  // `class_names`: a JSON list in label order; `task`, classification when it is missing. Throws
  // DataError naming file, row and column: wrong shape or dtype, label out of range, feature not
  // finite, source or aug_index inconsistent.
  static FeatureSet open(const std::filesystem::path& path);
  // The same for a file already read.
  static FeatureSet from(Safetensors file);

  const std::string& file() const { return file_.file(); }
  std::int64_t rows() const { return rows_; }
  std::int64_t dim() const { return dim_; }
  // [rows, dim], row-major; lives as long as this object, also when it is moved.
  std::span<const float> features() const { return features_; }
  // [rows]; empty for task multilabel.
  std::span<const std::int64_t> labels() const { return labels_; }
  // [rows, classes], row-major: 1 where the label applies. Empty but for task multilabel.
  std::span<const std::uint8_t> flags() const { return flags_; }
  // classification, multilabel or relation.
  Task task() const { return task_; }
  // Empty when the file has no synthetic rows at all.
  std::span<const std::int64_t> source() const { return source_; }
  std::span<const std::int64_t> aug_index() const { return aug_index_; }
  const std::vector<std::string>& class_names() const { return class_names_; }

  // 0 for an original.
  std::int64_t aug_index_of(std::int64_t row) const {
    return aug_index_.empty() ? 0 : aug_index_[static_cast<std::size_t>(row)];
  }
  // Rows of training at `lambda`, ascending: originals and synthetic rows with aug_index <= lambda.
  // Nested in lambda; a source with fewer synthetic rows gives all it has.
  std::vector<std::int64_t> rows_at(std::int64_t lambda) const;
  // Number of those rows per class; of task multilabel, those to which a label applies.
  std::vector<std::int64_t> class_counts(std::int64_t lambda) const;

 private:
  explicit FeatureSet(Safetensors file) : file_(std::move(file)) {}

  Safetensors file_;
  std::int64_t rows_ = 0;
  std::int64_t dim_ = 0;
  Task task_ = Task::kClassification;
  std::span<const float> features_;
  std::span<const std::int64_t> labels_;
  std::span<const std::uint8_t> flags_;
  std::span<const std::int64_t> source_;
  std::span<const std::int64_t> aug_index_;
  std::vector<std::string> class_names_;
  // Copies, used when the data of a file are not aligned for their type.
  std::vector<float> owned_features_;
  std::vector<std::uint8_t> owned_flags_;
  std::vector<std::vector<std::int64_t>> owned_integers_;
};

// Checks what only the splits together show: equal width and task, equal class names in equal
// order, every class among the originals of `train`, no synthetic rows in `val` and `test`. Throws
// DataError.
void check_splits(const FeatureSet& train, const FeatureSet& val, const FeatureSet& test);

}  // namespace ratbench::data
