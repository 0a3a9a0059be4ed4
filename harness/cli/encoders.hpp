// The encoders that experiments may name, put together: the hashed one of the engine, and models
// that a worker runs.
#pragma once

#include <filesystem>
#include <string>

#include "harness/corpus/text_encoder.hpp"

namespace ratbench::cli {

// Where texts are embedded.
struct EncodingMachine {
  std::string device = "auto";  // auto, cpu, cuda, cuda:K or all; of several the first is used
  int threads = 1;
};

// Encoders whose unfinished work lies in `cache_dir`; progress goes to stderr.
corpus::EncoderFactory encoders(const std::filesystem::path& cache_dir,
                                const EncodingMachine& machine);

}  // namespace ratbench::cli
