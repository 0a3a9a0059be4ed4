// Every reference number of BERT: states of a tiny encoder in both forms of names, its heads with
// losses and gradients, and sentence embeddings of a real model.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>
#include <gtest/gtest.h>

#include "src/data/model_folder.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/models/bert.hpp"
#include "src/models/heads.hpp"
#include "tests/parity/fixture.hpp"

namespace ratbench::models {
namespace {

using tests::Fixture;

// Threads that wait for each other on a busy machine take longer than the work on models this
// small.
const bool kOneThread = (at::set_num_threads(1), true);

const losses::SoftmaxLoss kCrossEntropy({.mean = losses::Mean::kOverWeights});

std::string model_folder(const std::string& name) {
  return tests::fixtures_root() + "/bert/" + name;
}

TokenBatch batch_of(Fixture& fixture) {
  return {fixture.tensor("batch", "input_ids"), fixture.tensor("batch", "attention_mask") == 1,
          fixture.tensor("batch", "token_type_ids")};
}

void visit_states(Fixture& fixture, const std::string& file, const Bert& bert) {
  const TokenBatch batch = batch_of(fixture);
  const at::Tensor words = bert.embed_words(batch.ids);
  at::Tensor states = bert.embeddings(words, batch, std::nullopt);
  fixture.expect(file, "hidden_states.0", states);
  for (std::int64_t i = 0; i < bert.config().layers; ++i) {
    states = bert.layer(i, states, batch, std::nullopt);
    fixture.expect(file, "hidden_states." + std::to_string(i + 1), states);
  }
  const at::Tensor last = bert.encode(words, batch, std::nullopt);
  fixture.expect(file, "last_hidden_state", last);
  fixture.expect(file, "pooler_output", bert.pooled(last));
  const at::Tensor mean = pool(last, batch.mask, Pooling::kMean);
  fixture.expect(file, "mean_pooled", mean);
  fixture.expect(file, "mean_pooled_l2", unit_rows(mean));
}

void visit_other_masks(Fixture& fixture, const std::string& file, const Bert& bert) {
  const TokenBatch batch = batch_of(fixture);
  const at::Tensor words = bert.embed_words(batch.ids);
  fixture.expect(file, "last_hidden_state.no_mask_no_types",
                 bert.encode(words, {batch.ids, {}, {}}, std::nullopt));
  const at::Tensor short_row = words.narrow(0, 3, 1).narrow(1, 0, 3);
  fixture.expect(file, "last_hidden_state.row3_unpadded",
                 bert.encode(short_row, {{}, {}, {}}, std::nullopt));
}

TEST(BertParity, StatesOfBothFormsOfNames) {
  RATBENCH_NEEDS_FIXTURES();
  for (const char* name : {"model", "model_legacy_names"}) {
    SCOPED_TRACE(name);
    Fixture fixture("bert");
    for (const Product product : {Product::kMkl, Product::kOneDnn}) {
      const auto bert =
          Bert::load(model_folder(name), {.pooler = Pooler::kLoad, .product = product});
      visit_states(fixture, "encoder_f32", bert);
    }
    const auto wide =
        Bert::load(model_folder(name), {.type = at::kDouble, .pooler = Pooler::kLoad});
    visit_states(fixture, "encoder_f64", wide);
    visit_other_masks(fixture, "encoder_f64", wide);
    EXPECT_EQ(fixture.unvisited("encoder_f32"), std::vector<std::string>());
    EXPECT_EQ(fixture.unvisited("encoder_f64"), std::vector<std::string>());
  }
}

// One head on one model in float64, trained on the batch of the reference numbers.
class HeadCase {
 public:
  HeadCase(Fixture& fixture, const std::string& folder, std::string file, Pooler pooler)
      : fixture_(fixture),
        file_(std::move(file)),
        batch_(batch_of(fixture)),
        bert_(Bert::load(model_folder(folder), {.type = at::kDouble, .pooler = pooler})) {
    bert_.make_trainable();
    words_ = bert_.embed_words(batch_.ids);
    words_.retain_grad();
    states_ = bert_.encode(words_, batch_, std::nullopt);
  }

  const Bert& bert() const { return bert_; }
  const at::Tensor& states() const { return states_; }

  // A head with the weights of the model's folder.
  static Head stored_head(const std::string& folder, HeadInput input, std::int64_t classes) {
    const auto weights = BertWeights::open(model_folder(folder));
    Head head(input, 32, classes, 0.02, 1, at::kCPU, at::kDouble);
    head.load(weights.tensor("classifier.weight", at::kDouble, at::kCPU),
              weights.tensor("classifier.bias", at::kDouble, at::kCPU));
    head.make_trainable();
    return head;
  }

