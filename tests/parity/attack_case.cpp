#include "tests/parity/attack_case.hpp"

#include <ATen/TensorOperators.h>

#include "src/attacks/freelb.hpp"

namespace ratbench::tests {

using attacks::Ball;
using attacks::Norm;

Norm AttackCase::norm() const {
  if (problem_ == "bert_weight") return Norm::kWeights;
  return parameters_.at("norm") == "batch" ? Norm::kBatch : Norm::kSample;
}

void AttackCase::expect_gradients(const Gradients& gradients) {
  for (const auto& [parameter, gradient] : gradients) {
    const std::string tensor = name_ + ".grad." + parameter;
    if (fixture_.has(problem_, tensor)) fixture_.expect(problem_, tensor, gradient);
  }
}

attacks::AttackParameters AttackCase::fgm_parameters() const {
  return {.name = "fgm", .epsilon = number("eps"), .norm = norm()};
}

attacks::AttackParameters AttackCase::pgd_parameters() const {
  return {.name = "pgd",
          .epsilon = number("eps"),
          .norm = norm(),
          .steps = steps(),
          .step_size = number("alpha")};
}

attacks::AttackParameters AttackCase::smart_parameters() const {
  const std::string variant = parameters_.at("variant");
  return {.name = "smart",
          .epsilon = number("eps"),
          .weight = number("lambda"),
          .ball = variant.find("l2") != std::string::npos ? Ball::kL2 : Ball::kLinf,
          .variant = variant.starts_with("mtdnn") ? attacks::SmartVariant::kMtdnn
                                                  : attacks::SmartVariant::kPaper,
          .steps = 1,
          .step_size = number("eta"),
          .init = attacks::Init::kNormal};
}

void AttackCase::visit_freelb(RecordedObjective& objective, const attacks::Batch& batch) {
  const double radius = number("adv_max_norm");
  const attacks::Ascent ascent{.step = number("adv_lr"),
                               .radius = radius > 0 ? std::optional(radius) : std::nullopt,
                               .floor = 1e-8,
                               .ball = parameters_.at("norm") == "linf" ? Ball::kLinf : Ball::kL2};
  const attacks::AttackOutcome outcome =
      attacks::free_passes(objective, batch, given("init"), steps(), 1, ascent);
  for (int k = 0; k < steps(); ++k) {
    const auto index = static_cast<std::size_t>(k);
    expect("loss." + std::to_string(k), objective.losses.at(index));
    if (k > 0) expect("delta." + std::to_string(k), objective.inputs.at(index) - batch.x);
  }
  expect("loss_total", outcome.loss);
  expect_gradients(objective.accumulated());
}

void AttackCase::expect_smart(const RecordedObjective& objective,
                              const attacks::AttackOutcome& outcome, attacks::Targets targets) {
  expect("g", objective.input_grads.at(0));
  expect("delta", outcome.perturbation);
  expect("loss_clean", objective.losses.at(0));
  expect("smooth",
         attacks::symmetric_kl(objective.outputs.at(2), objective.outputs.at(0), targets).value);
  expect("loss_total", outcome.loss);
  expect_gradients(objective.accumulated());
}

}  // namespace ratbench::tests
