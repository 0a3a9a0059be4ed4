// Reference cases of attacks on the word vectors of a BERT: perturbation of every step, losses and
// parameter gradients.
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <array>

#include "src/attacks/divergence.hpp"
#include "src/attacks/fgm.hpp"
#include "src/attacks/pgd.hpp"
#include "src/attacks/smart.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/models/bert_task.hpp"
#include "tests/parity/attack_case.hpp"

namespace ratbench::attacks {
namespace {

using nlohmann::json;
using tests::Fixture;
using tests::Gradients;

const losses::SoftmaxLoss kCrossEntropy({.mean = losses::Mean::kOverWeights});
const std::string kProblem = "bert_cls";

models::BertTask task_of(Fixture& inputs) {
  models::Head head(models::HeadInput::kFirst, 32, 4, 0.02, 1, at::kCPU, at::kDouble);
  head.load(inputs.tensor("batch", "cls_linear.weight"), inputs.tensor("batch", "cls_linear.bias"));
  return {models::Bert::load(tests::fixtures_root() + "/bert/model",
                             {.type = at::kDouble, .dropout = 0}),
          std::move(head), 0};
}

// The cases call the head by a name of its own.
std::string name_in_the_cases(const std::string& parameter) {
  const std::string head = "classifier.";
  return parameter.starts_with(head) ? "cls_linear." + parameter.substr(head.size()) : parameter;
}

// The task behind the attacks' interface; remembers every pass.
class RecordedTask : public tests::RecordedObjective {
 public:
  explicit RecordedTask(Fixture& bert)
      : task_(task_of(bert)), labels_(bert.tensor("batch", "seq_labels")) {
    const at::Tensor mask = bert.tensor("batch", "attention_mask");
    const at::Tensor words = task_.begin_batch(
        {bert.tensor("batch", "input_ids"), mask == 1, bert.tensor("batch", "token_type_ids")}, {});
    batch = {words, mask.to(at::kDouble)};
  }

  at::Tensor forward(const at::Tensor& x, Slot slot) override {
    inputs.push_back(x);
    outputs.push_back(
        task_.forward(x, models::DropoutContext{}, kept_[static_cast<std::size_t>(slot)]));
    return outputs.back();
  }
  losses::LossValue loss(const at::Tensor& logits) override {
    losses::LossValue value = kCrossEntropy.evaluate(logits, labels_, 0);
    losses.push_back(value.value.item<double>());
    return value;
  }
  at::Tensor backward(Slot slot, const at::Tensor& dlogits, Want want) override {
    task_.clear_gradients();
    at::Tensor grad_x = task_.backward(kept_[static_cast<std::size_t>(slot)], dlogits,
                                       static_cast<models::Want>(want));
    if (want != Want::kParameters) input_grads.push_back(grad_x);
    if (want == Want::kInput) return grad_x;
    Gradients& grads = parameter_grads.emplace_back();
    for (const models::Parameter& parameter : task_.parameters())
      grads[name_in_the_cases(parameter.name)] = parameter.grad.clone();
    return grad_x;
  }

  Batch batch;

 private:
  static_assert(static_cast<int>(Want::kBoth) == static_cast<int>(models::Want::kBoth));
  static_assert(static_cast<int>(Want::kInput) == static_cast<int>(models::Want::kInput));

  models::BertTask task_;
  at::Tensor labels_;
  std::array<models::Activations, 2> kept_;
};

class WordVectorCase : public tests::AttackCase {
 public:
  WordVectorCase(Fixture& fixture, Fixture& inputs, const json& about)
      : AttackCase(fixture, about), task_(inputs) {}

  void visit() {
    const at::Tensor given_words = fixture_.tensor(problem_, "embedding_output");
    EXPECT_LT((task_.batch.x - given_words).abs().max().item<double>(), 1e-15);
    if (name_.starts_with("fgm")) return visit_fgm();
    if (name_.starts_with("pgd")) return visit_pgd();
    if (name_.starts_with("freelb")) return visit_freelb(task_, task_.batch);
    if (name_.starts_with("smart")) return visit_smart();
    FAIL() << "no test for " << name_;
  }

 private:
  void visit_fgm() {
    expect("r", Fgm(fgm_parameters()).apply(task_, task_.batch, no_noise()).perturbation);
    expect("loss_adv", task_.losses.at(1));
    expect("logits_adv", task_.outputs.at(1));
    expect_gradients(task_.parameter_grads.at(1));
  }

  void visit_pgd() {
    Pgd(pgd_parameters()).apply(task_, task_.batch, no_noise());
    for (int k = 0; k < steps(); ++k) {
      const auto next = static_cast<std::size_t>(k) + 1;
      expect("loss." + std::to_string(k), task_.losses.at(next - 1));
      expect("delta." + std::to_string(k + 1), task_.inputs.at(next) - task_.batch.x);
    }
    expect("loss_adv", task_.losses.back());
    expect_gradients(task_.parameter_grads.back());
  }

  void visit_smart() {
    const SmartRule rule{.targets = Targets::kDetached, .ascent_gradient = forward_kl_gradient};
    const AttackOutcome outcome =
        Smart(smart_parameters(), rule, BregmanTerm{.weight = 0, .teacher_logits = {}})
            .apply_from(task_, task_.batch, given("noise"));
    expect_smart(task_, outcome, rule.targets);
  }

  RecordedTask task_;
};

TEST(BertAttacksParity, EveryCaseOnWordVectorsWithAFirstTokenHead) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("attacks");
  Fixture inputs("bert");
  std::size_t visited = 0;
  for (const json& about : fixture.description().at("cases")) {
    if (about.at("problem") != kProblem) continue;
    SCOPED_TRACE(about.at("case").get<std::string>());
    WordVectorCase(fixture, inputs, about).visit();
    ++visited;
  }
  EXPECT_EQ(visited, 9U);
  EXPECT_EQ(fixture.unvisited(kProblem), std::vector<std::string>{});
}

}  // namespace
}  // namespace ratbench::attacks
