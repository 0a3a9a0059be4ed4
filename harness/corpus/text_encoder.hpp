// What turns texts into features: the built-in hashed encoder, or a model that a worker runs.
// Preparation of data asks for one by the `encoder` part of a configuration.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/specs/config.hpp"

namespace ratbench::corpus {

// One row in UTF-8: a text alone, or a question with its answer. The characters lie elsewhere.
struct EncoderText {
  std::string_view text;
  std::string_view answer = {};
};

class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  // Name, version and everything else that changes features: part of cache names and run keys.
  virtual std::string identity() const = 0;
  virtual std::size_t dim() const = 0;
  // Features of texts, [texts, dim] row-major. `source` names them in errors.
  virtual std::vector<float> encode(const std::vector<EncoderText>& texts,
                                    const std::string& source) = 0;
  // Told when the features are safely stored: what was kept to resume from can go.
  virtual void stored() {}
};

// Makes the encoder that `encoder.*` of a configuration describes. Throws SpecError for one that
// cannot be had.
using EncoderFactory = std::function<std::unique_ptr<TextEncoder>(const specs::Config& config)>;

// Knows `hashed` alone.
std::unique_ptr<TextEncoder> built_in_encoder(const specs::Config& config);

}  // namespace ratbench::corpus
