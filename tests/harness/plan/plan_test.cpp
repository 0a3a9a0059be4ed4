#include "harness/plan/plan.hpp"

#include <gtest/gtest.h>

#include <set>

#include "harness/grid/sweep.hpp"

namespace ratbench::plan {
namespace {

const std::map<std::string, std::string> kData = {{"train", "aa"}, {"val", "bb"}, {"test", "cc"}};

spec::Experiment parse(const std::string& body) {
  return spec::parse_experiment(
      "{\"data\": {\"format\": \"text\", \"release\": \"synthetic_reports\"}, "
      "\"encoder\": {\"name\": \"hashed\"}, \"attack\": {\"name\": \"fgm\"}, " +
          body + "}",
      "test.json", ".");
}

PlanInputs inputs() {
  PlanInputs in;
  in.data_sha256 = [](const specs::Config&) { return kData; };
  return in;
}

spec::Experiment epsilon_by_p() {
  return parse(
      "\"grid\": {\"attack.epsilon\": [0.1, 0.2, 0.3], \"attack.p_rat\": [0, 1]}, "
      "\"seeds\": 4");
}

TEST(Plan, CountsEqualComputationsOnce) {
  const Plan plan = make_plan(epsilon_by_p(), inputs());
  EXPECT_EQ(plan.cells, 6U);
  EXPECT_EQ(plan.runs, 24U);
  EXPECT_EQ(plan.distinct_runs, 16U);
  EXPECT_EQ(plan.merged_runs, 8U);
  EXPECT_EQ(plan.left, 16U);
  ASSERT_EQ(plan.listed.size(), 6U);
  EXPECT_EQ(plan.listed[2].same_as, 0U);
  EXPECT_EQ(plan.listed[4].same_as, 0U);
  EXPECT_EQ(plan.listed[5].same_as, 5U);
}

TEST(Plan, RunsOfTheStoreAreNotLeft) {
  const auto experiment = epsilon_by_p();
  const grid::Sweep sweep = grid::make_sweep(experiment, [](const specs::Config&) {
    return protocol::DataFiles{{}, kData};
  });
  // Both seeds 0 and 1 of cells 0 and 1; cell 0 also stands for 2 and 4.
  std::set<std::string> known;
  for (const auto& run : sweep.runs)
    if (run.seed < 2 && run.cell < 2) known.insert(run.run_key);
  PlanInputs in = inputs();
  in.is_done = [&](const std::string& key) { return known.count(key) > 0; };
  const Plan plan = make_plan(experiment, in);
  EXPECT_EQ(plan.done, 4U);
  EXPECT_EQ(plan.left, 12U);
  EXPECT_EQ(plan.listed[4].done, 2U);
  EXPECT_EQ(plan.listed[5].done, 0U);
}

TEST(Plan, TimeIsUnknownWithoutStoredRuns) {
  PlanInputs in = inputs();
  EXPECT_FALSE(make_plan(epsilon_by_p(), in).expected_s.has_value());
  in.mean_run_s = 3;
  in.jobs = 2;
  EXPECT_DOUBLE_EQ(*make_plan(epsilon_by_p(), in).expected_s, 24);
}

TEST(Plan, DataIsAskedForOncePerDistinctData) {
  PlanInputs in = inputs();
  int calls = 0;
  in.data_sha256 = [&](const specs::Config&) {
    ++calls;
    return kData;
  };
  make_plan(parse("\"grid\": {\"attack.epsilon\": [0.1, 0.2], \"model.hidden\": [3, 4]}"), in);
  EXPECT_EQ(calls, 1);
}

TEST(Plan, TextAndJsonSayTheSame) {
  PlanInputs in = inputs();
  in.mean_run_s = 1;
  in.listed_cells = 1;
  const Plan plan = make_plan(parse("\"grid\": {\"attack.p_rat\": [0, 1]}, \"seeds\": 2"), in);
  EXPECT_EQ(
      to_text(plan).substr(0, 95),
      "test: test\n2 cells x 2 seeds = 4 runs\n4 distinct runs: 0 done, 4 left, expected time "
      "4 s\n     0");
  EXPECT_NE(to_text(plan).find("and 1 more cell\n"), std::string::npos);
  EXPECT_EQ(
      to_json(plan),
      "{\"experiment\": \"test\", \"title\": \"test\", \"cells\": 2, \"seeds\": 2, \"runs\": "
      "4, \"distinct_runs\": 4, \"merged_runs\": 0, \"done\": 0, \"left\": 4, \"expected_s\": "
      "4.000, \"listed_cells\": [\n  {\"index\": 0, \"name\": \"attack.p_rat=0\", "
      "\"same_as\": 0, \"done\": 0}],\n\"looks\": [],\n\"claims\": [],\n\"notes\": []}\n");
}

TEST(PlannedClaims, AdviceIsGivenOnceForAllThatNeedIt) {
  PlannedClaim first;
  first.claim = "gain";
  first.basis = "unknown: run 3 pilot seeds (ratbench run x.json)";
  PlannedClaim second = first;
  second.claim = "loss";
  PlannedClaim known = first;
  known.claim = "known";
  known.basis = "from its own runs";
  const std::string text = claims_text({first, second, known});
  const std::size_t advice = text.find(first.basis);
  ASSERT_NE(advice, std::string::npos) << text;
  EXPECT_EQ(text.find(first.basis, advice + 1), std::string::npos) << text;
  EXPECT_NE(text.find("from its own runs"), std::string::npos);
}

}  // namespace
}  // namespace ratbench::plan
