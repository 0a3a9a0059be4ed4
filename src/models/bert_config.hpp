// The architecture of a BERT as its Hugging Face folder states it in config.json.
// What this program cannot compute faithfully is refused here, before any weight is read.
#pragma once

#include <cstdint>
#include <filesystem>

namespace ratbench::models {

// Keys of config.json in brackets. Keys without a default must be present.
struct BertConfig {
  std::int64_t vocabulary = 0;     // [vocab_size] rows of the word-embedding table
  std::int64_t hidden = 0;         // [hidden_size]
  std::int64_t layers = 0;         // [num_hidden_layers]
  std::int64_t heads = 0;          // [num_attention_heads], divides `hidden`
  std::int64_t intermediate = 0;   // [intermediate_size]
  std::int64_t max_positions = 0;  // [max_position_embeddings] longest input in tokens
  std::int64_t types = 2;          // [type_vocab_size]
  std::int64_t padding = 0;        // [pad_token_id], -1 for null
  double norm_eps = 1e-12;         // [layer_norm_eps]
  double hidden_dropout = 0.1;     // [hidden_dropout_prob], 0..1
  double attention_dropout = 0.1;  // [attention_probs_dropout_prob], 0..1
  double initializer_sd = 0.02;    // [initializer_range] standard deviation of fresh weights
};

// Reads FOLDER/config.json. Throws DataError that names file, key, what was found and what is
// allowed: model_type bert, architectures of BERT, hidden_act gelu (erf form), absolute positions,
// no decoder.
BertConfig read_bert_config(const std::filesystem::path& folder);

}  // namespace ratbench::models
