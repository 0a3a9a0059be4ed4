// Claims of an experiment file against a database with planted predictions: from the file to the
// rows of v_claim.
#include "harness/claims/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "harness/claims/question.hpp"
#include "src/base/error.hpp"
#include "tests/harness/claims/planted_world.hpp"

namespace ratbench::claims {
namespace {

class Verdicts : public ::testing::Test {
 protected:
  std::filesystem::path db() const { return world_.db(); }
  void fill(const spec::Experiment& experiment, const Damage& damage = {}) {
    world_.fill(experiment, damage);
  }
  std::map<std::string, Verdict> judged(const spec::Experiment& experiment) {
    std::map<std::string, Verdict> out;
    for (Verdict& verdict : judge_claims(store::Reader(db()), experiment)) {
      const std::string name = verdict.claim;
      out.emplace(name, std::move(verdict));
    }
    return out;
  }

  PlantedWorld world_;
};

TEST_F(Verdicts, FindPlantedEffectsOfEveryKind) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  fill(experiment);
  const auto verdicts = judged(experiment);
  const std::map<std::string, Outcome> expected = {
      {"gain", Outcome::kSupported},    {"loss", Outcome::kRefuted},
      {"synergy", Outcome::kSupported}, {"best", Outcome::kSupported},
      {"order", Outcome::kSupported},   {"not_worse", Outcome::kSupported},
      {"same", Outcome::kSupported},    {"control_is_none", Outcome::kUndecided},
      {"lambda", Outcome::kSupported},  {"paper", Outcome::kUndecided},
      {"time", Outcome::kUndecided}};
  ASSERT_EQ(verdicts.size(), expected.size());
  for (const auto& [name, outcome] : expected)
    EXPECT_EQ(to_text(verdicts.at(name).outcome), to_text(outcome)) << verdicts.at(name).sentence;
  EXPECT_NEAR(*verdicts.at("gain").estimate, 0.3, 0.03);
  EXPECT_NEAR(*verdicts.at("synergy").estimate, 0.24, 0.03);
  // Equal predictions in both arms.
  EXPECT_NE(verdicts.at("control_is_none").reason.find("zero variance"), std::string::npos);
  EXPECT_FALSE(verdicts.at("control_is_none").estimate.has_value());
  EXPECT_NE(verdicts.at("paper").reason.find("not comparable"), std::string::npos);
  EXPECT_NE(verdicts.at("time").reason.find("no cost measurement"), std::string::npos);
}

TEST_F(Verdicts, ReproductionIsJudgedWhereDataAndEncoderAreThoseOfThePaper) {
  std::string text = kPlantedFile;
  text.insert(text.find("\"seeds\": 6"), R"("paper": {"citation": "P",
    "used": {"data.format": "features", "data.test": "a/test.safetensors"}}, )");
  const spec::Experiment experiment = experiment_of(text);
  fill(experiment);
  EXPECT_EQ(judged(experiment).at("paper").outcome, Outcome::kSupported);
  text.replace(text.find("\"value\": 0.9"), 12, "\"value\": 0.7");
  EXPECT_EQ(judged(experiment_of(text)).at("paper").outcome, Outcome::kRefuted);
}

TEST_F(Verdicts, CorrectThePrimaryClaimsAndNoOthers) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  fill(experiment);
  for (const auto& [name, verdict] : judged(experiment)) {
    if (!verdict.p) continue;
    EXPECT_EQ(verdict.alpha < kAlpha || *verdict.p_adjusted > *verdict.p,
              verdict.primary && verdict.alpha < kAlpha)
        << name;
    EXPECT_LE(verdict.ci_adjusted->low, verdict.ci->low);
    EXPECT_EQ(verdict.run_keys.size() % 6, 0U);
  }
  const auto verdicts = judged(experiment);
  EXPECT_LT(verdicts.at("gain").alpha + verdicts.at("loss").alpha, 2 * kAlpha);
}

