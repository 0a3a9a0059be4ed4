// Claims of an experiment file against a database with planted predictions: from the file to the
// rows of v_claim.
#include "harness/claims/verdict.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "harness/claims/question.hpp"
#include "src/base/error.hpp"
#include "tests/harness/claims/judged.hpp"

namespace ratbench::claims {
namespace {

class Verdicts : public ::testing::Test {
 protected:
  std::filesystem::path db() const { return world_.db(); }
  void fill(const spec::Experiment& experiment, const Damage& damage = {}) {
    world_.fill(experiment, damage);
  }
  std::map<std::string, Verdict> judged(const spec::Experiment& experiment) {
    return claims::judged(world_, experiment);
  }

  PlantedWorld world_;
};

// Two seeds that agree leave the interval next to no degrees of freedom and a width beyond any
// score.
TEST_F(Verdicts, IntervalsOfFewSeedsEndWhereScoresEnd) {
  const spec::Experiment experiment =
      experiment_of(planted_file_with("\"seeds\": 6", "\"seeds\": 2"));
  fill(experiment);
  for (const auto& [name, verdict] : judged(experiment)) {
    if (!verdict.ci || name == "lambda") continue;
    const double largest = name == "synergy" ? 2 : 1;
    EXPECT_GE(verdict.ci->low, -largest) << name;
    EXPECT_LE(verdict.ci_adjusted->high, largest) << name;
    EXPECT_LE(verdict.ci->low, *verdict.estimate) << name;
  }
}

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
    if (verdict.ci_error <= kAlpha) {
      EXPECT_LE(verdict.ci_adjusted->low, verdict.ci->low);
    }
    EXPECT_EQ(verdict.run_keys.size() % 6, 0U);
  }
  const auto verdicts = judged(experiment);
  EXPECT_LT(verdicts.at("gain").alpha + verdicts.at("loss").alpha, 2 * kAlpha);
}

// kPlantedFile with more claims at its head.
std::string planted_file_and(const std::string& claims) {
  std::string text = kPlantedFile;
  return text.insert(text.find("\"claims\": [") + 11, claims + ",");
}

std::size_t count_of(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
    ++count;
  return count;
}

std::string equivalence_within(double margin) {
  const std::string claim = R"("kind": "equivalence", "arms": ["rat", "none"], "margin": )";
  return planted_file_with(claim + "0.2", claim + fmt::format("{:.6f}", margin));
}

// The 95 % interval leaves the margin and the 90 % one does not: a reader must see the latter.
TEST_F(Verdicts, OfEquivalenceShowTheIntervalThatDecides) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  fill(experiment);
  const Verdict wide = judged(experiment).at("same");
  ASSERT_TRUE(wide.ci && wide.ci_adjusted);
  EXPECT_DOUBLE_EQ(wide.ci_error, 2 * kAlpha);
  const auto reach = [](const stats::Interval& ci) {
    return std::max(std::abs(ci.low), std::abs(ci.high));
  };
  const double margin = (reach(*wide.ci) + reach(*wide.ci_adjusted)) / 2;
  const Verdict close = judged(experiment_of(equivalence_within(margin))).at("same");
  EXPECT_EQ(close.outcome, Outcome::kSupported) << close.sentence;
  EXPECT_LT(reach(*close.ci_adjusted), margin);
  EXPECT_GT(reach(*close.ci), margin);
  EXPECT_NE(close.sentence.find("90 % interval (two one-sided tests) "), std::string::npos)
      << close.sentence;
  // An estimate outside the margin cannot be shown to lie inside: the 95 % interval decides.
  const Verdict outside =
      judged(experiment_of(equivalence_within(std::abs(*wide.estimate) / 2))).at("same");
  EXPECT_DOUBLE_EQ(outside.ci_error, kAlpha);
  EXPECT_DOUBLE_EQ(outside.ci_adjusted->low, outside.ci->low);
  EXPECT_NE(outside.sentence.find("95 % interval "), std::string::npos) << outside.sentence;
}

// Two seeds leave intervals beyond every score, which are cut: nowhere in a sentence are they not.
TEST_F(Verdicts, GiveOneIntervalInASentence) {
  fill(experiment_of(kPlantedFile));
  for (const char* seeds : {"\"seeds\": 6", "\"seeds\": 2"}) {
    for (const auto& [name, verdict] :
         judged(experiment_of(planted_file_with("\"seeds\": 6", seeds)))) {
      EXPECT_EQ(count_of(verdict.sentence, " % interval "), verdict.ci ? 1U : 0U)
          << verdict.sentence;
      EXPECT_EQ(count_of(verdict.reason, " to "), 0U) << verdict.reason;
    }
  }
}

