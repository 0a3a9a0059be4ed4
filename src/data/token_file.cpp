#include "src/data/token_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/payload_hash.hpp"
#include "src/data/tensor_columns.hpp"

namespace ratbench::data {
namespace {

std::string place(std::string_view tensor, std::size_t at) {
  return tensor_place(tensor) + ", element " + std::to_string(at);
}

Task read_token_task(const Safetensors& file) {
  const auto found = file.metadata().find("task");
  const auto task =
      found == file.metadata().end() ? std::optional<Task>() : find_task(found->second);
  if (!task)
    throw DataError(file.file(), "metadata \"task\"",
                    "is missing or unknown; needed is one of classification, multilabel, ner, "
                    "relation");
  return *task;
}

// First position of each of `count` rows in an ascending list of rows, and its length.
std::vector<std::int64_t> first_of(std::span<const std::int64_t> rows, std::int64_t count) {
  std::vector<std::int64_t> first;
  for (std::int64_t row = 0; row <= count; ++row)
    first.push_back(std::lower_bound(rows.begin(), rows.end(), row) - rows.begin());
  return first;
}

std::vector<std::int64_t> multiples(std::int64_t count, std::int64_t of) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i <= count; ++i) values.push_back(i * of);
  return values;
}

}  // namespace

void write_tokens(const std::filesystem::path& path, const TokenColumns& columns,
                  std::map<std::string, std::string> metadata) {
  const std::uint64_t rows =
      columns.row.empty() ? 0 : static_cast<std::uint64_t>(columns.row.back()) + 1;
  std::vector<TensorSource> tensors;
  // Wide types come first: every tensor is then aligned for its type when the header is.
  const auto add = [&](const char* name, Dtype dtype, std::vector<std::uint64_t> shape,
                       const auto& values) {
    if (values.empty()) return;
    tensors.push_back({name, dtype, std::move(shape), std::as_bytes(std::span(values))});
  };
  const auto list = [&](const char* name, Dtype dtype, const auto& values) {
    add(name, dtype, {values.size()}, values);
  };
  list("starts", Dtype::kI64, columns.starts);
  list("row", Dtype::kI64, columns.row);
  list("labels", Dtype::kI64, columns.labels);
  list("unit", Dtype::kI64, columns.unit);
  add("markers", Dtype::kI64, {rows, 2}, columns.markers);
  list("source", Dtype::kI64, columns.source);
  list("ids", Dtype::kI32, columns.ids);
  list("labels", Dtype::kI32, columns.tags);
  list("aug_index", Dtype::kI32, columns.aug_index);
  list("types", Dtype::kU8, columns.types);
  list("free", Dtype::kU8, columns.free);
  add("labels", Dtype::kU8, {rows, columns.class_names.size()}, columns.flags);
  metadata["task"] = task_name(columns.task);
  metadata["class_names"] = json_text(nlohmann::json(columns.class_names));
  write_with_payload_hash(path, tensors, std::move(metadata));
}

TokenSet TokenSet::open(const std::filesystem::path& path) { return from(Safetensors::open(path)); }

TokenSet TokenSet::from(Safetensors file) {
  TokenSet set(std::move(file));
  set.task_ = read_token_task(set.file_);
  // A single label is a data set of its own for multilabel, and no choice at all elsewhere.
  set.class_names_ = read_class_names(set.file_, set.task_ == Task::kMultilabel ? 1 : 2);
  set.read_windows();
  if (set.task_ == Task::kNer) {
    set.read_words();
  } else {
    set.read_labels();
  }
  if (set.file_.find("markers") != nullptr) set.read_markers();
  if (set.file_.find("source") != nullptr || set.file_.find("aug_index") != nullptr)
    set.read_synthetic();
  return set;
}

void TokenSet::read_windows() {
  const auto fail = [this](const std::string& where, const std::string& problem) {
    throw DataError(file(), where, problem);
  };
  ids_ = elements_of(checked_tensor(file_, "ids", Dtype::kI32, {-1}), owned_i32_.emplace_back());
  if (ids_.empty()) fail(tensor_place("ids"), "is empty");
  std::vector<std::uint8_t> never_copied;
  types_ = elements_of(checked_tensor(file_, "types", Dtype::kU8, {tokens()}), never_copied);
  free_ = elements_of(checked_tensor(file_, "free", Dtype::kU8, {tokens()}), never_copied);
  row_ = elements_of(checked_tensor(file_, "row", Dtype::kI64, {-1}), owned_i64_.emplace_back());
  starts_ = elements_of(checked_tensor(file_, "starts", Dtype::kI64, {windows() + 1}),
                        owned_i64_.emplace_back());
  if (row_.empty()) fail(tensor_place("row"), "is empty");
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i] < 0) fail(place("ids", i), "is " + std::to_string(ids_[i]) + ", below 0");
    if (types_[i] > 1) fail(place("types", i), "is neither 0 nor 1");
    if (free_[i] > 1) fail(place("free", i), "is neither 0 nor 1");
  }
  largest_id_ = *std::max_element(ids_.begin(), ids_.end());
  if (starts_.front() != 0 || starts_.back() != tokens())
    fail(tensor_place("starts"), "does not run from 0 to the number of tokens");
  for (std::size_t i = 0; i < row_.size(); ++i) {
    if (starts_[i] >= starts_[i + 1]) fail(place("starts", i), "begins a window without tokens");
    longest_ = std::max(longest_, starts_[i + 1] - starts_[i]);
    const std::int64_t before = i == 0 ? -1 : row_[i - 1];
    if (row_[i] != before + 1 && !(task_ == Task::kNer && row_[i] == before))
      fail(place("row", i), "is " + std::to_string(row_[i]) + " after " + std::to_string(before) +
                                "; rows ascend by one, and only sentences of task ner have "
                                "several windows");
  }
  rows_ = row_.back() + 1;
  row_windows_ = first_of(row_, rows_);
}

