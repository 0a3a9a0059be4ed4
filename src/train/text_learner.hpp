// A BERT over token sequences as the training loop sees it. For task ner the logits are those of
// the tokens that have a tag alone, so that losses and attacks see words and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/train/learner.hpp"
#include "src/train/placed_logits.hpp"
#include "src/train/text_dataset.hpp"

namespace ratbench::train {

class TextLearner final : public Learner {
 public:
  TextLearner(const TextDataset& data, const RunSpec& run, const models::Arithmetic& arithmetic);

  models::Model& model() override { return *model_; }
  std::int64_t encoder_layers() const override;
  std::string precision() const override { return precision_; }
  const Examples& examples() const override { return examples_; }
  bool has_lengths() const override { return true; }
  std::int64_t length(std::int64_t id) const override;
  BatchInputs begin_batch(std::span<const std::int64_t> ids) override;
  at::Tensor unit_logits(Split split) override;
  const Truth& truth(Split split) const override;

 private:
  // Logits of what `windows` predict, in their order.
  at::Tensor logits_of(const data::TokenSet& file, std::span<const std::int64_t> windows);

  const TextDataset& data_;
  std::unique_ptr<PlacedLogits> model_;
  std::string precision_;
  Examples examples_;
  std::int64_t evaluation_tokens_;  // positions at once
};

}  // namespace ratbench::train
