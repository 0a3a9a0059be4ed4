// Reference cases of attacks on the word vectors of a BERT: perturbation of every step, losses and
// parameter gradients.
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "src/attacks/divergence.hpp"
#include "src/attacks/fgm.hpp"
#include "src/attacks/freelb.hpp"
#include "src/attacks/pgd.hpp"
#include "src/attacks/smart.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/models/bert_task.hpp"
#include "tests/parity/fixture.hpp"

namespace ratbench::attacks {
namespace {

using nlohmann::json;
using tests::Fixture;
using Gradients = std::map<std::string, at::Tensor>;

const losses::SoftmaxLoss kCrossEntropy({.mean = losses::Mean::kOverWeights});
const std::string kProblem = "bert_cls";

models::BertTask task_of(Fixture& inputs) {
  models::Head head(models::HeadInput::kFirst, 32, 4, 0.02, 1, at::kCPU, at::kDouble);
  head.load(inputs.tensor("batch", "cls_linear.weight"), inputs.tensor("batch", "cls_linear.bias"));
  return {models::Bert::load(tests::fixtures_root() + "/bert/model",
                             {.type = at::kDouble, .dropout = 0}),
          std::move(head), 0};
}

// The task behind the attacks' interface; remembers every pass.
class RecordedTask : public Objective {
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
      grads[parameter.name] = parameter.grad.clone();
    return grad_x;
  }

  Gradients accumulated() const {
    Gradients sum;
    for (const Gradients& gradients : parameter_grads)
      for (const auto& [name, gradient] : gradients) {
        at::Tensor& total = sum[name];
        total = total.defined() ? total + gradient : gradient;
      }
    return sum;
  }

  Batch batch;
  std::vector<at::Tensor> inputs, outputs, input_grads;
  std::vector<double> losses;
  std::vector<Gradients> parameter_grads;

 private:
  static_assert(static_cast<int>(Want::kBoth) == static_cast<int>(models::Want::kBoth));
  static_assert(static_cast<int>(Want::kInput) == static_cast<int>(models::Want::kInput));

  models::BertTask task_;
  at::Tensor labels_;
  std::array<models::Activations, 2> kept_;
};

class Case {
 public:
  Case(Fixture& fixture, Fixture& inputs, const json& about)
      : fixture_(fixture),
        name_(about.at("case")),
        parameters_(about.at("parameters")),
        task_(inputs) {}

  void visit() {
    const at::Tensor given_words = fixture_.tensor(kProblem, "embedding_output");
    EXPECT_LT((task_.batch.x - given_words).abs().max().item<double>(), 1e-15);
    if (name_.starts_with("fgm")) return visit_fgm();
    if (name_.starts_with("pgd")) return visit_pgd();
    if (name_.starts_with("freelb")) return visit_freelb();
    if (name_.starts_with("smart")) return visit_smart();
    FAIL() << "no test for " << name_;
  }

 private:
  double number(const char* key) const { return parameters_.at(key).get<double>(); }
  Norm norm() const { return parameters_.at("norm") == "batch" ? Norm::kBatch : Norm::kSample; }
  at::Tensor given(const std::string& what) {
    return fixture_.tensor(kProblem, name_ + "." + what);
  }

  template <typename T>
  void expect(const std::string& what, const T& got) {
    fixture_.expect(kProblem, name_ + "." + what, got);
  }
  void expect_gradients(const Gradients& gradients) {
    for (const auto& [parameter, gradient] : gradients) {
      const bool head = parameter.starts_with("classifier.");
      const std::string tensor =
          name_ + ".grad." + (head ? "cls_linear" + parameter.substr(10) : parameter);
      if (fixture_.has(kProblem, tensor)) fixture_.expect(kProblem, tensor, gradient);
    }
  }

  void visit_fgm() {
    const Fgm fgm({.name = "fgm", .epsilon = number("eps"), .norm = norm()});
    expect("r", fgm.apply(task_, task_.batch, no_noise_).perturbation);
    expect("loss_adv", task_.losses.at(1));
    expect("logits_adv", task_.outputs.at(1));
    expect_gradients(task_.parameter_grads.at(1));
  }

  void visit_pgd() {
    const int steps = parameters_.at("K").get<int>();
    const Pgd pgd({.name = "pgd",
                   .epsilon = number("eps"),
                   .norm = norm(),
                   .steps = steps,
                   .step_size = number("alpha")});
    pgd.apply(task_, task_.batch, no_noise_);
    for (int k = 0; k < steps; ++k) {
      const auto next = static_cast<std::size_t>(k) + 1;
      expect("loss." + std::to_string(k), task_.losses.at(next - 1));
      expect("delta." + std::to_string(k + 1), task_.inputs.at(next) - task_.batch.x);
    }
    expect("loss_adv", task_.losses.back());
    expect_gradients(task_.parameter_grads.back());
  }

  void visit_freelb() {
    const int steps = parameters_.at("K").get<int>();
    const double radius = number("adv_max_norm");
    const Ascent ascent{.step = number("adv_lr"),
                        .radius = radius > 0 ? std::optional(radius) : std::nullopt,
                        .floor = 1e-8,
                        .ball = Ball::kL2};
    const AttackOutcome outcome = free_passes(task_, task_.batch, given("init"), steps, 1, ascent);
    for (int k = 0; k < steps; ++k) {
      const auto index = static_cast<std::size_t>(k);
      expect("loss." + std::to_string(k), task_.losses.at(index));
      if (k > 0) expect("delta." + std::to_string(k), task_.inputs.at(index) - task_.batch.x);
    }
    expect("loss_total", outcome.loss);
    expect_gradients(task_.accumulated());
  }

  void visit_smart() {
    const std::string variant = parameters_.at("variant");
    const AttackParameters p{
        .name = "smart",
        .epsilon = number("eps"),
        .weight = number("lambda"),
        .ball = variant.find("l2") != std::string::npos ? Ball::kL2 : Ball::kLinf,
        .variant = variant.starts_with("mtdnn") ? SmartVariant::kMtdnn : SmartVariant::kPaper,
        .steps = 1,
        .step_size = number("eta"),
        .init = Init::kNormal};
    const SmartRule rule{.targets = Targets::kDetached, .ascent_gradient = forward_kl_gradient};
    const AttackOutcome outcome = Smart(p, rule, BregmanTerm{.weight = 0, .teacher_logits = {}})
                                      .apply_from(task_, task_.batch, given("noise"));
    expect("g", task_.input_grads.at(0));
    expect("delta", outcome.perturbation);
    expect("loss_clean", task_.losses.at(0));
    expect("smooth", symmetric_kl(task_.outputs.at(2), task_.outputs.at(0), rule.targets).value);
    expect("loss_total", outcome.loss);
    expect_gradients(task_.accumulated());
  }

  Fixture& fixture_;
  std::string name_;
  json parameters_;
  RecordedTask task_;
  RandomStream stream_{0, Purpose::kAttackNoise};
  NoiseSource no_noise_{stream_, 0, {}};
};

TEST(BertAttacksParity, EveryCaseOnWordVectorsWithAFirstTokenHead) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("attacks");
  Fixture inputs("bert");
  std::size_t visited = 0;
  for (const json& about : fixture.description().at("cases")) {
    if (about.at("problem") != kProblem) continue;
    SCOPED_TRACE(about.at("case").get<std::string>());
    Case(fixture, inputs, about).visit();
    ++visited;
  }
  EXPECT_EQ(visited, 9U);
  EXPECT_EQ(fixture.unvisited(kProblem), std::vector<std::string>{});
}

}  // namespace
}  // namespace ratbench::attacks