void TokenSet::read_labels() {
  const auto classes = static_cast<std::int64_t>(class_names_.size());
  std::vector<std::uint8_t> never_copied;
  if (task_ == Task::kMultilabel) {
    flags_ =
        elements_of(checked_tensor(file_, "labels", Dtype::kU8, {rows_, classes}), never_copied);
    check_flags(file(), flags_, class_names_.size());
  } else {
    labels_ = elements_of(checked_tensor(file_, "labels", Dtype::kI64, {rows_}),
                          owned_i64_.emplace_back());
    check_labels(file(), labels_, class_names_.size());
  }
  row_units_ = multiples(rows_, task_ == Task::kMultilabel ? classes : 1);
  units_ = row_units_.back();
}

void TokenSet::read_words() {
  tags_ = elements_of(checked_tensor(file_, "labels", Dtype::kI32, {tokens()}),
                      owned_i32_.emplace_back());
  unit_ = elements_of(checked_tensor(file_, "unit", Dtype::kI64, {tokens()}),
                      owned_i64_.emplace_back());
  row_units_ = {0};
  for (std::size_t window = 0; window < row_.size(); ++window) {
    for (auto i = static_cast<std::size_t>(starts_[window]);
         i < static_cast<std::size_t>(starts_[window + 1]); ++i) {
      if ((tags_[i] == kNoTag) != (unit_[i] == kNoUnit))
        throw DataError(file(), place("unit", i), "a token has both a tag and a word, or neither");
      if (unit_[i] == kNoUnit) continue;
      if (unit_[i] != units_++)
        throw DataError(file(), place("unit", i),
                        "is " + std::to_string(unit_[i]) + ", in order it would be " +
                            std::to_string(units_ - 1));
      if (tags_[i] < 0 || tags_[i] >= static_cast<std::int32_t>(class_names_.size()))
        throw DataError(file(), place("labels", i),
                        "tag " + std::to_string(tags_[i]) + " is out of range");
    }
    if (window + 1 == row_.size() || row_[window + 1] != row_[window]) row_units_.push_back(units_);
  }
}

void TokenSet::read_markers() {
  markers_ = elements_of(checked_tensor(file_, "markers", Dtype::kI64, {rows_, 2}),
                         owned_i64_.emplace_back());
  for (std::size_t i = 0; i < markers_.size(); ++i) {
    const auto window = static_cast<std::size_t>(row_windows_[i / 2]);
    if (markers_[i] < starts_[window] || markers_[i] >= starts_[window + 1])
      throw DataError(file(), row_place(i / 2),
                      "marker " + std::to_string(markers_[i]) + " is no token of this row");
  }
}

void TokenSet::read_synthetic() {
  source_ =
      elements_of(checked_tensor(file_, "source", Dtype::kI64, {rows_}), owned_i64_.emplace_back());
  aug_index_ = elements_of(checked_tensor(file_, "aug_index", Dtype::kI32, {rows_}),
                           owned_i32_.emplace_back());
  const std::vector<std::int64_t> wide(aug_index_.begin(), aug_index_.end());
  check_synthetic(file(), {source_, wide}, labels_);
}

std::string TokenSet::metadata(const std::string& name) const {
  const auto found = file_.metadata().find(name);
  return found == file_.metadata().end() ? "" : found->second;
}

std::vector<std::int32_t> TokenSet::unit_labels() const {
  std::vector<std::int32_t> units;
  units.reserve(static_cast<std::size_t>(units_));
  for (const std::int64_t label : labels_) units.push_back(static_cast<std::int32_t>(label));
  for (const std::uint8_t flag : flags_) units.push_back(flag);
  std::copy_if(tags_.begin(), tags_.end(), std::back_inserter(units),
               [](std::int32_t tag) { return tag != kNoTag; });
  return units;
}

namespace {

// Originals of every class; for ner the words that have each tag.
std::vector<std::int64_t> class_counts(const TokenSet& set) {
  const std::size_t classes = set.class_names().size();
  std::vector<std::int64_t> counts(classes, 0);
  const std::vector<std::int32_t> labels = set.unit_labels();
  for (std::int64_t row = 0; row < set.rows(); ++row) {
    if (set.aug_index_of(row) != 0) continue;
    const auto at = static_cast<std::size_t>(row);
    for (std::int64_t unit = set.row_units()[at]; unit < set.row_units()[at + 1]; ++unit) {
      const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(unit)]);
      if (set.task() != Task::kMultilabel)
        ++counts[label];
      else
        counts[static_cast<std::size_t>(unit) % classes] += static_cast<std::int64_t>(label);
    }
  }
  return counts;
}

}  // namespace

void check_splits(const TokenSet& train, const TokenSet& val, const TokenSet& test) {
  for (const TokenSet* split : {&val, &test}) {
    if (split->task() != train.task() || split->class_names() != train.class_names())
      throw DataError(split->file(), "metadata",
                      "the task or the class names differ from those of " + train.file());
    for (std::int64_t row = 0; row < split->rows(); ++row)
      if (split->aug_index_of(row) != 0)
        throw DataError(split->file(), row_place(static_cast<std::size_t>(row)),
                        "is synthetic; validation and test hold originals only");
  }
  const auto counts = class_counts(train);
  for (std::size_t label = 0; label < counts.size(); ++label) {
    const std::string& name = train.class_names()[label];
    if (counts[label] > 0 || (train.task() == Task::kNer && !name.starts_with("B-"))) continue;
    throw DataError(train.file(), "class \"" + name + "\"",
                    "has no original row in the training split, needed is at least one");
  }
}

}  // namespace ratbench::data
