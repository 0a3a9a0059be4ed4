// ratbench cost as a user sees it, with a worker whose arms take planted times.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/sched/store_journal.hpp"
#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

class CostCommand : public ::testing::Test {
 protected:
  // Three arms and claims about them, `more` among the experiment's members.
  Finished measure(const std::string& claims, std::map<std::string, std::string> variables = {},
                   const std::vector<std::string>& more = {"--json"}) {
    std::ifstream given(project_.experiment());
    nlohmann::json experiment = nlohmann::json::parse(given);
    experiment["grid"] = {{"attack.p_rat", {0, 0.5, 1}}};
    experiment["cost"] = {{"block_steps", 10}, {"max_s", 20}};
    experiment["arms"] = {{"clean", {{"attack.p_rat", 0}}},
                          {"rat", {{"attack.p_rat", 0.5}}},
                          {"at", {{"attack.p_rat", 1}}}};
    experiment["claims"] = nlohmann::json::parse(claims);
    const std::string file = (project_.folder() / "cost.json").string();
    std::ofstream(file) << experiment;
    variables.emplace("RATBENCH_FAKE_WORKERS", "");
    // Where the lock of the device lies: other tests measure at the same time.
    variables.emplace("TMPDIR", project_.folder().string());
    std::vector<std::string> words = {"cost", file, "--db", project_.db()};
    words.insert(words.end(), more.begin(), more.end());
    return project_.call(words, variables);
  }
  // Column `column` of every row of v_cost, in order.
  std::vector<std::string> stored(const std::string& column) const {
    const store::Reader reader(project_.db());
    const auto columns = reader.view_columns("v_cost");
    std::vector<std::string> out;
    reader.visit_view("v_cost", [&](const auto& row) {
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c] == column) out.push_back(row[c].value_or("NULL"));
    });
    return out;
  }

  TinyProject project_;
};

// (1.5 - 1) / (2 - 1) of the planted times.
constexpr const char* kHalfOverhead =
    R"([{"name": "half", "kind": "cost_ratio", "arms": ["rat", "at", "clean"], "limit": 0.55}])";

TEST_F(CostCommand, FindsPlantedRatiosAndSupportsTheClaim) {
  const Finished done = measure(kHalfOverhead);
  ASSERT_EQ(done.status, 0) << done.err << done.out;
  const auto document = nlohmann::json::parse(done.out);
  EXPECT_EQ(document.at("stopped_by"), "half_width");
  EXPECT_TRUE(document.at("usable"));
  EXPECT_EQ(document.at("claims").at(0).at("verdict"), "supported");
  std::map<std::string, nlohmann::json> rows;
  for (const auto& row : document.at("costs")) {
    const std::string arm = row.at("arm");
    rows[arm + (row.at("is_aa") ? "'" : "") + (row.at("above").is_null() ? "" : "+")] = row;
  }
  // Noise of up to 1 % on each block.
  EXPECT_NEAR(rows.at("at").at("ratio"), 2, 0.02);
  EXPECT_NEAR(rows.at("rat").at("ratio"), 1.5, 0.015);
  EXPECT_NEAR(rows.at("rat+").at("ratio"), 0.5, 0.02);
  EXPECT_NEAR(rows.at("clean'").at("ratio"), 1, 0.01);
  EXPECT_DOUBLE_EQ(rows.at("rat").at("theoretical_ratio"), 1.5);
  EXPECT_DOUBLE_EQ(rows.at("rat+").at("theoretical_ratio"), 0.5);
  EXPECT_DOUBLE_EQ(rows.at("rat").at("attacks_ratio"), 0.5);
  EXPECT_EQ(rows.at("rat").at("block_steps"), 10) << "as the experiment asks";
  // Read only where the machine has a counter; never 0 instead.
  const std::string energy = document.at("energy");
  if (energy.starts_with("not available: "))
    EXPECT_TRUE(rows.at("rat").at("energy_j").is_null());
  else
    EXPECT_GT(rows.at("rat").at("energy_j"), 0);
  EXPECT_NE(document.at("core").is_null(), document.at("not_pinned").is_null());
  EXPECT_TRUE(rows.at("rat").at("padding_share").is_null()) << "features have no tokens";
  // A pass takes half a millisecond, and nothing else takes time.
  ASSERT_EQ(document.at("models").size(), 1u);
  EXPECT_NEAR(document.at("models")[0].at("forward_s"), 0.5e-3, 2e-5);
  for (const auto& arm : document.at("models")[0].at("arms"))
    EXPECT_NEAR(arm.at("residual"), 0, 0.02) << arm;
  const std::vector<std::string> arms = stored("arm");
  EXPECT_EQ(std::set<std::string>(arms.begin(), arms.end()),
            (std::set<std::string>{"clean", "rat", "at"}));
  EXPECT_EQ(arms.size(), 5u) << "the baseline, its copy, two arms and the claim's ratio";
  EXPECT_EQ(stored("usable"), std::vector<std::string>(5, "1"));
  for (const std::string& text : stored("blocks_json"))
    EXPECT_GE(nlohmann::json::parse(text).size(), 10u);
  const Finished status = project_.call({"status", "--db", project_.db(), "--json"});
  const auto sweep = nlohmann::json::parse(status.out).at("experiments").at(0);
  EXPECT_EQ(sweep.at("cost_measurements"), 1);
  EXPECT_EQ(sweep.at("cost_measured_at"), stored("measured_at").at(0));
}

