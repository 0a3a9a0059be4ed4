#include "harness/embed/bert_encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "harness/embed/embed_worker.hpp"
#include "harness/sched/interrupt.hpp"
#include "harness/sched/progress.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/content.hpp"
#include "src/text/encoding.hpp"
#include "src/text/head_tail.hpp"

namespace ratbench::embed {
namespace {

// One request: seconds of work, so that little is lost by an interruption and the worker still
// finds texts of equal length in it.
constexpr std::size_t kChunkTokens = 32'768;
constexpr double kSayEvery_s = 10;
constexpr std::size_t kSpecialTokens = 2;  // [CLS] and [SEP]

// Everything the features in progress depend on.
std::string key_of(const TextModel& model, const std::vector<corpus::EncoderText>& texts) {
  Sha256 hash;
  hash.update(model.identity());
  for (const auto& [text, answer] : texts) {
    hash.update(fmt::format("\n{}+{}:", text.size(), answer.size()));
    hash.update(text);
    hash.update(answer);
  }
  return hash.hex();
}

// A pair is one sequence, question before answer.
text::Encoding encoded(const text::Tokenizer& tokenizer, const TextModel& model,
                       std::vector<text::Token> text, std::vector<text::Token> answer) {
  const bool head_tail = model.choice.truncation == "head_tail";
  if (head_tail && answer.empty())
    return text::encode_head_tail(tokenizer, std::move(text), model.max_length);
  if (head_tail)
    return text::encode_head_tail_joined(tokenizer, std::move(text), std::move(answer),
                                         model.max_length);
  text.insert(text.end(), answer.begin(), answer.end());
  return text::encode_single(tokenizer, std::move(text), model.max_length);
}

// Tells how far the work is, at most every ten seconds.
class Announcer {
 public:
  Announcer(const std::function<void(const std::string&)>& say, std::size_t total, std::size_t done)
      : say_(say), total_(total), first_(done) {}

  void update(std::size_t done) {
    const double now_s = sched::monotonic_s();
    if (now_s - last_s_ < kSayEvery_s || done == total_) return;
    last_s_ = now_s;
    const double rate = static_cast<double>(done - first_) / (now_s - started_s_);
    say_(fmt::format("embedded {} of {} texts, {:.1f} texts/s, {} left", done, total_, rate,
                     sched::duration_text(static_cast<double>(total_ - done) / rate)));
  }

 private:
  const std::function<void(const std::string&)>& say_;
  std::size_t total_;
  std::size_t first_;
  double started_s_ = sched::monotonic_s();
  double last_s_ = started_s_;
};

}  // namespace

BertEncoder::BertEncoder(TextModel model, BertEncoderOptions options)
    : model_(std::move(model)),
      options_(std::move(options)),
      tokenizer_(text::Tokenizer::load(model_.folder)) {
  if (!model_.own_pooling.empty() && model_.own_pooling != model_.choice.pooling && options_.say)
    options_.say(fmt::format("{}: the model's own vectors are pooled by {}, these by {}",
                             model_.folder.string(), model_.own_pooling, model_.choice.pooling));
}

BertEncoder::~BertEncoder() = default;

BertEncoder::TokenLists BertEncoder::tokenize(const std::vector<corpus::EncoderText>& texts,
                                              const std::string& source) const {
  TokenLists lists(texts.size());
  std::size_t truncated = 0;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const std::string place = fmt::format("{}: text {}", source, row);
    auto text = tokenizer_.tokenize(texts[row].text, place);
    std::vector<text::Token> answer;
    if (!texts[row].answer.empty())
      answer = tokenizer_.tokenize(texts[row].answer, place + ", answer");
    const std::size_t whole = text.size() + answer.size();
    if (whole == 0) {
      throw DataError(source, fmt::format("text {}", row),
                      "is empty for the tokenizer: nothing but white space and control characters");
    }
    const text::Encoding encoding = encoded(tokenizer_, model_, std::move(text), std::move(answer));
    truncated += encoding.size() < whole + kSpecialTokens ? 1 : 0;
    for (const text::Token& token : encoding.tokens) lists[row].push_back(token.id);
  }
  if (truncated > 0) {
    options_.say(fmt::format("{}: {} of {} texts are longer than {} tokens and were truncated",
                             source, truncated, texts.size(), model_.max_length));
  }
  return lists;
}

