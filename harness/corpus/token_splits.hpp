// Token files of all splits for a fine-tuned BERT: texts read, augmented, drawn, tokenized with the
// vocabulary of the model's folder, and kept in the cache by a hash of all that.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "src/data/token_file.hpp"
#include "src/specs/config.hpp"

namespace ratbench::corpus {

struct TokenSplits {
  std::map<std::string, data::TokenSet> sets;
  // Splits, and "model" for model bert: the folder, and the hash of weights, architecture and
  // tokenizer.
  protocol::DataFiles files;
  std::vector<std::string> remarks;  // for people: "train: 12 of 1000 texts were truncated to ..."
};

// True when the configuration's model reads tokens and not features.
bool reads_tokens(const specs::Config& config);

// Throws what reading texts throws, DataError for a folder that is no model, SpecError for a
// model.max_length that the model has no positions for, EnvironmentError when the cache cannot be
// written.
TokenSplits tokenized_texts(const specs::Config& config, const std::filesystem::path& cache_dir);

}  // namespace ratbench::corpus