TEST_F(Verdicts, ControlCellsOfIncludeAreInNoArmThatDoesNotNameThem) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  const auto cells_of = [&](const char* name) {
    for (const spec::Arm& arm : experiment.arms)
      if (arm.name == name) return arm_cells(experiment, arm);
    return std::vector<std::size_t>{};
  };
  EXPECT_EQ(cells_of("both"), (std::vector<std::size_t>{3}));
  EXPECT_EQ(cells_of("control"), (std::vector<std::size_t>{4}));
  EXPECT_EQ(cells_of("attacked"), (std::vector<std::size_t>{1, 3}));
}

TEST_F(Verdicts, AreWithheldWhileRunsAreMissing) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  fill(experiment, {{{3, 2}}, {}, {}});
  const auto verdicts = judged(experiment);
  const Verdict& gain = verdicts.at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kUndecided);
  EXPECT_EQ(gain.seeds, 5U);
  EXPECT_NE(gain.reason.find("only 5 of 6 seeds"), std::string::npos) << gain.reason;
  EXPECT_NE(gain.reason.find("1 not run yet"), std::string::npos) << gain.reason;
  EXPECT_TRUE(gain.estimate.has_value());
}

TEST_F(Verdicts, OfOneSeedAreUndecidedWithoutNumbers) {
  std::string text = kPlantedFile;
  text.replace(text.find("\"seeds\": 6"), 10, "\"seeds\": 1");
  const spec::Experiment experiment = experiment_of(text);
  fill(experiment);
  for (const auto& [name, verdict] : judged(experiment)) {
    EXPECT_EQ(verdict.outcome, Outcome::kUndecided) << name;
    EXPECT_FALSE(verdict.estimate.has_value()) << name;
    EXPECT_FALSE(verdict.reason.empty()) << name;
  }
}

TEST_F(Verdicts, RefuseOverlappingArmsAndUnknownClasses) {
  const auto with_claim = [](const std::string& claim) {
    std::string text = kPlantedFile;
    const std::size_t at = text.find("\"claims\": [") + 11;
    return text.insert(at, claim + ",");
  };
  const spec::Experiment plain = experiment_of(kPlantedFile);
  fill(plain);
  EXPECT_THROW(judged(experiment_of(with_claim(
                   R"({"name": "x", "kind": "difference", "arms": ["attacked", "rat"]})"))),
               SpecError);
  EXPECT_THROW(
      judged(experiment_of(with_claim(
          R"({"name": "x", "kind": "difference", "arms": ["both", "rat"], "metric": "recall/D"})"))),
      SpecError);
}

TEST(VerdictStatus, RefutedWinsOverUndecided) {
  Verdict undecided;
  Verdict supported;
  supported.outcome = Outcome::kSupported;
  Verdict refuted;
  refuted.outcome = Outcome::kRefuted;
  EXPECT_EQ(exit_status(std::vector{supported}), ExitStatus::kSuccess);
  EXPECT_EQ(exit_status(std::vector{supported, undecided}), ExitStatus::kUndecided);
  EXPECT_EQ(exit_status(std::vector{refuted, supported, undecided}), ExitStatus::kRefuted);
}

TEST_F(Verdicts, StandInTheViewOnceStored) {
  fill(experiment_of(kPlantedFile));
  const auto rows = [&] {
    std::size_t count = 0;
    store::Reader(db()).visit_view("v_claim", [&](const auto& row) {
      EXPECT_EQ(row[0], "planted");
      ++count;
    });
    return count;
  };
  store::VerdictRow row;
  row.claim = "gain";
  row.verdict = "undecided";
  store::VerdictRow other = row;
  other.claim = "loss";
  store::Writer(db()).store_verdicts("planted", std::vector{row, other});
  EXPECT_EQ(rows(), 2U);
  store::Writer(db()).store_verdicts("planted", std::vector{row});
  EXPECT_EQ(rows(), 1U);
  EXPECT_THROW(store::Writer(db()).store_verdicts("other", std::vector{row}), StoreError);
}

}  // namespace
}  // namespace ratbench::claims
