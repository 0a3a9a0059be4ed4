#include "src/data/features.hpp"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "src/base/error.hpp"

namespace ratbench::data {
namespace {

std::string row_place(std::size_t row) { return "row " + std::to_string(row); }

const TensorView& checked_tensor(const Safetensors& file, std::string_view name, Dtype dtype,
                                 std::size_t dimensions) {
  const TensorView& tensor = file.at(name);
  if (tensor.dtype != dtype || tensor.shape.size() != dimensions)
    throw DataError(file.file(), "tensor \"" + tensor.name + "\"",
                    "is " + std::string(dtype_name(tensor.dtype)) + " " + shape_text(tensor) +
                        ", needed is " + std::string(dtype_name(dtype)) +
                        (dimensions == 2 ? " [rows,columns]" : " [rows]"));
  return tensor;
}

// The tensor's elements in place, or a copy in `storage` when they are not aligned.
template <typename T>
std::span<const T> elements_of(const TensorView& tensor, std::vector<T>& storage) {
  const auto count = static_cast<std::size_t>(tensor.elements);
  if (reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) == 0)
    return {reinterpret_cast<const T*>(tensor.bytes.data()), count};
  storage.resize(count);
  std::memcpy(storage.data(), tensor.bytes.data(), tensor.bytes.size());
  return storage;
}

std::vector<std::string> read_class_names(const Safetensors& file) {
  const auto found = file.metadata().find("class_names");
  const auto fail = [&](const std::string& problem) {
    throw DataError(file.file(), "metadata \"class_names\"", problem);
  };
  if (found == file.metadata().end())
    fail("is missing; a JSON list of the class names in label order is needed");
  const auto list = nlohmann::json::parse(found->second, nullptr, false);
  if (!list.is_array() || list.size() < 2) fail("is no JSON list of at least two names");
  std::vector<std::string> names;
  for (const auto& item : list) {
    if (!item.is_string() || item.get_ref<const std::string&>().empty())
      fail("holds something other than a name");
    names.push_back(item.get<std::string>());
  }
  if (std::set(names.begin(), names.end()).size() != names.size()) fail("names a class twice");
  return names;
}

void check_labels(const FeatureSet& set) {
  const auto classes = static_cast<std::int64_t>(set.class_names().size());
  for (std::size_t row = 0; row < set.labels().size(); ++row) {
    const std::int64_t label = set.labels()[row];
    if (label < 0 || label >= classes)
      throw DataError(set.file(), row_place(row),
                      "label " + std::to_string(label) + " is out of range; there are " +
                          std::to_string(classes) + " classes, numbered from 0");
  }
}

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

// Source and index of every row fit each other and the row they point at.
void check_synthetic(const FeatureSet& set) {
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (std::size_t row = 0; row < set.source().size(); ++row) {
    const std::int64_t source = set.source()[row];
    const std::int64_t index = set.aug_index()[row];
    const auto fail = [&](const std::string& problem) {
      throw DataError(set.file(), row_place(row),
                      "source " + std::to_string(source) + ", aug_index " + std::to_string(index) +
                          ": " + problem);
    };
    if (source == -1 && index == 0) continue;
    if (source == -1 || index == 0) fail("an original has source -1 and aug_index 0, both");
    if (index < 0) fail("aug_index is negative");
    if (source < 0 || source >= set.rows()) fail("the source is no row of this file");
    const auto at = static_cast<std::size_t>(source);
    if (set.aug_index()[at] != 0) fail("the source is itself synthetic");
    if (set.labels()[at] != set.labels()[row]) fail("the source has another label");
    if (!seen.emplace(source, index).second) fail("another row has the same source and aug_index");
  }
}

}  // namespace

FeatureSet FeatureSet::open(const std::filesystem::path& path) {
  return from(Safetensors::open(path));
}

FeatureSet FeatureSet::from(Safetensors file) {
  FeatureSet set(std::move(file));
  const Safetensors& tensors = set.file_;
  const TensorView& features = checked_tensor(tensors, "features", Dtype::kF32, 2);
  if (features.elements == 0)
    throw DataError(tensors.file(), "tensor \"features\"",
                    "is empty: its shape is " + shape_text(features));
  set.rows_ = static_cast<std::int64_t>(features.shape[0]);
  set.dim_ = static_cast<std::int64_t>(features.shape[1]);
  set.features_ = elements_of(features, set.owned_features_);

  const auto integers = [&](std::string_view name) {
    const TensorView& tensor = checked_tensor(tensors, name, Dtype::kI64, 1);
    if (tensor.elements != features.shape[0])
      throw DataError(tensors.file(), "tensor \"" + tensor.name + "\"",
                      "has " + std::to_string(tensor.elements) + " rows, \"features\" has " +
                          std::to_string(set.rows_));
    return elements_of(tensor, set.owned_integers_.emplace_back());
  };
  set.labels_ = integers("labels");
  if (tensors.find("source") != nullptr || tensors.find("aug_index") != nullptr) {
    set.source_ = integers("source");
    set.aug_index_ = integers("aug_index");
  }
  set.class_names_ = read_class_names(tensors);
  check_labels(set);
  check_finite(set);
  check_synthetic(set);
  return set;
}

std::vector<std::int64_t> FeatureSet::rows_at(std::int64_t lambda) const {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < rows_; ++row)
    if (aug_index_of(row) <= lambda) rows.push_back(row);
  return rows;
}

std::vector<std::int64_t> FeatureSet::class_counts(std::int64_t lambda) const {
  std::vector<std::int64_t> counts(class_names_.size(), 0);
  for (const std::int64_t row : rows_at(lambda))
    ++counts[static_cast<std::size_t>(labels_[static_cast<std::size_t>(row)])];
  return counts;
}

void check_splits(const FeatureSet& train, const FeatureSet& val, const FeatureSet& test) {
  for (const FeatureSet* split : {&val, &test}) {
    if (split->dim() != train.dim())
      throw DataError(split->file(), "tensor \"features\"",
                      "has " + std::to_string(split->dim()) + " columns, " + train.file() +
                          " has " + std::to_string(train.dim()));
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
                      "has no original row in the training split");
}

}  // namespace ratbench::data
