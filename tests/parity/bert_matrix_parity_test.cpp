// The remaining reference cases of attacks on a BERT: a head that reads padding too, the whole
// embedding matrix, and CreAT, which this program does not offer but whose passes, gradients and
// steps it can reproduce.
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "src/attacks/fgm.hpp"
#include "src/attacks/perturbation.hpp"
#include "src/attacks/pgd.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/models/bert_passes.hpp"
#include "src/models/row_sums.hpp"
#include "tests/parity/attack_case.hpp"

namespace ratbench::attacks {
namespace {

using nlohmann::json;
using tests::Fixture;

const losses::SoftmaxLoss kMeanCrossEntropy({.mean = losses::Mean::kOverWeights});

enum class Reads { kFirstToken, kMeanOfEveryPosition };

models::TokenBatch token_batch(Fixture& inputs) {
  return {inputs.tensor("batch", "input_ids"), inputs.tensor("batch", "attention_mask") == 1,
          inputs.tensor("batch", "token_type_ids")};
}

// The tiny encoder and a linear layer, padding computed; remembers every pass.
class RecordedBert : public tests::RecordedObjective {
 public:
  RecordedBert(Fixture& fixture, Reads reads)
      : bert_(models::Bert::load(tests::fixtures_root() + "/bert/model",
                                 {.type = at::kDouble, .dropout = 0})),
        tokens_(token_batch(fixture)),
        reads_(reads),
        weight_(fixture.tensor("batch", "cls_linear.weight")),
        bias_(fixture.tensor("batch", "cls_linear.bias")),
        labels_(fixture.tensor("batch", "seq_labels")) {
    bert_.make_trainable();
    passes_ = std::make_unique<models::BertPasses>(
        bert_, models::PassOptions{.padding = models::Padding::kCompute});
    batch = {bert_.embed_words(tokens_.ids), tokens_.mask.to(at::kDouble), tokens_.ids};
  }

  at::Tensor forward(const at::Tensor& x, Slot slot) override {
    Pass& pass = passes_of_[static_cast<std::size_t>(slot)];
    pass.states = passes_->forward(x, tokens_, {}, &pass.tape);
    pass.vectors = reads_ == Reads::kFirstToken ? pass.states.select(1, 0) : pass.states.mean(1);
    inputs.push_back(x);
    outputs.push_back(pass.vectors.matmul(weight_.t()) + bias_);
    return outputs.back();
  }
  losses::LossValue loss(const at::Tensor& logits) override {
    losses::LossValue value = kMeanCrossEntropy.evaluate(logits, labels_, 0);
    losses.push_back(value.value.item<double>());
    return value;
  }
  at::Tensor backward(Slot slot, const at::Tensor& dlogits, Want want) override {
    return backward_from(slot, dlogits, {}, want);
  }
  // The same with a gradient of its own for the vectors that the head reads.
  at::Tensor backward_from(Slot slot, const at::Tensor& dlogits, const at::Tensor& extra,
                           Want want) {
    const Pass& pass = passes_of_[static_cast<std::size_t>(slot)];
    for (const models::Parameter& p : bert_.parameters())
      if (p.grad.defined()) p.grad.zero_();
    at::Tensor grad = dlogits.matmul(weight_);
    if (extra.defined()) grad = grad + extra;
    at::Tensor states = at::zeros_like(pass.states);
    if (reads_ == Reads::kFirstToken)
      states.select(1, 0).copy_(grad);
    else
      states.copy_((grad / states.size(1)).unsqueeze(1).expand_as(states));
    const at::Tensor words = passes_->backward(*pass.tape, states, models::Want::kBoth);
    input_grads.push_back(words);
    if (want != Want::kInput) keep_gradients(dlogits, pass, words);
    return words;
  }
  const at::Tensor& vectors(Slot slot) const {
    return passes_of_[static_cast<std::size_t>(slot)].vectors;
  }
  // [vocabulary, hidden]: sum of t [batch, len, hidden] over the positions of each token, 0 for
  // padding.
  at::Tensor summed_by_token(const at::Tensor& t) const {
    at::Tensor table = at::zeros({bert_.config().vocabulary, t.size(2)}, t.options());
    const at::Tensor ids = tokens_.ids.flatten();
    models::add_rows(t.flatten(0, 1).masked_fill(ids.eq(0).unsqueeze(1), 0), ids, table);
    return table;
  }
  // The matrix's perturbation from that of the positions, which must be one for each token.
  at::Tensor matrix_of(const at::Tensor& r) const {
    at::Tensor table = at::zeros({bert_.config().vocabulary, r.size(2)}, r.options());
    const at::Tensor ids = tokens_.ids.flatten();
    table.index_copy_(0, ids, r.flatten(0, 1));
    EXPECT_EQ((table.index_select(0, ids).view_as(r) - r).abs().max().item<double>(), 0);
    return table;
  }

