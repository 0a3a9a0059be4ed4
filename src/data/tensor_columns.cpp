#include "src/data/tensor_columns.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::data {
namespace {

bool fits(const TensorView& tensor, const std::vector<std::int64_t>& shape) {
  if (tensor.shape.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] >= 0 && tensor.shape[i] != static_cast<std::uint64_t>(shape[i])) return false;
  return true;
}

std::string needed_shape(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ",";
    text += shape[i] >= 0 ? std::to_string(shape[i]) : i == 0 ? "rows" : "columns";
  }
  return text + "]";
}

}  // namespace

std::string row_place(std::size_t row) { return "row " + std::to_string(row) + " (from 0)"; }

std::string tensor_place(std::string_view name) { return "tensor \"" + std::string(name) + "\""; }

const TensorView& checked_tensor(const Safetensors& file, std::string_view name, Dtype dtype,
                                 const std::vector<std::int64_t>& shape) {
  const TensorView& tensor = file.at(name);
  if (tensor.dtype != dtype || !fits(tensor, shape))
    throw DataError(file.file(), tensor_place(name),
                    "is " + std::string(dtype_name(tensor.dtype)) + " " + shape_text(tensor) +
                        ", needed is " + std::string(dtype_name(dtype)) + " " +
                        needed_shape(shape));
  return tensor;
}

std::vector<std::string> read_class_names(const Safetensors& file, std::size_t least) {
  const auto found = file.metadata().find("class_names");
  const auto fail = [&](const std::string& problem) {
    throw DataError(file.file(), "metadata \"class_names\"", problem);
  };
  if (found == file.metadata().end())
    fail("is missing; a JSON list of the class names in label order is needed");
  const auto list = json_or_discarded(found->second);
  const std::string needed =
      least == 2 ? "a JSON list of at least two names is needed" : "a JSON list of names is needed";
  if (!list.is_array()) fail("is no JSON list; " + needed);
  if (list.size() < least) fail("holds " + std::to_string(list.size()) + " names; " + needed);
  std::vector<std::string> names;
  for (const auto& item : list) {
    if (!item.is_string() || item.get_ref<const std::string&>().empty())
      fail("holds something other than a name");
    names.push_back(item.get<std::string>());
  }
  if (std::set(names.begin(), names.end()).size() != names.size()) fail("names a class twice");
  return names;
}

void check_labels(const std::string& file, std::span<const std::int64_t> labels,
                  std::size_t classes) {
  for (std::size_t row = 0; row < labels.size(); ++row)
    if (labels[row] < 0 || labels[row] >= static_cast<std::int64_t>(classes))
      throw DataError(file, row_place(row),
                      "label " + std::to_string(labels[row]) + " is out of range; there are " +
                          std::to_string(classes) + " classes, numbered from 0");
}

void check_flags(const std::string& file, std::span<const std::uint8_t> flags,
                 std::size_t classes) {
  for (std::size_t i = 0; i < flags.size(); ++i)
    if (flags[i] > 1)
      throw DataError(file, row_place(i / classes) + ", label " + std::to_string(i % classes),
                      "is " + std::to_string(flags[i]) + "; allowed are 0 and 1");
}

void check_synthetic(const std::string& file, const SyntheticRows& rows,
                     std::span<const std::int64_t> labels) {
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (std::size_t row = 0; row < rows.source.size(); ++row) {
    const std::int64_t source = rows.source[row];
    const std::int64_t index = rows.aug_index[row];
    const auto fail = [&](const std::string& problem) {
      throw DataError(file, row_place(row),
                      "source " + std::to_string(source) + ", aug_index " + std::to_string(index) +
                          ": " + problem);
    };
    if (source == -1 && index == 0) continue;
    if (source == -1 || index == 0) fail("an original has source -1 and aug_index 0, both");
    if (index < 0) fail("aug_index is negative");
    if (source < 0 || source >= static_cast<std::int64_t>(rows.source.size()))
      fail("the source is no row of this file");
    const auto at = static_cast<std::size_t>(source);
    if (rows.aug_index[at] != 0) fail("the source is itself synthetic");
    if (!labels.empty() && labels[at] != labels[row]) fail("the source has another label");
    if (!seen.emplace(source, index).second) fail("another row has the same source and aug_index");
  }
}

}  // namespace ratbench::data