TEST_F(Verdicts, OfEqualPredictionsHaveAnEstimateAndNoInterval) {
  const spec::Experiment experiment = experiment_of(planted_file_and(
      R"({"name": "differ", "kind": "difference", "arms": ["control", "none"]},
         {"name": "equals", "kind": "best_of", "arms": ["control", "none", "both"]},
         {"name": "ordered", "kind": "order", "arms": ["both", "control", "none"]},
         {"name": "no_worse", "kind": "non_inferiority", "arms": ["control", "none"],
          "margin": 0.01})"));
  fill(experiment);
  const auto verdicts = judged(experiment);
  for (const char* name : {"control_is_none", "differ", "equals", "ordered", "no_worse"}) {
    const Verdict& verdict = verdicts.at(name);
    EXPECT_EQ(verdict.outcome, Outcome::kUndecided) << name;
    EXPECT_EQ(to_text(verdict.because), "zero variance") << name;
    ASSERT_TRUE(verdict.estimate.has_value()) << name;
    EXPECT_EQ(*verdict.estimate, 0) << name;
    EXPECT_FALSE(verdict.ci || verdict.ci_adjusted || verdict.p || verdict.bootstrap) << name;
    EXPECT_EQ(verdict.step, "control - none");
    EXPECT_NE(verdict.sentence.find("; control - none is 0.0 points; zero variance: control - none "
                                    "varies neither over seeds nor over test rows"),
              std::string::npos)
        << verdict.sentence;
  }
}

TEST_F(Verdicts, OfEqualPredictionsWaitForMissingRuns) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  fill(experiment, {{{4, 2}}, {}, {}});
  const Verdict verdict = judged(experiment).at("control_is_none");
  EXPECT_EQ(verdict.because, Because::kRuns);
  EXPECT_NE(verdict.reason.find("only 5 of 6 seeds"), std::string::npos) << verdict.reason;
}

// A text model whose folder the file names by a variable, as trained and as judged elsewhere.
TEST_F(Verdicts, NameTheModelThatWasTrained) {
  const auto file = [](const std::string& folder, const std::string& model) {
    return R"({"name": "tuned", "title": "x",
      "data": {"format": "text", "train": ")" +
           folder + R"(/reports/train.csv",
               "val": ")" +
           folder + R"(/reports/val.csv", "test": ")" + folder + R"(/reports/test.csv"},
      "model": {"name": "bert", "path": ")" +
           model + R"("},
      "paper": {"citation": "P", "used": {"data.test": ")" +
           folder + R"(/reports/test.csv", "model.path": "PubMedBERT"}},
      "attack": {"name": "fgm"}, "grid": {"attack.p_rat": [0, 0.5]}, "seeds": 2,
      "arms": {"none": {"attack.p_rat": 0}, "rat": {"attack.p_rat": 0.5}},
      "claims": [{"name": "gain", "kind": "difference", "arms": ["rat", "none"]},
        {"name": "stated", "kind": "reproduces", "arm": "none", "value": 0.9, "tolerance": 0.05,
         "source": "P"}]})";
  };
  Damage trained;
  trained.data = [](const grid::Cell&) {
    store::Dataset data = PlantedWorld::dataset();
    data.files.paths["model"] = "/models/PubMedBERT";
    data.files.sha256["model"] = "1a2b3c4d5e6f";
    return data;
  };
  fill(experiment_of(file("/data", "/models/PubMedBERT")), trained);
  spec::LoadOptions as_written;
  as_written.unset = spec::UnsetVariables::kKeep;
  const auto verdicts = judged(spec::parse_experiment(file("${RATBENCH_DATA}", "${RATBENCH_MODEL}"),
                                                      "tuned.json", ".", as_written));
  EXPECT_EQ(verdicts.at("gain").place,
            "on reports/test.csv (300 test rows), model bert (PubMedBERT, weights 1a2b3c4d), 2 "
            "seeds");
  // The paper's model is compared with the one that was trained, not with the variable.
  EXPECT_NE(verdicts.at("stated").because, Because::kNotComparable) << verdicts.at("stated").reason;
}