  Batch batch;

 private:
  struct Pass {
    std::unique_ptr<models::BertTape> tape;
    at::Tensor states, vectors;
  };

  void keep_gradients(const at::Tensor& dlogits, const Pass& pass, const at::Tensor& words) {
    tests::Gradients& grads = parameter_grads.emplace_back();
    for (const models::Parameter& p : bert_.parameters()) grads[p.name] = p.grad.clone();
    grads["embeddings.word_embeddings.weight"] = summed_by_token(words);
    grads["cls_linear.weight"] = dlogits.t().matmul(pass.vectors);
  }

  models::Bert bert_;
  models::TokenBatch tokens_;
  Reads reads_;
  at::Tensor weight_, bias_, labels_;
  std::unique_ptr<models::BertPasses> passes_;
  std::array<Pass, 2> passes_of_;
};

class MatrixCase : public tests::AttackCase {
 public:
  MatrixCase(Fixture& fixture, Fixture& inputs, const json& about)
      : AttackCase(fixture, about),
        bert_(inputs,
              problem_ == "bert_padgrad" ? Reads::kMeanOfEveryPosition : Reads::kFirstToken) {}

  void visit() {
    if (name_ == "creat") return visit_creat();
    if (name_.starts_with("fgm")) return visit_fgm();
    if (name_.starts_with("pgd")) return visit_pgd();
    FAIL() << "no test for " << name_;
  }

 private:
  bool of_matrix() const { return problem_ == "bert_weight"; }
  // As the fixture stores perturbations.
  at::Tensor stored_form(const at::Tensor& r) const { return of_matrix() ? bert_.matrix_of(r) : r; }

  void visit_fgm() {
    const at::Tensor r = Fgm(fgm_parameters()).apply(bert_, bert_.batch, no_noise()).perturbation;
    if (of_matrix())
      expect("g", bert_.summed_by_token(bert_.input_grads.at(0)));
    else
      fixture_.expect(problem_, "g_unmasked", bert_.input_grads.at(0));
    expect("r", stored_form(r));
    expect("loss_adv", bert_.losses.at(1));
    expect("logits_adv", bert_.outputs.at(1));
    expect_gradients(bert_.parameter_grads.at(1));
  }

  void visit_pgd() {
    const at::Tensor r = Pgd(pgd_parameters()).apply(bert_, bert_.batch, no_noise()).perturbation;
    const auto last = static_cast<std::size_t>(steps());
    for (int k = 0; k < steps(); ++k) {
      const auto next = static_cast<std::size_t>(k) + 1;
      expect("loss." + std::to_string(k), bert_.losses.at(next - 1));
      // The difference of two inputs has rounding of its own, which would part equal tokens.
      if (next < last && of_matrix())
        expect("delta." + std::to_string(next), matrix_after(k + 1));
      else
        expect("delta." + std::to_string(next),
               next == last ? stored_form(r) : at::Tensor(bert_.inputs.at(next) - bert_.batch.x));
    }
    expect("loss_adv", bert_.losses.back());
    expect_gradients(bert_.parameter_grads.back());
  }