  // Compares logits, loss and every gradient there is a number for.
  void visit(const at::Tensor& logits, const char* labels, Head& head) {
    fixture_.expect(file_, "logits", logits);
    const at::Tensor rows = logits.detach().view({-1, logits.size(-1)});
    const auto loss = kCrossEntropy.evaluate(rows, fixture_.tensor("batch", labels).flatten(), 0);
    fixture_.expect(file_, "loss", loss.value);
    logits.backward(loss.dlogits.view(logits.sizes()));
    fixture_.expect(file_, "grad.word_embedding_output", words_.grad());
    const at::Tensor padding = bert_.parameters().front().grad.select(0, 0);
    EXPECT_EQ(padding.abs().sum().item<double>(), 0);
    for (const Parameter& parameter : bert_.parameters()) {
      if (parameter.name == "embeddings.word_embeddings.weight")
        fixture_.expect(file_, "grad.word_embedding_weight", parameter.grad);
      else
        visit_parameter("grad_param.bert." + parameter.name, parameter.grad);
    }
    for (const Parameter& parameter : head.parameters())
      visit_parameter("grad_param." + parameter.name, parameter.grad);
    EXPECT_EQ(fixture_.unvisited(file_), std::vector<std::string>());
  }

 private:
  void visit_parameter(const std::string& name, const at::Tensor& grad) {
    if (fixture_.has(file_, name)) fixture_.expect(file_, name, grad);
  }

  Fixture& fixture_;
  std::string file_;
  TokenBatch batch_;
  Bert bert_;
  at::Tensor words_, states_;
};

TEST(BertParity, TokenHeadLossAndGradients) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("bert");
  HeadCase token(fixture, "token_classification", "token_head_f64", Pooler::kLeave);
  Head head = HeadCase::stored_head("token_classification", HeadInput::kEveryToken, 5);
  token.visit(head.logits(token.states(), {}, std::nullopt, 0, 0), "token_labels", head);
}

TEST(BertParity, PooledHeadLossAndGradients) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("bert");
  HeadCase pooled(fixture, "sequence_classification", "pooled_head_f64", Pooler::kLoad);
  Head head = HeadCase::stored_head("sequence_classification", HeadInput::kFirst, 4);
  pooled.visit(head.classify(pooled.bert().pooled(pooled.states())), "seq_labels", head);
}

TEST(BertParity, FirstTokenHeadLossAndGradients) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("bert");
  HeadCase first(fixture, "model", "cls_linear_head_f64", Pooler::kLeave);
  Head head(HeadInput::kFirst, 32, 4, 0.02, 1, at::kCPU, at::kDouble);
  head.load(fixture.tensor("batch", "cls_linear.weight"),
            fixture.tensor("batch", "cls_linear.bias"));
  head.make_trainable();
  first.visit(head.logits(first.states(), {}, std::nullopt, 0, 0), "seq_labels", head);
}

// Rows of the batch of sentences, cut to the longest of them.
at::Tensor sentence_means(const Bert& bert, const at::Tensor& ids, const at::Tensor& mask) {
  const std::int64_t length = mask.sum(1).max().item<std::int64_t>();
  const TokenBatch batch = {ids.narrow(1, 0, length), mask.narrow(1, 0, length) == 1, {}};
  return pool(bert.encode(bert.embed_words(batch.ids), batch, std::nullopt), batch.mask,
              Pooling::kMean);
}

TEST(MinilmParity, SentenceEmbeddingsOfTheRealModel) {
  RATBENCH_NEEDS_FIXTURES();
  const auto folder = data::minilm_folder();
  if (!std::filesystem::exists(folder))
    GTEST_SKIP() << "this machine has no MiniLM; bash run.sh fetches it";
  Fixture fixture("minilm");
  const std::string file = "embeddings";
  const at::Tensor ids = fixture.tensor(file, "input_ids");
  const at::Tensor mask = fixture.tensor(file, "attention_mask");
  for (const Product product : {Product::kMkl, Product::kOneDnn}) {
    const at::Tensor means = sentence_means(Bert::load(folder, {.product = product}), ids, mask);
    fixture.expect(file, "mean_pooled", means);
    fixture.expect(file, "embedding", unit_rows(means));
  }
  const at::Tensor wide =
      unit_rows(sentence_means(Bert::load(folder, {.type = at::kDouble}), ids, mask));
  fixture.expect(file, "embedding_f64", wide);
  fixture.expect(file, "similarity_f64", wide.matmul(wide.t()));
  EXPECT_EQ(fixture.unvisited(file), std::vector<std::string>());
}

}  // namespace
}  // namespace ratbench::models
