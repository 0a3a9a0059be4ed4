// ratbench verify as a user calls it: table, --json, exit status, what it stores, what it refuses.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/harness/claims/planted_world.hpp"
#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

class Verify : public ::testing::Test {
 protected:
  Verify() { world_.fill(claims::experiment_of(claims::kPlantedFile)); }

  std::string file(const nlohmann::json& experiment) const {
    const auto path = world_.folder() / "planted.json";
    std::ofstream(path) << experiment.dump();
    return path.string();
  }
  // The planted experiment with these of its claims.
  nlohmann::json with_claims(const std::vector<std::string>& names) const {
    nlohmann::json experiment = planted_;
    experiment["claims"] = nlohmann::json::array();
    for (const auto& claim : planted_["claims"])
      if (std::count(names.begin(), names.end(), claim["name"]) > 0)
        experiment["claims"].push_back(claim);
    return experiment;
  }
  Finished verify(const nlohmann::json& experiment,
                  const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"verify", file(experiment), "--db", world_.db().string()};
    words.insert(words.end(), more.begin(), more.end());
    return Program(words, world_.folder()).wait();
  }
  void expect_refused(const nlohmann::json& experiment, const std::string& message) const {
    const Finished refused = verify(experiment);
    EXPECT_EQ(refused.status, 2) << message;
    EXPECT_NE(refused.err.find(message), std::string::npos) << refused.err;
    EXPECT_TRUE(refused.out.empty()) << refused.out;
  }

  claims::PlantedWorld world_;
  nlohmann::json planted_ = nlohmann::json::parse(claims::kPlantedFile);
};

TEST_F(Verify, ExitStatusIsTheWorstVerdict) {
  EXPECT_EQ(verify(with_claims({"gain", "synergy", "lambda"})).status, 0);
  EXPECT_EQ(verify(with_claims({"gain", "control_is_none"})).status, 3);
  EXPECT_EQ(verify(with_claims({"gain", "control_is_none", "loss"})).status, 5);
}

TEST_F(Verify, RefusesADatabaseThatHoldsOtherSettings) {
  nlohmann::json other = planted_;
  other["attack"]["epsilon"] = 0.2;
  expect_refused(other, "/attack/epsilon: 0.1 in the database, 0.2 here");
}

TEST_F(Verify, TableHasOneLineAndOneSentencePerClaim) {
  const Finished shown = verify(planted_);
  EXPECT_EQ(shown.status, 5);
  EXPECT_TRUE(shown.err.empty()) << shown.err;
  for (const char* word : {"claim", "verdict", "bootstrap 95 %", "rows to drop", "rows to relabel"})
    EXPECT_NE(shown.out.substr(0, shown.out.find('\n')).find(word), std::string::npos) << word;
  for (const auto& claim : planted_["claims"]) {
    const std::string name = claim["name"];
    EXPECT_NE(shown.out.find("\n" + name), std::string::npos) << name;
    EXPECT_NE(shown.out.find("\n" + name + ": "), std::string::npos) << name;
  }
  EXPECT_NE(shown.out.find("\ngain *"), std::string::npos);
  EXPECT_NE(shown.out.find("Shown on a/test.safetensors (300 test rows)"), std::string::npos);
  EXPECT_NE(shown.out.find("Shown to be false on"), std::string::npos);
  EXPECT_EQ(shown.out.find("nan"), std::string::npos);
}

TEST_F(Verify, JsonIsOneDocumentWithEveryNumber) {
  const Finished shown = verify(planted_, {"--json"});
  EXPECT_EQ(shown.status, 5);
  const auto document = nlohmann::json::parse(shown.out);
  EXPECT_EQ(document["experiment"], "planted");
  EXPECT_EQ(document["stored"], true);
  ASSERT_EQ(document["claims"].size(), planted_["claims"].size());
  for (std::size_t i = 0; i < document["claims"].size(); ++i) {
    const auto& claim = document["claims"][i];
    EXPECT_EQ(claim["claim"], planted_["claims"][i]["name"]);
    EXPECT_FALSE(claim["reason"].get<std::string>().empty());
    if (claim["estimate"].is_null()) continue;
    if (claim["undecided_because"] == "zero variance") {
      EXPECT_EQ(claim["estimate"], 0);
      EXPECT_TRUE(claim["ci_low_adjusted"].is_null());
      continue;
    }
    for (const char* number :
         {"ci_low", "ci_high", "ci_low_adjusted", "ci_high_adjusted", "bootstrap_low",
          "bootstrap_high", "p", "p_adjusted", "alpha", "minimum_detectable_effect"})
      EXPECT_TRUE(claim[number].is_number()) << number;
    EXPECT_FALSE(claim["run_keys"].empty());
  }
  EXPECT_EQ(document["claims"][0]["verdict"], "supported");
  EXPECT_EQ(document["claims"][1]["verdict"], "refuted");
}

