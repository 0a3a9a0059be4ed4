// Tensors of data files as typed columns, and the checks that feature files and token files share.
// For the readers of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/data/safetensors.hpp"

namespace ratbench::data {

// "row 12 (from 0)".
std::string row_place(std::size_t row);
// "tensor "labels"".
std::string tensor_place(std::string_view name);

// The tensor, which must have this type and shape; a negative size allows any. Throws DataError.
const TensorView& checked_tensor(const Safetensors& file, std::string_view name, Dtype dtype,
                                 const std::vector<std::int64_t>& shape);

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

// Metadata `class_names`: a JSON list of at least `least` different names.
std::vector<std::string> read_class_names(const Safetensors& file, std::size_t least = 2);

// Every label is a class. Throws DataError naming the row.
void check_labels(const std::string& file, std::span<const std::int64_t> labels,
                  std::size_t classes);
// Every flag is 0 or 1. `flags` is [rows, classes].
void check_flags(const std::string& file, std::span<const std::uint8_t> flags, std::size_t classes);

// Columns that say which rows are synthetic; both empty or both [rows].
struct SyntheticRows {
  std::span<const std::int64_t> source;
  std::span<const std::int64_t> aug_index;
};
// Source and index of every row fit each other and the row they point at. `labels` are [rows], or
// empty when rows have no single label.
void check_synthetic(const std::string& file, const SyntheticRows& rows,
                     std::span<const std::int64_t> labels);

}  // namespace ratbench::data
