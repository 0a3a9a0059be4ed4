// A Hugging Face folder as a sentence encoder: which files it consists of, their hash, and what the
// folder itself says about pooling, scaling and the longest text.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace ratbench::embed {

// How texts become features; what is not given follows the folder.
struct EncodingChoice {
  std::string pooling = "mean";           // mean, cls, last
  std::string precision = "fp32";         // fp32, bf16
  std::string truncation = "head";        // head, head_tail: what a text that is too long keeps
  std::optional<std::size_t> max_length;  // tokens with [CLS] and [SEP]
};

struct TextModel {
  std::filesystem::path folder;
  std::string sha256;         // over names and contents of the files that change features
  std::size_t dim = 0;        // hidden size
  std::size_t positions = 0;  // longest text the model has positions for
  std::size_t max_length = 0;
  bool unit_length = false;  // modules.json has a Normalize step
  std::string own_pooling;  // what the folder's Pooling step says: mean, cls, last; "" when nothing
  EncodingChoice choice;

  // "bert SHA mean 256 fp32 unit", with " head_tail" where it is so: names the features in caches
  // and run keys.
  std::string identity() const;
};

// Opens the folder that `named` means ("minilm" is the fetched one). Texts are cut to the choice's
// max_length, else to max_seq_length of sentence_bert_config.json, else to the model's positions.
// Throws EnvironmentError when MiniLM was not fetched, DataError when a file is missing or
// malformed, UsageError for a max_length that the model has no positions for.
TextModel open_text_model(const std::string& named, const EncodingChoice& choice);

}  // namespace ratbench::embed
