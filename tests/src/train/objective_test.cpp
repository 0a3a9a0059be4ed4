#include "src/train/objective.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>
#include <gtest/gtest.h>

#include "src/models/mlp.hpp"
#include "src/specs/config.hpp"

namespace ratbench::train {
namespace {

constexpr std::int64_t kRows = 6;
constexpr std::int64_t kDim = 7;

// An attacked batch in float64, with dropout, so that finite differences see every term.
class ObjectiveTest : public ::testing::Test {
 protected:
  ObjectiveTest()
      : model_({kDim, 11, 3, 0.25}, 5, at::kCPU, at::kDouble),
        x_(at::sin(at::arange(kRows * kDim, at::kDouble).mul(1.7)).view({kRows, kDim})),
        labels_(at::arange(kRows, at::kLong).remainder(3)) {
    specs::Config config;
    config.set("loss.name", std::string("focal"));
    loss_ = losses::make_loss(config, {5, 5, 5}, {"a", "b", "c"});
    objective_ = std::make_unique<TaskObjective>(model_, *loss_, 9);
  }
  void begin() { objective_->begin_step(4, 0, kRows, labels_); }
  double loss_at(const at::Tensor& x) {
    return objective_->loss(objective_->forward(x, attacks::Slot::kSecond)).value.item<double>();
  }

  models::Mlp model_;
  at::Tensor x_;
  at::Tensor labels_;
  std::unique_ptr<losses::Loss> loss_;
  std::unique_ptr<TaskObjective> objective_;
};

TEST_F(ObjectiveTest, FgmLeavesTheGradientOfBothLossesWithTheirOwnMasks) {
  attacks::AttackParameters parameters;
  parameters.name = "fgm";
  parameters.epsilon = 0.3;
  parameters.weight = 0.7;
  parameters.add_clean = true;
  const auto attack = attacks::make_attack(parameters);
  const std::vector<std::int64_t> ids = {0, 1, 2, 3, 4, 5};
  const RandomStream stream(9, Purpose::kAttackNoise);
  begin();
  const auto outcome = attack->apply(*objective_, {x_, {}}, attacks::NoiseSource(stream, 4, ids));
  EXPECT_EQ(objective_->forward_passes(), 2);
  EXPECT_EQ(objective_->backward_passes(), 2);
  const at::Tensor norms = outcome.perturbation.norm(2, 1);
  for (std::int64_t i = 0; i < kRows; ++i) EXPECT_NEAR(norms[i].item<double>(), 0.3, 1e-12);

  std::vector<at::Tensor> gradients;
  for (const auto& p : model_.parameters()) gradients.push_back(p.grad.clone());
  const at::Tensor attacked_x = x_.add(outcome.perturbation);
  const auto total = [&] {  // the perturbation is a constant
    begin();
    const double clean = loss_at(x_);
    return clean + 0.7 * loss_at(attacked_x);
  };
  EXPECT_NEAR(outcome.loss.item<double>(), total(), 1e-12);
  constexpr double kStep = 1e-6;
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    auto* values = model_.parameters()[p].value.data_ptr<double>();
    for (std::int64_t i = 0; i < gradients[p].numel(); ++i) {
      const double kept = values[i];
      values[i] = kept + kStep;
      const double up = total();
      values[i] = kept - kStep;
      const double down = total();
      values[i] = kept;
      // Truncation (step squared) and cancellation (1e-16 / step) are both below 1e-9.
      EXPECT_NEAR((up - down) / (2 * kStep), gradients[p].view(-1)[i].item<double>(), 1e-8);
    }
  }
}

TEST_F(ObjectiveTest, PassesOfOneStepHaveMasksOfTheirOwnAndStepsRepeat) {
  begin();
  const double first = loss_at(x_);
  const double second = loss_at(x_);
  EXPECT_NE(first, second);
  begin();
  EXPECT_EQ(loss_at(x_), first);
}

}  // namespace
}  // namespace ratbench::train
