// Every MLP case of the reference numbers for attacks (bert_*_parity_test.cpp have those on a
// BERT): perturbation of every step, losses and parameter gradients.
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "src/attacks/divergence.hpp"
#include "src/attacks/fgm.hpp"
#include "src/attacks/passes.hpp"
#include "src/attacks/perturbation.hpp"
#include "src/attacks/pgd.hpp"
#include "src/attacks/smart.hpp"
#include "src/losses/softmax_loss.hpp"
#include "tests/parity/attack_case.hpp"
#include "tests/parity/reference_mlp.hpp"

namespace ratbench::attacks {
namespace {

using nlohmann::json;
using tests::Activation;
using tests::Fixture;
using tests::MlpWeights;
using tests::ReferenceMlp;

const losses::SoftmaxLoss kCrossEntropy({.mean = losses::Mean::kOverWeights});

// One case of one problem, on a fresh network.
class Case : public tests::AttackCase {
 public:
  Case(Fixture& fixture, const json& about)
      : AttackCase(fixture, about),
        batch_{fixture.tensor(problem_, "x"), {}},
        mlp_(weights("param."), activation(), fixture.tensor(problem_, "labels"), kCrossEntropy) {}

  void visit() {
    if (name_ == "clean") return visit_clean();
    if (name_.starts_with("fgm")) return visit_fgm();
    if (name_.starts_with("fgsm")) return visit_fgsm();
    if (name_.starts_with("pgd")) return visit_pgd();
    if (name_.starts_with("freelb")) return visit_freelb(mlp_, batch_);
    if (name_ == "smart_zero_noise") return visit_smart_at_zero_noise();
    if (name_.starts_with("smart")) return visit_smart();
    FAIL() << "no test for " << problem_ << " " << name_;
  }

 private:
  Activation activation() const {
    return problem_ == "mlp_tanh" ? Activation::kTanh : Activation::kRelu;
  }
  MlpWeights weights(const std::string& prefix) {
    const std::string file = problem_ == "all_zero_grad" ? "zero_grad" : problem_;
    return {fixture_.tensor(file, prefix + "W1"), fixture_.tensor(file, prefix + "b1"),
            fixture_.tensor(file, prefix + "W2"), fixture_.tensor(file, prefix + "b2")};
  }

  void visit_clean() {
    const TaskPass pass = task_pass(mlp_, batch_.x, 1, Want::kBoth);
    expect("logits", mlp_.outputs.at(0));
    expect("loss", pass.loss);
    expect("grad_x", pass.grad_x);
    expect_gradients(mlp_.accumulated());
  }

  void visit_fgm() {
    const AttackOutcome outcome = Fgm(fgm_parameters()).apply(mlp_, batch_, no_noise());
    expect("r", outcome.perturbation);
    expect("loss_adv", mlp_.losses.at(1));
    expect("logits_adv", mlp_.outputs.at(1));
    expect_gradients(mlp_.parameter_grads.at(1));
  }

  void visit_fgsm() {
    const TaskPass clean = task_pass(mlp_, batch_.x, 1, Want::kInput);
    const at::Tensor r = sign_step(clean.grad_x, {}, number("eps"));
    const TaskPass attacked = task_pass(mlp_, batch_.x + r, 1, Want::kParameters);
    expect("r", r);
    expect("loss_adv", attacked.loss);
    expect_gradients(mlp_.accumulated());
  }

  void visit_pgd() {
    if (fixture_.has(problem_, name_ + ".init")) {
      const Ascent ascent{.step = number("alpha"), .radius = number("eps"), .norm = norm()};
      const at::Tensor r = climb(mlp_, batch_, given("init"), steps(), ascent);
      task_pass(mlp_, batch_.x + r, 1, Want::kParameters);
    } else {
      Pgd(pgd_parameters()).apply(mlp_, batch_, no_noise());
    }
    for (int k = 0; k < steps(); ++k) {
      const auto next = static_cast<std::size_t>(k) + 1;
      expect("loss." + std::to_string(k), mlp_.losses.at(next - 1));
      expect("delta." + std::to_string(k + 1), mlp_.inputs.at(next) - batch_.x);
    }
    expect("loss_adv", mlp_.losses.back());
    expect_gradients(mlp_.parameter_grads.back());
  }

  void visit_smart() {
    const std::string variant = parameters_.at("variant");
    const SmartRule rule{.targets = parameters_.at("detach_targets").get<bool>()
                                        ? Targets::kDetached
                                        : Targets::kDifferentiated,
                         .ascent_gradient = variant == "mtdnn_inf_stable_kl" ? stable_kl_gradient
                                                                             : forward_kl_gradient};
    const bool bregman = name_ == "smart_bregman";
    const AttackOutcome outcome =
        Smart(smart_parameters(), rule,
              bregman ? teacher_term() : BregmanTerm{.weight = 0, .teacher_logits = {}})
            .apply_from(mlp_, batch_, given("noise"));
    expect_smart(mlp_, outcome, rule.targets);
    if (bregman) visit_teacher();
  }