TEST_F(CostCommand, RefutedAndUndecidedClaimsAreExitStatus) {
  EXPECT_EQ(measure(R"([{"name": "a", "kind": "cost_ratio", "arms": ["rat", "at"],
                         "limit": 0.5}])")
                .status,
            static_cast<int>(ExitStatus::kRefuted));
  EXPECT_EQ(measure(R"([{"name": "a", "kind": "cost_ratio", "arms": ["at", "clean"],
                         "limit": 3}])",
                    {{"RATBENCH_ECHO_COST", "broken"}})
                .status,
            static_cast<int>(ExitStatus::kUndecided))
      << "identical arms that differ decide nothing";
  const auto usable = stored("usable");
  EXPECT_NE(std::find(usable.begin(), usable.end(), "0"), usable.end());
}

TEST_F(CostCommand, AnUnusableMeasurementIsStoredAndSaysWhy) {
  const Finished done = measure("[]", {{"RATBENCH_ECHO_COST", "broken"}}, {});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kEnvironment)) << done.err;
  EXPECT_NE(done.out.find("unusable: two identical arms"), std::string::npos) << done.out;
  EXPECT_EQ(stored("usable"), std::vector<std::string>(4, "0"));
}

TEST_F(CostCommand, ADeviceThatOtherWorkersUseIsRefused) {
  const Finished done = measure("[]", {{"RATBENCH_FAKE_WORKERS", "17 18"}});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kEnvironment));
  EXPECT_NE(done.err.find("17, 18"), std::string::npos) << done.err;
  EXPECT_FALSE(std::filesystem::exists(project_.db())) << "nothing was begun";
}

// Two starts of a program: 10 % slower with three repetitions each, and one that is new.
constexpr const char* kFirstStart =
    R"({"context": {"host_name": "box", "date": "2026-11-20T10:00:00+00:00", "num_cpus": 2},
        "benchmarks": [
  {"run_name": "Step/384", "run_type": "iteration", "repetition_index": 0, "iterations": 9,
   "real_time": 100, "cpu_time": 100, "time_unit": "us", "GFLOP": 3.5},
  {"run_name": "Step/384", "run_type": "iteration", "repetition_index": 1, "iterations": 9,
   "real_time": 101, "cpu_time": 101, "time_unit": "us"},
  {"run_name": "Step/384", "run_type": "iteration", "repetition_index": 2, "iterations": 9,
   "real_time": 99, "cpu_time": 99, "time_unit": "us"},
  {"run_name": "Step/384", "run_type": "aggregate", "aggregate_name": "mean", "iterations": 3,
   "real_time": 100, "cpu_time": 100, "time_unit": "us"}]})";

std::string second_start() {
  auto document = nlohmann::json::parse(kFirstStart);
  document["context"]["date"] = "2026-11-21T10:00:00+00:00";
  for (auto& result : document["benchmarks"])
    result["cpu_time"] = 1.1 * result["cpu_time"].get<double>();
  auto other = document["benchmarks"][0];
  other["run_name"] = "Step/4096";
  document["benchmarks"].push_back(other);
  return document.dump();
}

