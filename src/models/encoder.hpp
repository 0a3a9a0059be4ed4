// A frozen text encoder: token ids in, one feature vector per text out. Texts are computed in
// batches of nearly equal length, whatever their order, so that little padding is computed.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/models/bert.hpp"
#include "src/models/heads.hpp"
#include "src/models/product.hpp"

namespace ratbench::models {

enum class EncoderPrecision { kFp32, kBf16 };
// "fp32", "bf16".
std::string_view name(EncoderPrecision precision);
std::optional<EncoderPrecision> precision_named(std::string_view name);

enum class Scaling { kAsPooled, kUnitLength };  // features divided by their L2 norm or not

struct EncoderOptions {
  Pooling pooling = Pooling::kMean;
  Scaling scaling = Scaling::kAsPooled;
  EncoderPrecision precision = EncoderPrecision::kFp32;
  at::Device device = at::kCPU;
  Product product = Product::kMkl;
};

// Token ids of texts, one after the other; `lengths` sums to ids.size().
struct TokenRows {
  std::span<const std::int32_t> ids;
  std::span<const std::int32_t> lengths;
};

struct EncodedRows {
  std::vector<float> features;       // [texts, dim], in the order of the texts
  std::int64_t real_tokens = 0;      // sum of the lengths
  std::int64_t padded_tokens = 0;    // positions computed
  std::vector<std::string> remarks;  // what the user should know, such as smaller batches
};

class TextEncoder {
 public:
  // Loads the model of a Hugging Face folder. Throws DataError (see Bert::load).
  TextEncoder(const std::filesystem::path& folder, const EncoderOptions& options);

  std::int64_t dim() const { return bert_.config().hidden; }
  // Longest text in tokens, and number of token ids.
  std::int64_t max_length() const { return bert_.config().max_positions; }
  std::int64_t vocabulary() const { return bert_.config().vocabulary; }

  // Throws DataError that names the text when an id or a length is out of range. A batch that does
  // not fit into memory is halved, which a remark says; one text that does not fit throws on.
  EncodedRows encode(const TokenRows& rows);

  // Padded tokens in one batch, at most (a single text may be longer). Made smaller when memory
  // ran out; may be set for measurements.
  std::int64_t batch_tokens() const { return batch_tokens_; }
  void set_batch_tokens(std::int64_t tokens) { batch_tokens_ = tokens; }

 private:
  struct Texts;
  void encode_batch(const Texts& texts, std::span<const std::size_t> batch, EncodedRows& out) const;

  EncoderOptions options_;
  Bert bert_;
  std::int64_t batch_tokens_;
};

}  // namespace ratbench::models