// Two tables of stated numbers and the primary claims: three families, whatever is primary.
TEST_F(Verdicts, CorrectEveryTableOfStatedNumbersOnItsOwn) {
  const auto stated = [](const char* name, const char* source) {
    return std::string(R"({"name": ")") + name +
           R"(", "kind": "reproduces", "arm": "none", "value": 0.55, "tolerance": 0.001, "source": ")" +
           source + "\"}";
  };
  const spec::Experiment experiment = experiment_of(planted_file_and(
      stated("a1", "table a") + "," + stated("a2", "table a") + "," + stated("b1", "table b")));
  fill(experiment);
  const auto verdicts = judged(experiment);
  EXPECT_DOUBLE_EQ(verdicts.at("b1").alpha, kAlpha) << "alone in its table";
  EXPECT_DOUBLE_EQ(*verdicts.at("b1").p_adjusted, *verdicts.at("b1").p);
  EXPECT_DOUBLE_EQ(*verdicts.at("a1").p_adjusted, std::min(1.0, 2 * *verdicts.at("a1").p));
  EXPECT_EQ(verdicts.at("a1").p_adjusted, verdicts.at("a2").p_adjusted);
  EXPECT_EQ(verdicts.at("gain").p_adjusted,
            judged(experiment_of(kPlantedFile)).at("gain").p_adjusted)
      << "stated numbers do not count among the primary claims";
}

// `best` has two steps; each of them alone is easier to show.
TEST_F(Verdicts, DetectableEffectOfSeveralStepsIsThatOfThePlan) {
  const spec::Experiment experiment = experiment_of(planted_file_and(
      R"({"name": "d1", "kind": "difference", "arms": ["both", "abex"]},
         {"name": "d2", "kind": "difference", "arms": ["both", "rat"]})"));
  fill(experiment);
  const auto verdicts = judged(experiment);
  const double alone = std::max(*verdicts.at("d1").minimum_detectable_effect,
                                *verdicts.at("d2").minimum_detectable_effect);
  EXPECT_GT(*verdicts.at("best").minimum_detectable_effect, 1.05 * alone);
  EXPECT_LT(*verdicts.at("best").minimum_detectable_effect, 1.5 * alone);
}

TEST_F(Verdicts, SayInAWordWhyTheyAreUndecided) {
  const spec::Experiment experiment = experiment_of(kPlantedFile);
  fill(experiment);
  const auto verdicts = judged(experiment);
  EXPECT_EQ(verdicts.at("gain").because, Because::kDecided);
  EXPECT_EQ(verdicts.at("paper").because, Because::kNotComparable);
  EXPECT_EQ(verdicts.at("time").because, Because::kNotMeasured);
  std::vector<Verdict> some = {verdicts.at("gain"), verdicts.at("paper"), verdicts.at("time")};
  some[0].outcome = Outcome::kSupported;
  EXPECT_EQ(count_in_words(some),
            "3 claims: 1 supported, 0 refuted, 2 undecided (not measured 1, not comparable 1).");
  EXPECT_EQ(count_in_words(std::vector{some[0]}), "1 claim: 1 supported, 0 refuted, 0 undecided.");
}

// An interval on both sides of the bound: how many rows would decide is searched all the same.
TEST_F(Verdicts, OfAWideIntervalAreSearchedForFragileRows) {
  const spec::Experiment experiment = experiment_of(planted_file_and(
      R"({"name": "close", "kind": "difference", "arms": ["both", "none"], "effect": 0.27})"));
  fill(experiment);
  const Verdict close = judged(experiment).at("close");
  ASSERT_EQ(close.because, Because::kInterval) << close.reason;
  EXPECT_TRUE(close.fragility_rows.starts_with("at most ")) << close.fragility_rows;
  EXPECT_GT(close.fragile_rows.size(), 1U);
}

TEST_F(Verdicts, AreWordedWithoutSignedZerosAndWithOneSeed) {
  const spec::Experiment all = experiment_of(kPlantedFile);
  fill(all);
  const std::regex crooked(R"([+-]0\.0+(?!\d)|-\+)");
  for (const auto& [name, verdict] : judged(all))
    EXPECT_FALSE(std::regex_search(verdict.sentence, crooked)) << verdict.sentence;
  for (const auto& [name, verdict] :
       judged(experiment_of(planted_file_with("\"seeds\": 6", "\"seeds\": 1")))) {
    EXPECT_EQ(verdict.sentence.find("1 seeds"), std::string::npos) << verdict.sentence;
    if (name == "time") continue;
    EXPECT_NE(verdict.scope.find("(300 test rows)"), std::string::npos) << verdict.scope;
  }
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
