// Answers requests to embed texts: keeps the encoder of the latest request loaded, so that a corpus
// sent in many requests loads its model once.
#pragma once

#include <optional>
#include <string>

#include "harness/protocol/messages.hpp"
#include "src/models/encoder.hpp"

namespace ratbench::worker {

class Embedder {
 public:
  // Throws DataError for what is wrong with the model's folder or with ids, and UsageError for a
  // pooling, precision or product routine that does not exist.
  protocol::EmbedResult embed(const protocol::EmbedRequest& request);

 private:
  struct Loaded {
    protocol::EncoderSetting setting;
    std::string device;
    std::string kernel;  // as requested
    models::Product product = models::Product::kMkl;
    models::TextEncoder encoder;
  };
  Loaded& loaded(const protocol::EmbedRequest& request);

  std::optional<Loaded> loaded_;
};

}  // namespace ratbench::worker
