#include "src/data/features.hpp"

#include <cmath>
#include <utility>

#include "src/base/error.hpp"
#include "src/data/tensor_columns.hpp"

namespace ratbench::data {
namespace {

void check_finite(const FeatureSet& set) {
  const auto values = set.features();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) {
      const auto dim = static_cast<std::size_t>(set.dim());
      throw DataError(
          set.file(), row_place(i / dim) + ", column " + std::to_string(i % dim),
          std::string("the feature is ") + (std::isnan(values[i]) ? "not a number" : "infinite"));
    }
}

// Files without this metadata hold one label per row.
Task read_task(const Safetensors& file) {
  const auto found = file.metadata().find("task");
  if (found == file.metadata().end()) return Task::kClassification;
  const auto task = find_task(found->second);
  if (!task || *task == Task::kNer)
    throw DataError(file.file(), "metadata \"task\"",
                    "is \"" + found->second +
                        "\"; features are labelled for classification, multilabel or relation");
  return *task;
}

}  // namespace

FeatureSet FeatureSet::open(const std::filesystem::path& path) {
  return from(Safetensors::open(path));
}

FeatureSet FeatureSet::from(Safetensors file) {
  FeatureSet set(std::move(file));
  const Safetensors& tensors = set.file_;
  const TensorView& features = checked_tensor(tensors, "features", Dtype::kF32, {-1, -1});
  if (features.elements == 0)
    throw DataError(tensors.file(), "tensor \"features\"",
                    "is empty: its shape is " + shape_text(features));
  set.rows_ = static_cast<std::int64_t>(features.shape[0]);
  set.dim_ = static_cast<std::int64_t>(features.shape[1]);
  set.features_ = elements_of(features, set.owned_features_);

  const auto integers = [&](std::string_view name) {
    const TensorView& tensor = checked_tensor(tensors, name, Dtype::kI64, {-1});
    if (tensor.elements != features.shape[0])
      throw DataError(tensors.file(), tensor_place(tensor.name),
                      "has " + std::to_string(tensor.elements) + " rows, \"features\" has " +
                          std::to_string(set.rows_));
    return elements_of(tensor, set.owned_integers_.emplace_back());
  };
  set.task_ = read_task(tensors);
  set.class_names_ = read_class_names(tensors, set.task_ == Task::kMultilabel ? 1 : 2);
  const std::size_t classes = set.class_names_.size();
  if (set.task_ == Task::kMultilabel) {
    const TensorView& flags = checked_tensor(tensors, "labels", Dtype::kU8,
                                             {set.rows_, static_cast<std::int64_t>(classes)});
    set.flags_ = elements_of(flags, set.owned_flags_);
  } else {
    set.labels_ = integers("labels");
  }
  if (tensors.find("source") != nullptr || tensors.find("aug_index") != nullptr) {
    set.source_ = integers("source");
    set.aug_index_ = integers("aug_index");
  }
  check_labels(set.file(), set.labels_, classes);
  check_flags(set.file(), set.flags_, classes);
  check_finite(set);
  check_synthetic(set.file(), {set.source_, set.aug_index_}, set.labels_);
  return set;
}

std::vector<std::int64_t> FeatureSet::rows_at(std::int64_t lambda) const {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < rows_; ++row)
    if (aug_index_of(row) <= lambda) rows.push_back(row);
  return rows;
}

std::vector<std::int64_t> FeatureSet::class_counts(std::int64_t lambda) const {
  const std::size_t classes = class_names_.size();
  std::vector<std::int64_t> counts(classes, 0);
  for (const std::int64_t row : rows_at(lambda)) {
    const auto at = static_cast<std::size_t>(row);
    if (task_ != Task::kMultilabel) ++counts[static_cast<std::size_t>(labels_[at])];
    if (task_ == Task::kMultilabel)
      for (std::size_t label = 0; label < classes; ++label)
        counts[label] += flags_[at * classes + label];
  }
  return counts;
}

void check_splits(const FeatureSet& train, const FeatureSet& val, const FeatureSet& test) {
  for (const FeatureSet* split : {&val, &test}) {
    if (split->dim() != train.dim())
      throw DataError(split->file(), "tensor \"features\"",
                      "has " + std::to_string(split->dim()) + " columns, " + train.file() +
                          " has " + std::to_string(train.dim()));
    if (split->task() != train.task())
      throw DataError(split->file(), "metadata \"task\"",
                      "is " + std::string(task_name(split->task())) + ", that of " + train.file() +
                          " is " + std::string(task_name(train.task())));
    if (split->class_names() != train.class_names())
      throw DataError(split->file(), "metadata \"class_names\"",
                      "differs from that of " + train.file());
    for (std::int64_t row = 0; row < split->rows(); ++row)
      if (split->aug_index_of(row) != 0)
        throw DataError(split->file(), row_place(static_cast<std::size_t>(row)),
                        "is synthetic; validation and test hold originals only");
  }
  const auto counts = train.class_counts(0);
  for (std::size_t label = 0; label < counts.size(); ++label)
    if (counts[label] == 0)
      throw DataError(train.file(), "class \"" + train.class_names()[label] + "\"",
                      "has no original row in the training split, needed is at least one");
}

}  // namespace ratbench::data
