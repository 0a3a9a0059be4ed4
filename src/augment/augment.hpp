// Which rows a run trains on: the originals and what an augmentation adds to them. Only the
// training split is ever passed in, so validation and test rows cannot be touched.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "src/base/random.hpp"

namespace ratbench::specs {
class Config;
}

namespace ratbench::augment {

// The training split, borrowed.
struct TrainingRows {
  std::span<const float> features;  // [rows, dim], row-major
  std::int64_t dim = 0;
  std::span<const std::int64_t> labels;     // [rows], 0..classes-1
  std::span<const std::int64_t> aug_index;  // [rows], 0 for originals; empty: all are originals
  std::int64_t classes = 0;

  std::int64_t rows() const { return static_cast<std::int64_t>(labels.size()); }
  bool is_original(std::int64_t row) const {
    return aug_index.empty() || aug_index[static_cast<std::size_t>(row)] == 0;
  }
  std::span<const float> row(std::int64_t index) const {
    return features.subspan(static_cast<std::size_t>(index * dim), static_cast<std::size_t>(dim));
  }
};

// What to train on. Made rows have ids of their own, source + k rows() for the k-th row made from
// `source`, so that noise and order streams of common rows agree over lambda.
struct AugmentedRows {
  std::vector<std::int64_t> kept;  // rows of the split, ascending
  std::vector<std::int64_t> made_ids;
  std::vector<float> made_features;  // [made, dim]
  std::vector<std::int64_t> made_labels;
  // Mixup alone: made row i counts `made_share[i]` for made_labels[i] and the rest for
  // made_other[i]. Empty otherwise.
  std::vector<std::int64_t> made_other;
  std::vector<double> made_share;
  std::vector<double> class_counts;  // realised, [classes]; mixed rows count in shares
  std::vector<std::string> remarks;  // sentences for the user, such as a class with one sample
};

struct AugmentParameters {
  std::string name = "none";
  std::int64_t lambda = 0;  // made rows per source, >= 0; 0 keeps the originals alone
  int neighbours = 5;       // smote
  double alpha = 0.2;       // mixup: share from Beta(alpha, alpha)
  double sd = 0.01;         // noise: added to every feature
};
AugmentParameters augment_parameters(const specs::Config& config);

// Applies the augmentation. Nested in lambda: a larger one keeps every row of a smaller one.
// Depends on (seed, source row, k) alone. Throws SpecError for a name or parameter that is not
// allowed.
AugmentedRows augment(const TrainingRows& rows, const AugmentParameters& parameters,
                      std::uint64_t seed, const std::vector<std::string>& class_names);

// One row per value of `augmentation.name` except none, sorted by name. The rows of `eda` are made
// with the data, from texts; here they are chosen as those of `samples` are.
struct AugmentInfo {
  const char* name;
  const char* meaning;
  void (*make)(const TrainingRows&, const AugmentParameters&, const RandomStream&,
               const std::vector<std::string>& class_names, AugmentedRows& result);
};
const std::vector<AugmentInfo>& augment_table();

}  // namespace ratbench::augment
