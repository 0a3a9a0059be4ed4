// ratbench cost as a user sees it, with a worker whose arms take planted times.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

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
  EXPECT_TRUE(rows.at("rat").at("energy_j").is_null()) << "not available is not 0";
  EXPECT_EQ(stored("arm").size(), 4u);
  EXPECT_EQ(stored("usable"), std::vector<std::string>(4, "1"));
  const auto blocks = nlohmann::json::parse(stored("blocks_json").front());
  EXPECT_GE(blocks.size(), 10u);
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
  EXPECT_EQ(stored("usable"), std::vector<std::string>(3, "0"));
}

TEST_F(CostCommand, ADeviceThatOtherWorkersUseIsRefused) {
  const Finished done = measure("[]", {{"RATBENCH_FAKE_WORKERS", "17 18"}});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kEnvironment));
  EXPECT_NE(done.err.find("17, 18"), std::string::npos) << done.err;
  EXPECT_FALSE(std::filesystem::exists(project_.db())) << "nothing was begun";
}

TEST_F(CostCommand, WorkersThatRefuseAreQuoted) {
  const Finished done = measure("[]", {{"RATBENCH_ECHO_COST", "data"}});
  EXPECT_EQ(done.status, static_cast<int>(ExitStatus::kUsage));
  EXPECT_NE(done.err.find("told to be bad"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace ratbench::cli
