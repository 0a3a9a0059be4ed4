// Every reference number of BERT: states of a tiny encoder in both forms of names, its heads with
// losses and gradients, and sentence embeddings of a real model.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include "src/data/model_folder.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/models/bert.hpp"
#include "src/models/bert_passes.hpp"
#include "src/models/heads.hpp"
#include "src/models/row_sums.hpp"
#include "tests/needs.hpp"
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
  at::Tensor states = bert.embeddings(words, batch);
  fixture.expect(file, "hidden_states.0", states);
  for (std::int64_t i = 0; i < bert.config().layers; ++i) {
    states = bert.layer(i, states, batch);
    fixture.expect(file, "hidden_states." + std::to_string(i + 1), states);
  }
  const at::Tensor last = bert.encode(words, batch);
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
                 bert.encode(words, {batch.ids, {}, {}}));
  const at::Tensor short_row = words.narrow(0, 3, 1).narrow(1, 0, 3);
  fixture.expect(file, "last_hidden_state.row3_unpadded", bert.encode(short_row, {{}, {}, {}}));
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

// One model in float64 with gradients for the batch of the reference numbers.
class GradientCase {
 public:
  GradientCase(Fixture& fixture, const std::string& folder, std::string file, Pooler pooler)
      : fixture_(fixture),
        file_(std::move(file)),
        batch_(batch_of(fixture)),
        bert_(Bert::load(model_folder(folder), {.type = at::kDouble, .pooler = pooler})) {
    bert_.make_trainable();
  }

  void visit_passes(const PassOptions& options, Head& head, const char* labels) {
    BertPasses passes(bert_, options);
    for (Parameter& parameter : bert_.parameters())
      if (parameter.grad.defined()) parameter.grad.zero_();
    head.make_trainable();
    std::unique_ptr<BertTape> tape;
    const at::Tensor states = passes.forward(bert_.embed_words(batch_.ids), batch_, {}, &tape);
    const bool pools = bert_.parameters().back().name.starts_with("pooler.");
    const at::Tensor pooled = pools ? bert_.pooled(states).unsqueeze(1) : states;
    const at::Tensor logits = head.logits(pooled, {}, {});
    expect_logits(logits, options.padding);
    const at::Tensor rows = logits.view({-1, logits.size(-1)});
    const auto loss = kCrossEntropy.evaluate(rows, fixture_.tensor("batch", labels).flatten(), 0);
    fixture_.expect(file_, "loss", loss.value);
    at::Tensor grad = head.backward(pooled, {}, {}, loss.dlogits, Want::kBoth);
    if (pools) grad = pooler_backward(states, pooled, grad);
    const at::Tensor grad_words = passes.backward(*tape, grad, Want::kBoth);
    expect_gradients(grad_words, head);
  }

 private:
  // Reference logits at padding exist too; only a pass that computes padding has them.
  void expect_logits(const at::Tensor& logits, Padding padding) {
    if (padding == Padding::kCompute || logits.dim() == 2) {
      fixture_.expect(file_, "logits", logits);
      return;
    }
    fixture_.leave_out(file_, "logits");
    const at::Tensor wanted = fixture_.tensor(file_, "logits");
    const at::Tensor difference = (logits - wanted) * batch_.mask.unsqueeze(2);
    EXPECT_LT(difference.abs().max().item<double>(), 1e-10);
  }

  at::Tensor pooler_backward(const at::Tensor& states, const at::Tensor& pooled,
                             const at::Tensor& grad) {
    auto& parameters = bert_.parameters();
    const at::Tensor inner = (grad * (1 - pooled * pooled)).squeeze(1);
    const at::Tensor& weight = parameters[parameters.size() - 2].value;
    parameters[parameters.size() - 2].grad = inner.t().matmul(states.select(1, 0));
    parameters.back().grad = inner.sum(0);
    at::Tensor out = at::zeros_like(states);
    out.select(1, 0).copy_(inner.matmul(weight));
    return out;
  }