BertEncoder::Chunk BertEncoder::embed_chunk(const TokenLists& tokens,
                                            const std::vector<std::uint64_t>& rows,
                                            int interruption, std::vector<float>& features) {
  protocol::EmbedRequest request;
  request.threads = options_.threads;
  request.encoder = {model_.folder.string(), model_.choice.pooling, model_.choice.precision,
                     model_.unit_length};
  for (const std::uint64_t row : rows) {
    request.ids.insert(request.ids.end(), tokens[row].begin(), tokens[row].end());
    request.lengths.push_back(static_cast<std::int32_t>(tokens[row].size()));
  }
  if (!worker_) worker_ = std::make_unique<EmbedWorker>(options_.worker, options_.device);
  const auto answer = worker_->embed(std::move(request), interruption);
  if (!answer) return Chunk::kInterrupted;
  const protocol::EmbedResult& result = *answer;
  RB_CHECK_EQ(result.features.size(), rows.size() * model_.dim);
  for (const std::string& remark : result.remarks) options_.say(remark);
  const auto bad = std::find_if_not(result.features.begin(), result.features.end(),
                                    [](float value) { return std::isfinite(value); });
  if (bad != result.features.end()) {
    const auto at = static_cast<std::size_t>(bad - result.features.begin());
    throw DataError(model_.folder.string(), fmt::format("text {}", rows[at / model_.dim]),
                    "the model gives features that are not finite; its weights are damaged, or its "
                    "numbers too large for this precision");
  }
  real_tokens_ += result.real_tokens;
  padded_tokens_ += result.padded_tokens;
  parts_.back()->append(rows, result.features);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(features.data() + rows[i] * model_.dim, result.features.data() + i * model_.dim,
                model_.dim * sizeof(float));
  }
  return Chunk::kReady;
}

std::vector<float> BertEncoder::encode(const std::vector<corpus::EncoderText>& texts,
                                       const std::string& source) {
  const TokenLists tokens = tokenize(texts, source);
  const std::string key = key_of(model_, texts);
  parts_.push_back(
      std::make_unique<PartFile>(options_.parts / (key.substr(0, 32) + ".part"), key, model_.dim));

  std::vector<float> features(texts.size() * model_.dim);
  std::vector<bool> ready(texts.size(), false);
  std::size_t done = 0;
  for (const PartFile::Row& row : parts_.back()->take_stored()) {
    if (row.row >= texts.size() || ready[row.row]) continue;
    std::copy(row.features.begin(), row.features.end(),
              features.begin() + static_cast<std::ptrdiff_t>(row.row * model_.dim));
    ready[row.row] = true;
    ++done;
  }
  if (done > 0)
    options_.say(fmt::format("{} of {} texts were embedded before", done, texts.size()));

  std::vector<std::uint64_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::erase_if(order, [&ready](std::uint64_t row) { return ready[row]; });
  // The longest first: when memory does not suffice, that shows at once.
  std::stable_sort(order.begin(), order.end(), [&tokens](std::uint64_t a, std::uint64_t b) {
    return tokens[a].size() > tokens[b].size();
  });

  Announcer announcer(options_.say, texts.size(), done);
  const sched::Interrupts interrupts;
  for (std::size_t next = 0; next < order.size();) {
    std::vector<std::uint64_t> rows;
    for (std::size_t held = 0; next < order.size() && held < kChunkTokens; ++next) {
      rows.push_back(order[next]);
      held += tokens[order[next]].size();
    }
    if (interrupts.count() > 0 ||
        embed_chunk(tokens, rows, interrupts.fd(), features) == Chunk::kInterrupted) {
      worker_.reset();  // it still works on what nobody waits for
      check_model();
      throw InterruptedError(fmt::format(
          "stopped; {} of {} texts are embedded and kept: the same command goes on from there",
          done, texts.size()));
    }
    done += rows.size();
    announcer.update(done);
  }
  if (!order.empty()) check_model();
  return features;
}

void BertEncoder::check_model() {
  const std::string difference = data::model_difference(model_.folder, model_.sha256);
  if (difference.empty()) return;
  stored();
  throw DataError(
      model_.folder.string(), "",
      "was changed while texts were embedded, so their features are thrown away: " + difference);
}

void BertEncoder::stored() {
  for (const auto& part : parts_) part->discard();
  parts_.clear();
}

}  // namespace ratbench::embed
