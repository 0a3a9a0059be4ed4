// One split of token sequences with labels, as a view into a safetensors file: what a fine-tuned
// BERT trains on. Everything that can be wrong with such a file is found when it is opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/data/safetensors.hpp"
#include "src/data/task.hpp"

namespace ratbench::data {

// The label of a token that predicts nothing: later pieces of a word and special tokens.
inline constexpr std::int32_t kNoTag = -100;
// The unit of such a token.
inline constexpr std::int64_t kNoUnit = -1;

// The rows of one split as they are written. A window is a sequence that the model reads; a row has
// one, a sentence of task ner one or more. T tokens, W windows, N rows, C classes.
struct TokenColumns {
  Task task = Task::kClassification;
  std::vector<std::string> class_names;  // in label order; task ner: the IOB2 tags, "O" first
  std::vector<std::int32_t> ids;         // [T], special tokens included
  std::vector<std::uint8_t> types;       // [T] segment: 0, or 1 for the second text of a pair
  std::vector<std::uint8_t> free;        // [T] 1 where an attack may perturb: not a special token
  std::vector<std::int64_t> starts;      // [W + 1] first token of each window, and T
  std::vector<std::int64_t> row;         // [W] row of each window, ascending
  std::vector<std::int64_t> labels;      // [N] classification, relation
  std::vector<std::uint8_t> flags;       // [N, C] multilabel: 1 where the label applies
  std::vector<std::int32_t> tags;        // [T] ner: tag of a word on its first piece, else kNoTag
  std::vector<std::int64_t> unit;        // [T] ner: number of the word in the split, else kNoUnit
  std::vector<std::int64_t> markers;     // [N, 2] tokens that open the arguments of a relation
  std::vector<std::int32_t> aug_index;   // [N] or empty, as in feature files
  std::vector<std::int64_t> source;      // [N] or empty, as in feature files
};

// Writes a file that appears whole or not at all; tensors that the task does not use are left out.
// Tensors: ids I32 [T], types U8 [T], free U8 [T], starts I64 [W+1], row I64 [W], and labels:
// I64 [N] (classification, relation), U8 [N,C] (multilabel) or I32 [T] with unit I64 [T] (ner);
// markers I64 [N,2], positions in T; aug_index I32 [N] with source I64 [N]. Metadata: `task`,
// `class_names`, `payload_sha256` over all tensors' bytes in order, and what the caller adds.
// Throws EnvironmentError.
void write_tokens(const std::filesystem::path& path, const TokenColumns& columns,
                  std::map<std::string, std::string> metadata);

class TokenSet {
 public:
  // Maps and checks a file. Throws DataError naming file, tensor and position: wrong shape or
  // dtype, windows without tokens, rows that do not ascend, labels or tags out of range, words that
  // are not numbered in order, markers outside their row.
  static TokenSet open(const std::filesystem::path& path);
  // The same for a file already read.
  static TokenSet from(Safetensors file);

  const std::string& file() const { return file_.file(); }
  Task task() const { return task_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t windows() const { return static_cast<std::int64_t>(row_.size()); }
  std::int64_t tokens() const { return static_cast<std::int64_t>(ids_.size()); }
  // Predictions of the split: N, N x C or the number of words.
  std::int64_t units() const { return units_; }
  // Length of the longest window, and the largest id.
  std::int64_t longest() const { return longest_; }
  std::int32_t largest_id() const { return largest_id_; }
  const std::vector<std::string>& class_names() const { return class_names_; }

  // As in TokenColumns; empty where the task has none. They live as long as this object, also when
  // it is moved.
  std::span<const std::int32_t> ids() const { return ids_; }
  std::span<const std::uint8_t> types() const { return types_; }
  std::span<const std::uint8_t> free() const { return free_; }
  std::span<const std::int64_t> starts() const { return starts_; }
  std::span<const std::int64_t> row() const { return row_; }
  std::span<const std::int64_t> labels() const { return labels_; }
  std::span<const std::uint8_t> flags() const { return flags_; }
  std::span<const std::int32_t> tags() const { return tags_; }
  std::span<const std::int64_t> unit() const { return unit_; }
  std::span<const std::int64_t> markers() const { return markers_; }
  std::span<const std::int32_t> aug_index() const { return aug_index_; }
  std::span<const std::int64_t> source() const { return source_; }

  // [rows + 1] first window of each row, and the number of windows.
  const std::vector<std::int64_t>& row_windows() const { return row_windows_; }
  // [rows + 1] first unit of each row, and the number of units.
  const std::vector<std::int64_t>& row_units() const { return row_units_; }
  // [units] class, tag, or 0 and 1, in unit order: what predictions are compared with.
  std::vector<std::int32_t> unit_labels() const;

  // A value that the writer added; "" when there is none.
  std::string metadata(const std::string& name) const;

  // 0 for an original.
  std::int64_t aug_index_of(std::int64_t row) const {
    return aug_index_.empty() ? 0 : aug_index_[static_cast<std::size_t>(row)];
  }

 private:
  explicit TokenSet(Safetensors file) : file_(std::move(file)) {}
  void read_windows();
  void read_labels();
  void read_words();
  void read_markers();
  void read_synthetic();

  Safetensors file_;
  Task task_ = Task::kClassification;
  std::int64_t rows_ = 0;
  std::int64_t units_ = 0;
  std::int64_t longest_ = 0;
  std::int32_t largest_id_ = 0;
  std::vector<std::string> class_names_;
  std::span<const std::int32_t> ids_;
  std::span<const std::uint8_t> types_;
  std::span<const std::uint8_t> free_;
  std::span<const std::int64_t> starts_;
  std::span<const std::int64_t> row_;
  std::span<const std::int64_t> labels_;
  std::span<const std::uint8_t> flags_;
  std::span<const std::int32_t> tags_;
  std::span<const std::int64_t> unit_;
  std::span<const std::int64_t> markers_;
  std::span<const std::int32_t> aug_index_;
  std::span<const std::int64_t> source_;
  std::vector<std::int64_t> row_windows_;
  std::vector<std::int64_t> row_units_;
  // Copies, used when the data of a file are not aligned for their type.
  std::vector<std::vector<std::int64_t>> owned_i64_;
  std::vector<std::vector<std::int32_t>> owned_i32_;
};

// Checks what only the splits together show: equal task and class names, every class (for ner: the
// beginning of every entity type) among the originals of `train`, no synthetic rows in `val` and
// `test`. Throws DataError.
void check_splits(const TokenSet& train, const TokenSet& val, const TokenSet& test);

}  // namespace ratbench::data
