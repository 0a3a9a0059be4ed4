// Where the weights of a model lie: a Hugging Face folder that the user names, or the one that the
// set-up fetched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace ratbench::data {

// What `encoder.path` and `--model` say for the fetched model.
inline constexpr const char* kMinilm = "minilm";

// The folder into which the set-up fetches MiniLM: below RATBENCH_CACHE, else below
// XDG_CACHE_HOME/ratbench, else below HOME/.cache/ratbench. It need not exist.
std::filesystem::path minilm_folder();

// The folder meant by `named`, absolute. Throws EnvironmentError when MiniLM is named but was not
// fetched, with how to fetch it, and DataError when a folder is not there.
std::filesystem::path model_folder(const std::string& named);

// SHA-256 over names and contents of the files that change what a model computes: weights,
// architecture, tokenizer. Remembered while the files keep their sizes and times. Throws DataError
// for a file that cannot be read.
std::string model_sha256(const std::filesystem::path& folder);

// Longest sequence that the model has positions for (`max_position_embeddings` of config.json).
// Throws DataError, also for a model that is no BERT.
std::size_t model_positions(const std::filesystem::path& folder);

}  // namespace ratbench::data
