// Turns the data section of a configuration into feature or token files that a worker can map.
// Everything that can be wrong with the data is reported here, before any run starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/corpus/text_encoder.hpp"
#include "harness/protocol/messages.hpp"
#include "src/specs/config.hpp"

namespace ratbench::corpus {

// What a class has in the training split.
struct ClassSupply {
  std::int64_t originals = 0;
  std::int64_t synthetic = 0;  // rows with aug_index >= 1
  std::int64_t sources = 0;    // originals that have synthetic rows
  std::int64_t max_index =
      0;  // largest aug_index: a larger lambda adds nothing; 0 without synthetic rows
};

struct PreparedData {
  // Keys "train", "val", "test". The hashes name the content and belong in run keys: of the feature
  // file itself, or of source text, encoder or tokenizer, their version and parameters. For model
  // bert also "model": its folder, and the hash of its weights, architecture and tokenizer. With a
  // tree of labels also "hierarchy": its file, and the hash of what it says.
  protocol::DataFiles files;
  std::string task = "classification";
  std::vector<std::string> class_names;  // in label order; of task ner the tags, "O" first
  // Label of every unit; "train" includes synthetic rows. A unit is a row (its class), of task ner
  // a word (its tag), of task multilabel row and label (0 or 1, row by row).
  std::map<std::string, std::vector<std::int32_t>> labels;
  // Split -> [rows + 1] first unit of every row, then their number; absent where a row is a unit.
  std::map<std::string, std::vector<std::int64_t>> row_starts;
  std::map<std::string, std::string> hierarchy;  // label -> the one above it; empty: no tree
  std::vector<std::int32_t> train_aug_index;     // per training row, 0 for originals
  std::int64_t dim = 0;                          // width of the features; 0 for tokens
  std::vector<ClassSupply> supply;               // per class; of ner in words, else in rows
  std::string drawn;                             // split and profile in words; "" as the files are
  std::vector<std::string> remarks;  // for people, such as how many texts were truncated

  // Training rows per class at `lambda` (of ner words, of multilabel rows with the label); a source
  // with fewer synthetic rows gives all it has.
  std::vector<std::int64_t> realised_counts(std::int64_t lambda) const;
  // Training rows per class with what `augmentation` makes during training, of mixup in the mean;
  // of one whose rows the data hold as above.
  std::vector<std::int64_t> realised_counts(std::string_view augmentation,
                                            std::int64_t lambda) const;
  // Rows of a split; of training at `lambda`.
  std::int64_t rows(const std::string& split) const;
  std::int64_t training_rows(std::int64_t lambda) const;
};

// Reads `data.*` and `encoder.*` of `config`. Texts are encoded into `cache_dir` unless a good file
// is there already, by what `encoders` makes for them; concurrent calls, in other processes too,
// are safe. Throws SpecError for a setting that is missing or not built, DataError for bad data,
// EnvironmentError when the cache cannot be written.
PreparedData prepare(const specs::Config& config, const std::filesystem::path& cache_dir,
                     const EncoderFactory& encoders = built_in_encoder);

// What a cell trains on: lambda of the rows that the data hold, or of an augmentation that makes
// its rows during training and is then named.
struct Amount {
  std::string made_by;
  std::int64_t lambda = 0;
  auto operator<=>(const Amount&) const = default;
};

// A table for people: one row per class (originals, validation and test rows, training rows at each
// of `amounts`; of task ner entities per type, of multilabel rows per label). Ends with a newline.
std::string describe_counts(const PreparedData& data, const std::vector<Amount>& amounts);

// A line for every lambda above a class's supply, every class without validation rows and every
// remark of the data.
std::vector<std::string> count_notes(const PreparedData& data, const std::vector<Amount>& amounts);

}  // namespace ratbench::corpus
