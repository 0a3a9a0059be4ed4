// The encoders that experiments may name, put together: the hashed one of the engine, and models
// that a worker runs.
#pragma once

#include <filesystem>

#include "harness/corpus/text_encoder.hpp"

namespace ratbench::cli {

// Encoders whose unfinished work lies in `cache_dir`; progress goes to stderr.
corpus::EncoderFactory encoders(const std::filesystem::path& cache_dir);

}  // namespace ratbench::cli
