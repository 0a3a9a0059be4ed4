// Cost and quality in one sentence: whatever of the two is shown, refuted or open is said.
#include "harness/claims/cost_claim.hpp"

#include <gtest/gtest.h>

namespace ratbench::claims {
namespace {

class CostAndQuality : public ::testing::Test {
 protected:
  CostAndQuality() {
    quality_claim.kind = "non_inferiority";
    quality_claim.arms = {"rat", "at"};
    quality_claim.margin = Decimal::parse("0.01");
    cost_claim.kind = "cost_ratio";
    cost_claim.arms = {"rat", "at"};
    cost_claim.limit = Decimal::parse("0.8");
    quality.outcome = cost.outcome = Outcome::kSupported;
    cost.estimate = 0.78;
    cost.ci = stats::Interval{0.76, 0.795};
  }
  std::string said() const { return cost_and_quality(quality_claim, quality, cost_claim, cost); }

  spec::Claim quality_claim, cost_claim;
  Verdict quality, cost;
};

TEST_F(CostAndQuality, SaysBothWhereBothAreShown) {
  EXPECT_EQ(said(),
            "rat is not worse than at by more than 1 point of macro_f1 and takes 0.780 [0.760, "
            "0.795] of its time.");
  cost_claim.arms.emplace_back("clean");
  EXPECT_NE(said().find("of what at takes beyond clean."), std::string::npos) << said();
}

TEST_F(CostAndQuality, RefutedHalvesAreRefuted) {
  quality.outcome = Outcome::kRefuted;
  EXPECT_EQ(said(),
            "rat is worse than at by more than 1 point of macro_f1; it takes 0.780 [0.760, 0.795] "
            "of its time.");
  quality.outcome = Outcome::kSupported;
  cost.outcome = Outcome::kRefuted;
  EXPECT_NE(said().find("which is not below the 0.8 asked for."), std::string::npos) << said();
  cost.outcome = Outcome::kUndecided;
  EXPECT_NE(said().find("which is not shown to be below the 0.8"), std::string::npos) << said();
}

TEST_F(CostAndQuality, WhatIsOpenSaysWhy) {
  quality.outcome = Outcome::kUndecided;
  quality.reason = "too few seeds";
  EXPECT_EQ(said(),
            "Whether rat is worse than at by more than 1 point of macro_f1 is undecided (too few "
            "seeds); it takes 0.780 [0.760, 0.795] of its time.");
  quality.outcome = Outcome::kSupported;
  cost = Verdict();
  cost.reason = "no cost measurement of rat / at";
  EXPECT_EQ(said(),
            "rat is not worse than at by more than 1 point of macro_f1; its time is not known (no "
            "cost measurement of rat / at).");
}

TEST_F(CostAndQuality, IsSaidOfTheSamePairInTheSameOrderOnly) {
  spec::Experiment experiment;
  experiment.claims = {quality_claim, cost_claim, cost_claim};
  experiment.claims[2].arms = {"at", "rat"};
  std::vector<Verdict> verdicts = {quality, cost, cost};
  join_cost_and_quality(experiment, verdicts);
  EXPECT_EQ(verdicts[0].sentence, "");
  EXPECT_EQ(verdicts[1].sentence, " Cost and quality together: " + said());
  EXPECT_EQ(verdicts[2].sentence, "");
}

}  // namespace
}  // namespace ratbench::claims