TEST_F(Verify, StoresVerdictsWithTheRunsTheyRestOn) {
  verify(with_claims({"gain", "time"}));
  const store::Reader reader(world_.db());
  const auto columns = reader.view_columns("v_claim");
  std::map<std::string, std::map<std::string, std::optional<std::string>>> rows;
  reader.visit_view("v_claim", [&](const auto& row) {
    std::map<std::string, std::optional<std::string>> named;
    for (std::size_t c = 0; c < columns.size(); ++c) named[columns[c]] = row[c];
    rows[*named["claim"]] = named;
  });
  ASSERT_EQ(rows.size(), 2U);
  auto& gain = rows["gain"];
  EXPECT_EQ(gain["verdict"], "supported");
  EXPECT_EQ(gain["kind"], "difference");
  EXPECT_EQ(gain["contrast"], "both - none");
  EXPECT_EQ(gain["is_primary"], "1");
  EXPECT_EQ(gain["interval_method"], "two-way influence (seeds and rows)");
  EXPECT_TRUE(gain["bootstrap_low"].has_value());
  EXPECT_TRUE(gain["fragility_relabelled"].has_value());
  // Two arms of one cell and six seeds each.
  const auto keys = nlohmann::json::parse(*gain["run_keys"]);
  EXPECT_EQ(keys.size(), 12U);
  for (const auto& key : keys) EXPECT_TRUE(reader.run(key).has_value());
  EXPECT_EQ(rows["time"]["run_keys"], "[]");
  EXPECT_FALSE(rows["time"]["metric"].has_value());
  EXPECT_FALSE(rows["time"]["estimate"].has_value());
}

TEST_F(Verify, RefusesClaimsThatCannotBeAsked) {
  const auto claim = [&](const nlohmann::json& one) {
    nlohmann::json experiment = planted_;
    experiment["claims"] = {one};
    return experiment;
  };
  const nlohmann::json arms = {"both", "none"};
  expect_refused(claim({{"name", "x"}, {"kind", "difference"}, {"arms", {"both", "nobody"}}}),
                 "nobody");
  expect_refused(
      claim({{"name", "x"}, {"kind", "difference"}, {"arms", arms}, {"metric", "macro_f2"}}),
      "macro_f2");
  expect_refused(
      claim({{"name", "x"}, {"kind", "difference"}, {"arms", arms}, {"metric", "recall/D"}}),
      "the data have no class \"D\"; classes: A, B, C");
  expect_refused(claim({{"name", "x"}, {"kind", "trend"}, {"factor", "train.lr"}}), "train.lr");
  expect_refused(claim({{"name", "x"}, {"kind", "difference"}, {"arms", {"attacked", "rat"}}}),
                 "shares a cell");
  nlohmann::json empty = claim({{"name", "x"}, {"kind", "difference"}, {"arms", arms}});
  empty["arms"]["both"]["augmentation.lambda"] = 7;
  expect_refused(empty, "both");
}

TEST_F(Verify, SaysWhatIsMissing) {
  const std::string planted = file(planted_);
  const Finished no_file =
      Program({"verify", planted, "--db", (world_.folder() / "none.db").string()}, world_.folder())
          .wait();
  EXPECT_EQ(no_file.status, 4);
  EXPECT_FALSE(std::filesystem::exists(world_.folder() / "none.db"));
  nlohmann::json other = planted_;
  other["name"] = "other";
  expect_refused(other, "holds no experiment \"other\"");
  nlohmann::json silent = planted_;
  silent.erase("claims");
  expect_refused(silent, "states no claims");
}

}  // namespace
}  // namespace ratbench::cli