  // The perturbation after `steps` steps on a network of its own.
  at::Tensor matrix_after(int steps) {
    Fixture inputs("bert");
    RecordedBert fresh(inputs, Reads::kFirstToken);
    const Ascent ascent{.step = number("alpha"), .radius = number("eps"), .norm = norm()};
    const at::Tensor start = at::zeros_like(fresh.batch.x);
    return fresh.matrix_of(climb(fresh, fresh.batch, start, steps, ascent));
  }

  // J = CE - temp * sum of cos(h, h_clean): the gradient of the second term by h.
  at::Tensor away_from(const at::Tensor& clean, const at::Tensor& h, double& cosines) const {
    const at::Tensor lengths = h.norm(2, 1, true) * clean.norm(2, 1, true);
    const at::Tensor cosine = (h * clean).sum(1, true) / lengths;
    cosines = cosine.sum().item<double>();
    return (clean / lengths - cosine * h / (h * h).sum(1, true)) * -number("temp");
  }

  void visit_creat() {
    const at::Tensor& x = bert_.batch.x;
    const losses::LossValue clean = bert_.loss(bert_.forward(x, Slot::kFirst));
    const at::Tensor h_clean = bert_.vectors(Slot::kFirst);
    expect("loss_clean", clean.value);
    expect("h_clean", h_clean);
    const Ascent ascent{.step = number("adv_lr"), .radius = number("adv_max_norm"), .floor = 1e-8};
    at::Tensor delta = fixture_.tensor(problem_, name_ + ".init");
    for (int k = 0; k < parameters_.at("ascent_steps").get<int>(); ++k) {
      const losses::LossValue task = bert_.loss(bert_.forward(x + delta, Slot::kSecond));
      double cosines = 0;
      const at::Tensor extra = away_from(h_clean, bert_.vectors(Slot::kSecond), cosines);
      expect("J." + std::to_string(k), task.value.item<double>() - number("temp") * cosines);
      const at::Tensor g = bert_.backward_from(Slot::kSecond, task.dlogits, extra, Want::kInput);
      delta = ascend(delta, g, bert_.batch.mask, ascent);
      expect("delta." + std::to_string(k + 1), delta);
    }
    const losses::LossValue attacked = bert_.loss(bert_.forward(x + delta, Slot::kSecond));
    expect("loss_adv", attacked.value);
    expect("loss_total", (clean.value + attacked.value) * 0.5);
    bert_.backward(Slot::kFirst, clean.dlogits * 0.5, Want::kParameters);
    bert_.backward(Slot::kSecond, attacked.dlogits * 0.5, Want::kParameters);
    auto total = bert_.parameter_grads.at(0);
    for (const auto& [name, grad] : bert_.parameter_grads.at(1)) total[name] = total[name] + grad;
    expect_gradients(total);
  }

  RecordedBert bert_;
};

TEST(BertAttacksParity, EveryCaseOnPaddingOnTheMatrixAndOfCreat) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("attacks");
  Fixture inputs("bert");
  const std::map<std::string, std::size_t> expected = {
      {"bert_padgrad", 4}, {"bert_weight", 2}, {"bert_creat", 1}};
  std::map<std::string, std::size_t> visited;
  for (const json& about : fixture.description().at("cases")) {
    const std::string problem = about.at("problem");
    if (!expected.contains(problem)) continue;
    SCOPED_TRACE(problem + "/" + about.at("case").get<std::string>());
    MatrixCase(fixture, inputs, about).visit();
    ++visited[problem];
  }
  EXPECT_EQ(visited, expected);
  for (const auto& [problem, cases] : expected)
    EXPECT_EQ(fixture.unvisited(problem), std::vector<std::string>{}) << problem;
}

}  // namespace
}  // namespace ratbench::attacks