TEST_F(CostCommand, BenchmarksAreImportedOnceAndCompared) {
  const auto import = [&](const std::string& text) {
    const std::string file = (project_.folder() / "bench.json").string();
    std::ofstream(file) << text;
    return project_.call({"cost", "--import", file, "--db", project_.db(), "--json"});
  };
  const Finished first = import(kFirstStart);
  ASSERT_EQ(first.status, 0) << first.err;
  auto document = nlohmann::json::parse(first.out);
  EXPECT_EQ(document.at("added"), 3) << "aggregates follow from the repetitions";
  EXPECT_TRUE(document.at("benchmarks").at(0).at("ratio").is_null());
  EXPECT_EQ(nlohmann::json::parse(import(kFirstStart).out).at("added"), 0);
  document = nlohmann::json::parse(import(second_start()).out);
  EXPECT_EQ(document.at("added"), 4);
  const auto& changed = document.at("benchmarks").at(0);
  EXPECT_NEAR(changed.at("ratio"), 1.1, 1e-9);
  EXPECT_EQ(changed.at("change"), "slower");
  EXPECT_EQ(changed.at("before"), "2026-11-20T10:00:00+00:00");
  EXPECT_EQ(document.at("benchmarks").at(1).at("problem"), "nothing earlier");
  auto third = nlohmann::json::parse(second_start());
  third["context"]["date"] = "2026-11-22T10:00:00+00:00";
  std::ofstream(project_.folder() / "bench.json") << third;
  const Finished same = project_.call(
      {"cost", "--import", (project_.folder() / "bench.json").string(), "--db", project_.db()});
  EXPECT_NE(same.out.find("no difference from 2026-11-21T10:00:00+00:00 shown"), std::string::npos)
      << same.out;
  third["context"]["date"] = "2026-11-23T10:00:00+00:00";
  for (auto& result : third["benchmarks"]) result["label"] = "avx512";
  std::ofstream(project_.folder() / "bench.json") << third;
  const Finished other = project_.call(
      {"cost", "--import", (project_.folder() / "bench.json").string(), "--db", project_.db()});
  EXPECT_NE(other.out.find("shown (label none before, avx512 now)"), std::string::npos)
      << other.out;
  EXPECT_NE(other.out.find("compares two programs"), std::string::npos) << other.out;
  EXPECT_EQ(same.out.find("compares two programs"), std::string::npos) << same.out;
}

TEST_F(CostCommand, OtherTimesOfAnImportedBenchmarkAreRefusedWhole) {
  const auto import = [&](const nlohmann::json& document) {
    const std::string file = (project_.folder() / "bench.json").string();
    std::ofstream(file) << document;
    return project_.call({"cost", "--import", file, "--db", project_.db(), "--json"});
  };
  auto document = nlohmann::json::parse(kFirstStart);
  ASSERT_EQ(import(document).status, 0);
  auto added = document["benchmarks"][0];
  added["run_name"] = "Step/4096";
  document["benchmarks"].insert(document["benchmarks"].begin(), added);
  document["benchmarks"][2]["cpu_time"] = 150;
  const Finished done = import(document);
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kEnvironment)) << done.err;
  EXPECT_NE(done.err.find("of benchmark Step/384, repetition 1, measured at 2026-11-20"),
            std::string::npos)
      << done.err;
  EXPECT_EQ(
      nlohmann::json::parse(import(nlohmann::json::parse(kFirstStart)).out).at("benchmarks").size(),
      1U)
      << "nothing of the refused file is kept";
}

TEST_F(CostCommand, FilesThatAreNoBenchmarksAreRefused) {
  const auto refused = [&](const std::string& text) {
    const std::string file = (project_.folder() / "bench.json").string();
    std::ofstream(file) << text;
    const Finished done = project_.call({"cost", "--import", file, "--db", project_.db()});
    EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kUsage)) << text;
    return done.err;
  };
  EXPECT_NE(refused("not json").find("no results of Google Benchmark"), std::string::npos);
  EXPECT_NE(
      refused(
          R"({"context": {"host_name": "box", "date": "2026-11-20T10:00:00Z"}, "benchmarks": []})")
          .find("no repetitions"),
      std::string::npos);
  EXPECT_NE(refused(R"({"context": {"host_name": "box", "date": "2026-11-20T10:00:00Z"},
                        "benchmarks": [{"run_name": "a", "iterations": 1, "real_time": 0,
                                        "cpu_time": 0, "time_unit": "ns"}]})")
                .find("/benchmarks/0"),
            std::string::npos);
  EXPECT_EQ(project_.call({"cost"}).status, static_cast<int>(ExitStatus::kUsage));
}

