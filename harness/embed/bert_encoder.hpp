// Texts to features through a BERT that a worker runs: tokenizes here, sends texts of similar
// length together, keeps what is ready, and goes on from there after an interruption.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/corpus/text_encoder.hpp"
#include "harness/embed/part_file.hpp"
#include "harness/embed/text_model.hpp"
#include "harness/protocol/messages.hpp"
#include "src/text/tokenizer.hpp"

namespace ratbench::embed {

class EmbedWorker;

struct BertEncoderOptions {
  std::filesystem::path worker;  // the worker program
  std::filesystem::path parts;   // folder for features in progress
  std::string device = "auto";
  int threads = 1;
  // Receives a line now and then for people, such as "512 of 7255 texts, 40 texts/s, 2:48 left".
  std::function<void(const std::string&)> say = [](const std::string&) {};
};

class BertEncoder : public corpus::TextEncoder {
 public:
  // Reads the tokenizer; the worker starts with the first text that is not stored. Throws what
  // Tokenizer::load throws.
  BertEncoder(TextModel model, BertEncoderOptions options);
  ~BertEncoder() override;

  std::string identity() const override { return model_.identity(); }
  std::size_t dim() const override { return model_.dim; }
  // Throws InterruptedError after SIGINT, SIGTERM or SIGHUP; what is ready is kept. Throws
  // DataError, and keeps nothing, when the model's files are no longer those that its identity
  // names.
  std::vector<float> encode(const std::vector<corpus::EncoderText>& texts,
                            const std::string& source) override;
  void stored() override;

  // Tokens of all texts so far, and positions computed for them with padding.
  std::int64_t real_tokens() const { return real_tokens_; }
  std::int64_t padded_tokens() const { return padded_tokens_; }

 private:
  using TokenLists = std::vector<std::vector<text::TokenId>>;
  // Of every text, cut to the model's longest.
  TokenLists tokenize(const std::vector<corpus::EncoderText>& texts,
                      const std::string& source) const;
  enum class Chunk { kReady, kInterrupted };
  // `interruption` is the descriptor that tells of a signal.
  Chunk embed_chunk(const TokenLists& tokens, const std::vector<std::uint64_t>& rows,
                    int interruption, std::vector<float>& features);

  void check_model();

  TextModel model_;
  BertEncoderOptions options_;
  text::Tokenizer tokenizer_;
  std::unique_ptr<EmbedWorker> worker_;
  std::vector<std::unique_ptr<PartFile>> parts_;  // of texts that are not yet stored elsewhere
  std::int64_t real_tokens_ = 0;
  std::int64_t padded_tokens_ = 0;
};

}  // namespace ratbench::embed
