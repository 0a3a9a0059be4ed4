#include "harness/corpus/text_encoder.hpp"

#include <fmt/format.h>

#include <span>

#include "harness/corpus/hashed.hpp"
#include "src/base/error.hpp"

namespace ratbench::corpus {
namespace {

class HashedEncoder : public TextEncoder {
 public:
  std::string identity() const override {
    return fmt::format("hashed {} {}", kHashedVersion, parameters_.text());
  }
  std::size_t dim() const override { return parameters_.dim; }
  std::vector<float> encode(const std::vector<EncoderText>& texts, const std::string&) override {
    std::vector<float> features(texts.size() * parameters_.dim);
    for (std::size_t row = 0; row < texts.size(); ++row) {
      const auto place = std::span(features).subspan(row * parameters_.dim, parameters_.dim);
      const auto& [text, answer] = texts[row];
      if (answer.empty())
        encode_hashed(text, parameters_, place);
      else
        encode_hashed(std::string(text) + "\n" + std::string(answer), parameters_, place);
    }
    return features;
  }

 private:
  HashedParameters parameters_;
};

}  // namespace

std::unique_ptr<TextEncoder> built_in_encoder(const specs::Config& config) {
  const std::string name = config.text_or("encoder.name", "none");
  if (name == "hashed") return std::make_unique<HashedEncoder>();
  throw SpecError("configuration", "/encoder/name",
                  "found \"" + name + "\"; texts need an encoder: hashed or bert");
}

}  // namespace ratbench::corpus
