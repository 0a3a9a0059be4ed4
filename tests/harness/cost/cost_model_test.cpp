// The cost model: planted prices come out, and what cannot be told apart is not.
#include "harness/cost/cost_model.hpp"

#include <gtest/gtest.h>

namespace ratbench::cost {
namespace {

ModelArm arm_with(double forward, double backward) {
  return {1e-4 + 2e-4 * forward + 5e-4 * backward, forward, backward};
}

TEST(CostModel, FindsPlantedPrices) {
  const std::vector<ModelArm> arms = {arm_with(1, 1), arm_with(2, 2), arm_with(3, 2),
                                      arm_with(4, 4)};
  const CostModel model = fit_cost_model(arms);
  ASSERT_EQ(model.problem, "");
  EXPECT_NEAR(model.overhead_s, 1e-4, 1e-12);
  EXPECT_NEAR(model.forward_s, 2e-4, 1e-12);
  ASSERT_TRUE(model.backward_s);
  EXPECT_NEAR(*model.backward_s, 5e-4, 1e-12);
  for (const ModelArm& arm : arms) EXPECT_NEAR(model.residual(arm), 0, 1e-9);
}

TEST(CostModel, OnePriceWhereForwardAndBackwardCannotBeToldApart) {
  const std::vector<ModelArm> arms = {arm_with(1, 1), arm_with(2, 2), arm_with(1.5, 1.5),
                                      arm_with(4, 4)};
  const CostModel model = fit_cost_model(arms);
  ASSERT_EQ(model.problem, "");
  EXPECT_FALSE(model.backward_s);
  EXPECT_NEAR(model.forward_s, 3.5e-4, 1e-12);
  EXPECT_NEAR(model.predicted_s(arms[3]), arms[3].step_s, 1e-12);
}

// Measured 10 % above what the passes of the others explain.
TEST(CostModel, ResidualShowsWhatPassesDoNotExplain) {
  std::vector<ModelArm> arms = {arm_with(1, 1), arm_with(1.5, 1.5), arm_with(2, 2), arm_with(3, 3),
                                arm_with(4, 4)};
  arms[2].step_s *= 1.1;
  const CostModel model = fit_cost_model(arms);
  EXPECT_LT(model.residual(arms[2]), -0.04);
  EXPECT_GT(model.residual(arms[2]), -0.1);
  EXPECT_GT(model.residual(arms[1]), 0);
}

TEST(CostModel, IsAbsentWhereArmsCannotTell) {
  EXPECT_NE(fit_cost_model(std::vector{arm_with(1, 1), arm_with(2, 2)}).problem, "");
  EXPECT_NE(fit_cost_model(std::vector{arm_with(2, 2), arm_with(2, 2), arm_with(2, 2)}).problem,
            "");
  const CostModel three =
      fit_cost_model(std::vector{arm_with(1, 1), arm_with(2, 2), arm_with(3, 2)});
  EXPECT_FALSE(three.backward_s) << "three arms and three prices leave nothing to check";
}

}  // namespace
}  // namespace ratbench::cost
