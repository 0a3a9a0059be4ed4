// Which arms a measurement has: one per distinct configuration, clean baselines found or added,
// each baseline twice, claims by the names they use.
#include "harness/cost/arms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "harness/grid/sweep.hpp"
#include "src/base/error.hpp"

namespace ratbench::cost {
namespace {

constexpr const char* kHead = R"({"name": "c", "title": "t",
  "data": {"format": "features", "train": "a", "val": "b", "test": "c"},
  "attack": {"name": "fgm", "epsilon": 0.1}, )";

ArmSet arms_of(const std::string& rest) {
  const spec::Experiment experiment = spec::parse_experiment(kHead + rest + "}", "c.json", ".");
  return make_arms(experiment, grid::make_sweep(experiment, [](const specs::Config&) {
                     protocol::DataFiles files;
                     files.sha256 = {{"train", "1"}, {"val", "2"}, {"test", "3"}};
                     return files;
                   }));
}

std::vector<std::string> names(const ArmSet& set) {
  std::vector<std::string> out;
  for (const Arm& arm : set.arms) out.push_back(arm.name + (arm.twin ? "'" : ""));
  return out;
}

TEST(CostArms, EqualComputationsAreOneArmAndTheBaselineIsThereTwice) {
  // p_rat 0 is clean training, whatever the attack's epsilon.
  const ArmSet set = arms_of(
      R"("grid": {"attack.p_rat": [0, 0.5, 1], "attack.epsilon": [0.1, 0.2]},
      "arms": {"clean": {"attack.p_rat": 0}, "at": {"attack.p_rat": 1, "attack.epsilon": 0.1}})");
  ASSERT_EQ(set.arms.size(), 6u);
  EXPECT_EQ(set.arms[0].name, "clean");
  EXPECT_TRUE(set.arms[5].twin);
  EXPECT_EQ(set.arms[5].config, set.arms[0].config);
  for (const Arm& arm : set.arms) EXPECT_EQ(arm.baseline, 0u);
  EXPECT_EQ(std::count_if(set.arms.begin(), set.arms.end(),
                          [](const Arm& arm) { return arm.name == "at"; }),
            1);
  EXPECT_EQ(set.comparisons.size(), 5u) << "each arm and the twin, not the baseline itself";
}

TEST(CostArms, ACleanBaselineIsAddedWhereTheGridHasNone) {
  const ArmSet set = arms_of(R"("grid": {"attack.p_rat": [0.5, 1]})");
  EXPECT_EQ(names(set),
            (std::vector<std::string>{"attack.p_rat=0.5", "attack.p_rat=1", "clean", "clean'"}));
  EXPECT_EQ(set.arms[2].config.text("attack.name"), "none");
  EXPECT_EQ(set.arms[0].baseline, 2u);
}

TEST(CostArms, EveryModelHasACleanBaselineOfItsOwn) {
  const ArmSet set = arms_of(R"("grid": {"model.hidden": [64, 512], "attack.p_rat": [0, 1]})");
  ASSERT_EQ(set.arms.size(), 6u);
  for (const Arm& arm : set.arms)
    EXPECT_EQ(arm.config.integer("model.hidden"),
              set.arms[arm.baseline].config.integer("model.hidden"));
}

TEST(CostArms, ANamedBaselineServesAll) {
  const ArmSet set = arms_of(
      R"("grid": {"attack.p_rat": [0, 0.5, 1]}, "cost": {"baseline": "at"},
      "arms": {"at": {"attack.p_rat": 1}})");
  for (const Arm& arm : set.arms) EXPECT_EQ(set.arms[arm.baseline].name, "at");
  EXPECT_THROW(arms_of(R"("grid": {"attack.p_rat": [0, 1]}, "cost": {"baseline": "nobody"})"),
               SpecError);
}

TEST(CostArms, ClaimsAreComparedUnderTheirNames) {
  const std::string grid = R"("grid": {"attack.p_rat": [0, 0.5, 1]},
      "arms": {"clean": {"attack.p_rat": 0}, "rat": {"attack.p_rat": 0.5},
               "at": {"attack.p_rat": 1}},)";
  const ArmSet set = arms_of(
      grid + R"("claims": [{"name": "a", "kind": "cost_ratio", "arms": ["rat", "at"], "limit": 1},
        {"name": "b", "kind": "cost_ratio", "arms": ["rat", "at", "clean"], "limit": 0.55},
        {"name": "c", "kind": "cost_ratio", "arms": ["at", "clean"], "limit": 3}])");
  ASSERT_EQ(set.comparisons.size(), 5u) << "at / clean is measured anyway";
  const NamedComparison& overhead = set.comparisons.back();
  EXPECT_EQ(overhead.arm_name + overhead.baseline_name + overhead.floor_name, "ratatclean");
  ASSERT_TRUE(overhead.floor);
  ASSERT_EQ(overhead.drawn.size(), 1u);
  EXPECT_EQ(overhead.drawn[0].p_rat, 0.5);
  EXPECT_EQ(set.arms[overhead.drawn[0].arm].name, "rat");
  EXPECT_FALSE(overhead.reference) << "the floor itself tells the speed of a round";
  EXPECT_EQ(set.arms[*overhead.floor].config.text("attack.name"), "none");
}

TEST(CostArms, TwoRandomArmsAreComparedThroughOneThatIsNot) {
  const ArmSet set = arms_of(R"("grid": {"attack.p_rat": [0, 0.3, 0.5]},
      "arms": {"seldom": {"attack.p_rat": 0.3}, "often": {"attack.p_rat": 0.5}},
      "claims": [{"name": "a", "kind": "cost_ratio", "arms": ["seldom", "often"], "limit": 1}])");
  const NamedComparison& both = set.comparisons.back();
  ASSERT_EQ(both.drawn.size(), 2u);
  EXPECT_EQ(both.drawn[0].p_rat, 0.3);
  EXPECT_EQ(both.drawn[1].p_rat, 0.5);
  ASSERT_TRUE(both.reference);
  EXPECT_EQ(set.arms[*both.reference].p_rat(), 0);
}

TEST(CostArms, AClaimedArmOfSeveralConfigurationsHasNoOneTime) {
  EXPECT_THROW(arms_of(R"("grid": {"attack.p_rat": [0, 1], "attack.epsilon": [0.1, 0.2]},
      "arms": {"clean": {"attack.p_rat": 0}, "at": {"attack.p_rat": 1}},
      "claims": [{"name": "a", "kind": "cost_ratio", "arms": ["at", "clean"], "limit": 3}])"),
               SpecError);
}

}  // namespace
}  // namespace ratbench::cost
