// The experiments for users' models, trained for a few steps and reported, by the real programs.
#include "tests/harness/cli/fine_tuning_case.hpp"

namespace ratbench::cli {
namespace {

class FewSteps : public FineTuningCase {
 protected:
  void SetUp() override {
    FineTuningCase::SetUp();
    variables_["RATBENCH_WORKER"] = (build_folder() / "ratbench-worker").string();
  }

  // Trains every cell with one seed; all runs have to end well.
  void expect_done(const std::string& name, std::size_t runs,
                   const std::vector<std::string>& settings) {
    SCOPED_TRACE(name);
    const Finished run = call("run", name, settings);
    ASSERT_EQ(run.status, 0) << run.err;
    const store::Reader reader(folder_.path() / "r.db");
    const std::vector<store::RunRow> stored = reader.runs(name);
    EXPECT_EQ(stored.size(), runs);
    for (const store::RunRow& each : stored)
      EXPECT_EQ(each.status, store::RunStatus::kDone) << each.run_key;
  }
};

TEST_F(FewSteps, TrainsEntitiesUnderEveryAttack) {
  // The made-up disease sets are one data set, whose runs are shared.
  expect_done("ranat4bie_ner", 2 * 21,
              {"--set", "train.epochs=null", "--set", "train.steps=2", "--seeds", "1"});
}

TEST_F(FewSteps, TrainsRelationsUnderEveryAttack) {
  expect_done("ranat4bie_re", 21,
              {"--set", "train.epochs=null", "--set", "train.steps=2", "--seeds", "1"});
}

TEST_F(FewSteps, TrainsTheLongTailWithEveryChoice) {
  expect_done("kvochurhegel", 8,
              {"--set", "train.steps=2", "--set", R"(loss={"name": "ce"})", "--seeds", "1"});
}

}  // namespace
}  // namespace ratbench::cli