TEST_F(CostCommand, TooFewUndisturbedBlocksAreNoMeasurement) {
  const Finished done =
      measure("[]", {{"RATBENCH_ECHO_COST", "disturbed"}}, {"--set", "cost.max_s=0.5"});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kEnvironment)) << done.err;
  EXPECT_NE(done.out.find("unusable: fewer than 5 rounds"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("waited for a core"), std::string::npos) << done.out;
  EXPECT_EQ(stored("ratio"), std::vector<std::string>(4, "NULL"));
  EXPECT_EQ(stored("step_s"), std::vector<std::string>(4, "NULL")) << "unknown is not 0";
}

// A cell of the same name that trains otherwise would lend its score to these times.
TEST_F(CostCommand, TimesOfOtherSettingsAreNotMixedWithTheDatabasesCells) {
  ASSERT_EQ(measure("[]").status, 0);
  EXPECT_EQ(measure("[]", {}, {"--set", "cost.half_width=0.5"}).status, 0) << "the same cells";
  const std::size_t stored_rows = stored("arm").size();
  const Finished other = measure("[]", {}, {"--set", "train.batch_size=7"});
  EXPECT_EQ(other.status, static_cast<int>(ExitStatus::kUsage));
  EXPECT_NE(other.err.find("other cells or settings"), std::string::npos) << other.err;
  EXPECT_EQ(stored("arm").size(), stored_rows);
}

// As a GPU can: without an end in time the measurement would never end.
TEST_F(CostCommand, AWorkerThatHangsIsLeftWhenTimeIsUp) {
  const auto begun = std::chrono::steady_clock::now();
  const Finished done = measure("[]", {{"RATBENCH_ECHO_COST", "hangs"}},
                                {"--set", "cost.max_s=3", "--set", "cost.half_width=0.0001"});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("time was up"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("no phases of clean, rat, at, clean (A/A)"), std::string::npos)
      << done.out;
  EXPECT_EQ(stored("arm").size(), 4u) << "what was measured before counts";
}

// Another routine in every measurement would be another machine each time.
TEST_F(CostCommand, TheProductRoutineOfAMachineIsKept) {
  ASSERT_EQ(measure("[]").status, 0);
  const store::Reader reader(project_.db());
  EXPECT_EQ(reader.machine_setting(sched::machine_name(), "kernel/cpu"), "echo");
}

TEST_F(CostCommand, ABaselineFromTheCommandLineIsBlamedOnIt) {
  const Finished done = measure("[]", {}, {"--set", "cost.baseline=nope"});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kUsage));
  EXPECT_NE(done.err.find("--set cost.baseline=nope: found \"nope\", allowed are clean, "),
            std::string::npos)
      << done.err;
}

TEST_F(CostCommand, AWorkerThatVanishesLeavesNothingInvented) {
  const Finished done = measure("[]", {{"RATBENCH_ECHO_COST", "gone"}});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kEnvironment));
  EXPECT_NE(done.err.find("ended while it was measured"), std::string::npos) << done.err;
  EXPECT_TRUE(stored("arm").empty());
}

// Judged without a run: the sentence says what of it is open.
TEST_F(CostCommand, CostAndQualityAreReadTogether) {
  const Finished done = measure(R"([
    {"name": "cheap", "kind": "cost_ratio", "arms": ["rat", "at"], "limit": 0.8},
    {"name": "good", "kind": "non_inferiority", "arms": ["rat", "at"], "margin": 0.01}])");
  const auto document = nlohmann::json::parse(done.out);
  ASSERT_EQ(document.at("claims").size(), 1u);
  const std::string sentence = document.at("claims")[0].at("sentence");
  EXPECT_NE(sentence.find("Whether rat is worse than at by more than 1 point of macro_f1 is "
                          "undecided ("),
            std::string::npos)
      << sentence;
  EXPECT_NE(sentence.find("; it takes 0.7"), std::string::npos) << sentence;
  EXPECT_EQ(done.status, 0) << "the claim about time alone decides";
}

TEST_F(CostCommand, WorkersThatRefuseAreQuoted) {
  const Finished done = measure("[]", {{"RATBENCH_ECHO_COST", "data"}});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kUsage));
  EXPECT_NE(done.err.find("told to be bad"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace ratbench::cli