  // Without noise the ascent gradient is exactly zero; what the file holds in its place is rounding
  // (1e-17), which the rule then blows up to full steps. So our gradient is compared, our rule is
  // applied to the stored one, and the smoothness term is taken at the resulting perturbation.
  void visit_smart_at_zero_noise() {
    AttackParameters p{.name = "smart",
                       .epsilon = number("eps"),
                       .weight = number("lambda"),
                       .ball = Ball::kLinf,
                       .steps = 1,
                       .step_size = number("eta"),
                       .init = Init::kNormal};
    const at::Tensor noise = given("noise");
    EXPECT_EQ(Smart(p).apply_from(mlp_, batch_, noise).perturbation.abs().max().item<double>(), 0);
    expect("g", mlp_.input_grads.at(0));
    const Ascent ascent{.step = number("eta"), .radius = number("eps"), .ball = Ball::kLinf};
    const at::Tensor delta = ascend(noise, given("g"), {}, ascent);
    expect("delta", delta);

    mlp_.parameter_grads.clear();
    p.steps = 0;
    const BregmanTerm no_bregman{.weight = 0, .teacher_logits = {}};
    const AttackOutcome outcome =
        Smart(p, {.targets = Targets::kDetached}, no_bregman).apply_from(mlp_, batch_, delta);
    expect("loss_clean", mlp_.losses.back());
    expect("smooth", (outcome.loss - mlp_.losses.back()) / p.weight);
    expect("loss_total", outcome.loss);
    expect_gradients(mlp_.accumulated());
  }

  MlpWeights teacher_weights() {
    return {given("teacher.W1"), given("teacher.b1"), given("teacher.W2"), given("teacher.b2")};
  }

  BregmanTerm teacher_term() {
    const auto teacher = std::make_shared<ReferenceMlp>(
        teacher_weights(), activation(), fixture_.tensor(problem_, "labels"), kCrossEntropy);
    return {.weight = 1,
            .teacher_logits = [teacher](const at::Tensor& x) { return teacher->logits(x); }};
  }

  void visit_teacher() {
    const at::Tensor theirs = teacher_term().teacher_logits(batch_.x);
    expect("bregman", symmetric_kl(mlp_.outputs.at(0), theirs, Targets::kDetached).value);
    const MlpWeights teacher = teacher_weights();
    const MlpWeights student = weights("param.");
    std::vector<at::Tensor> tensors{teacher.w1, teacher.b1, teacher.w2, teacher.b2};
    const std::vector<at::Tensor> current{student.w1, student.b1, student.w2, student.b2};
    update_teacher(tensors, current, 0.99);
    expect("teacher_next.W1", tensors[0]);
    expect("teacher_next.b1", tensors[1]);
    expect("teacher_next.W2", tensors[2]);
    expect("teacher_next.b2", tensors[3]);
  }

  Batch batch_;
  ReferenceMlp mlp_;
};

TEST(AttacksParity, EveryMlpCaseMatches) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("attacks");
  std::size_t visited = 0;
  for (const json& about : fixture.description().at("cases")) {
    const std::string name =
        about.at("problem").get<std::string>() + "/" + about.at("case").get<std::string>();
    if (name.starts_with("bert_")) continue;
    SCOPED_TRACE(name);
    Case(fixture, about).visit();
    ++visited;
  }
  EXPECT_EQ(visited, 61u);
  EXPECT_EQ(fixture.description().at("cases").size(), 61u + 16u) << "16 in the tests of BERT";
  for (const char* file : {"mlp_relu", "mlp_tanh", "zero_grad", "all_zero_grad"}) {
    EXPECT_EQ(fixture.unvisited(file), std::vector<std::string>{}) << file;
  }
}

TEST(AttacksParity, GradientsOfAnySizeAreNormalisedExactly) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("attacks");
  const at::Tensor g = fixture.tensor("norm_edge", "g");
  const Ascent exact{.step = 1};
  const Ascent clamped{.step = 1, .floor = 1e-8};
  fixture.expect("norm_edge", "r_exact", ascend({}, g, {}, exact));
  fixture.expect("norm_edge", "r_exact", detail::ascend_anywhere({}, g, exact));
  fixture.expect("norm_edge", "r_clamp_1e-8", ascend({}, g, {}, clamped));
  fixture.expect("norm_edge", "r_clamp_1e-8", detail::ascend_anywhere({}, g, clamped));
  fixture.leave_out("norm_edge", "r_plus_1e-12");  // no attack here adds to the norm
  EXPECT_EQ(fixture.unvisited("norm_edge"), std::vector<std::string>{});
}

}  // namespace
}  // namespace ratbench::attacks