  void expect_gradients(const at::Tensor& grad_words, Head& head) {
    fixture_.expect(file_, "grad.word_embedding_output", grad_words);
    at::Tensor table = at::zeros_like(bert_.parameters().front().value);
    const at::Tensor ids = batch_.ids.flatten();
    add_rows(grad_words.flatten(0, 1).masked_fill(ids.eq(0).unsqueeze(1), 0), ids, table);
    fixture_.expect(file_, "grad.word_embedding_weight", table);
    for (const Parameter& parameter : bert_.parameters())
      if (parameter.name != "embeddings.word_embeddings.weight")
        visit_parameter("grad_param.bert." + parameter.name, parameter.grad);
    for (const Parameter& parameter : head.parameters())
      visit_parameter("grad_param." + parameter.name, parameter.grad);
    EXPECT_EQ(fixture_.unvisited(file_), std::vector<std::string>());
  }

  void visit_parameter(const std::string& name, const at::Tensor& grad) {
    if (fixture_.has(file_, name)) fixture_.expect(file_, name, grad);
  }

  Fixture& fixture_;
  std::string file_;
  TokenBatch batch_;
  Bert bert_;
};

// A head with the weights of the model's folder.
Head stored_head(const std::string& folder, HeadInput input, std::int64_t classes) {
  const auto weights = BertWeights::open(model_folder(folder));
  Head head(input, 32, classes, 0.02, 1, at::kCPU, at::kDouble);
  head.load(weights.tensor("classifier.weight", at::kDouble, at::kCPU),
            weights.tensor("classifier.bias", at::kDouble, at::kCPU));
  return head;
}

// Dropout is off in all reference numbers.
void visit_gradients(const std::string& folder, const std::string& file, Pooler pooler, Head& head,
                     const char* labels) {
  for (const Padding padding : {Padding::kCompute, Padding::kSkip}) {
    for (const KeepActivations keep : {KeepActivations::kAll, KeepActivations::kLayerInputs}) {
      Fixture fixture("bert");
      GradientCase made(fixture, folder, file, pooler);
      made.visit_passes({.keep = keep, .padding = padding}, head, labels);
    }
  }
}

TEST(BertParity, TokenHeadLossAndGradients) {
  RATBENCH_NEEDS_FIXTURES();
  Head head = stored_head("token_classification", HeadInput::kEveryToken, 5);
  visit_gradients("token_classification", "token_head_f64", Pooler::kLeave, head, "token_labels");
}

TEST(BertParity, PooledHeadLossAndGradients) {
  RATBENCH_NEEDS_FIXTURES();
  Head head = stored_head("sequence_classification", HeadInput::kFirst, 4);
  visit_gradients("sequence_classification", "pooled_head_f64", Pooler::kLoad, head, "seq_labels");
}

TEST(BertParity, FirstTokenHeadLossAndGradients) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("bert");
  Head head(HeadInput::kFirst, 32, 4, 0.02, 1, at::kCPU, at::kDouble);
  head.load(fixture.tensor("batch", "cls_linear.weight"),
            fixture.tensor("batch", "cls_linear.bias"));
  visit_gradients("model", "cls_linear_head_f64", Pooler::kLeave, head, "seq_labels");
}

// Rows of the batch of sentences, cut to the longest of them.
at::Tensor sentence_means(const Bert& bert, const at::Tensor& ids, const at::Tensor& mask) {
  const std::int64_t length = mask.sum(1).max().item<std::int64_t>();
  const TokenBatch batch = {ids.narrow(1, 0, length), mask.narrow(1, 0, length) == 1, {}};
  return pool(bert.encode(bert.embed_words(batch.ids), batch), batch.mask, Pooling::kMean);
}

TEST(MinilmParity, SentenceEmbeddingsOfTheRealModel) {
  RATBENCH_NEEDS_FIXTURES();
  const auto folder = data::minilm_folder();
  RATBENCH_NEEDS_MINILM(folder);
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
