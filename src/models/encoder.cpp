#include "src/models/encoder.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/models/length_batches.hpp"

namespace ratbench::models {
namespace {

constexpr std::array<std::pair<EncoderPrecision, std::string_view>, 2> kPrecisions = {
    {{EncoderPrecision::kFp32, "fp32"}, {EncoderPrecision::kBf16, "bf16"}}};

// On a processor larger batches only leave its caches; a GPU wants more work at once.
constexpr std::int64_t kBatchTokensPerThread = 512;
constexpr std::int64_t kBatchTokensOnDevice = 65536;

BertOptions bert_options(const EncoderOptions& options) {
  const bool brief = options.precision == EncoderPrecision::kBf16;
  return {.type = brief ? at::kBFloat16 : at::kFloat,
          .device = options.device,
          .pooler = Pooler::kLeave,
          .product = options.product};
}

[[noreturn]] void refuse(std::size_t text, const std::string& problem) {
  throw DataError("text " + std::to_string(text), "", problem);
}

}  // namespace

// Where each text begins.
struct TextEncoder::Texts {
  const TokenRows& rows;
  std::vector<std::size_t> begins;

  std::int64_t length(std::size_t text) const { return rows.lengths[text]; }
  std::span<const std::int32_t> ids(std::size_t text) const {
    return rows.ids.subspan(begins[text], static_cast<std::size_t>(length(text)));
  }
};

std::string_view name(EncoderPrecision precision) {
  for (const auto& [value, text] : kPrecisions)
    if (value == precision) return text;
  detail::check_failed(__FILE__, __LINE__, "a precision of the table", "");
}

std::optional<EncoderPrecision> precision_named(std::string_view name) {
  for (const auto& [value, text] : kPrecisions)
    if (text == name) return value;
  return std::nullopt;
}

TextEncoder::TextEncoder(const std::filesystem::path& folder, const EncoderOptions& options)
    : options_(options),
      bert_(Bert::load(folder, bert_options(options))),
      batch_tokens_(options.device.is_cpu() ? kBatchTokensPerThread * at::get_num_threads()
                                            : kBatchTokensOnDevice) {}

EncodedRows TextEncoder::encode(const TokenRows& rows) {
  Texts texts = {rows, {}};
  std::size_t begin = 0;
  for (std::size_t text = 0; text < rows.lengths.size(); ++text) {
    if (texts.length(text) < 1 || texts.length(text) > max_length())
      refuse(text, "has " + std::to_string(texts.length(text)) + " tokens; the model takes 1 to " +
                       std::to_string(max_length()));
    texts.begins.push_back(begin);
    begin += static_cast<std::size_t>(texts.length(text));
    RB_CHECK_LE(begin, rows.ids.size());
    for (const std::int32_t id : texts.ids(text))
      if (id < 0 || id >= vocabulary())
        refuse(text, "holds token " + std::to_string(id) +
                         "; the embedding table of the model has " + std::to_string(vocabulary()) +
                         " rows, so the tokenizer belongs to another model");
  }
  RB_CHECK_EQ(begin, rows.ids.size());

  EncodedRows out;
  out.features.resize(rows.lengths.size() * static_cast<std::size_t>(dim()));
  out.real_tokens = static_cast<std::int64_t>(begin);
  for_each_batch(
      rows.lengths, batch_tokens_,
      [&](std::span<const std::size_t> batch) { encode_batch(texts, batch, out); },
      [&](const std::string& remark) {
        out.remarks.push_back(options_.device.str() + ": " + remark);
      });
  return out;
}

void TextEncoder::encode_batch(const Texts& texts, std::span<const std::size_t> batch,
                               EncodedRows& out) const {
  const at::NoGradGuard quiet;
  const std::int64_t longest = texts.length(batch.front());
  const auto count = static_cast<std::int64_t>(batch.size());
  at::Tensor ids = at::empty({count, longest}, at::kLong);
  at::Tensor mask = at::empty({count, longest}, at::kBool);
  auto* id = ids.mutable_data_ptr<std::int64_t>();
  auto* real = mask.mutable_data_ptr<bool>();
  bool padded = false;
  for (const std::size_t text : batch) {
    const auto tokens = texts.ids(text);
    const auto padding = longest - static_cast<std::int64_t>(tokens.size());
    padded = padded || padding > 0;
    id = std::fill_n(std::copy(tokens.begin(), tokens.end(), id), padding,
                     std::max<std::int64_t>(bert_.config().padding, 0));
    real = std::fill_n(std::fill_n(real, tokens.size(), true), padding, false);
  }
  const TokenBatch input = {
      ids.to(options_.device), padded ? mask.to(options_.device) : at::Tensor(), {}};
  const at::Tensor states = bert_.encode(bert_.embed_words(input.ids), input);
  // Sums over tokens are taken in float32 whatever the precision of the layers.
  at::Tensor vectors = pool(states.to(at::kFloat), input.mask, options_.pooling);
  if (options_.scaling == Scaling::kUnitLength) vectors = unit_rows(vectors);
  vectors = vectors.to(at::kCPU).contiguous();
  const auto* values = vectors.const_data_ptr<float>();
  const auto width = static_cast<std::size_t>(dim());
  for (std::size_t i = 0; i < batch.size(); ++i)
    std::memcpy(out.features.data() + batch[i] * width, values + i * width, width * sizeof(float));
  out.padded_tokens += count * longest;
}

}  // namespace ratbench::models
