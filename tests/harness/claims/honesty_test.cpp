// What a verdict must not be given for: chosen seeds, mixed methods, epochs chosen on the test
// rows, runs that are missing.
#include <gtest/gtest.h>

#include "harness/store/connection.hpp"
#include "src/base/error.hpp"
#include "tests/harness/claims/judged.hpp"

namespace ratbench::claims {
namespace {

class Honesty : public ::testing::Test {
 protected:
  std::map<std::string, Verdict> judged(const spec::Experiment& experiment) {
    return claims::judged(world_, experiment);
  }
  void expect_withheld(const std::map<std::string, Verdict>& verdicts, const std::string& why) {
    for (const auto& [name, verdict] : verdicts) {
      EXPECT_EQ(verdict.outcome, Outcome::kUndecided) << name;
      if (!verdict.estimate) continue;
      EXPECT_NE(verdict.reason.find(why), std::string::npos) << verdict.reason;
    }
    EXPECT_TRUE(verdicts.at("gain").estimate.has_value());
  }

  PlantedWorld world_;
  spec::Experiment planted_ = experiment_of(kPlantedFile);
};

std::vector<double> numbers_of(const Verdict& v) {
  std::vector<double> out = {v.alpha};
  for (const auto& value : {v.bound, v.estimate, v.p, v.p_adjusted, v.minimum_detectable_effect})
    if (value) out.push_back(*value);
  for (const auto& ci : {v.ci, v.ci_adjusted, v.bootstrap})
    if (ci) out.insert(out.end(), {ci->low, ci->high});
  return out;
}

TEST_F(Honesty, NumbersAreCompleteAndFinite) {
  world_.fill(planted_, {{{1, 2}}, {{0, 1}}, {}});
  for (const auto& [name, verdict] : judged(planted_)) {
    for (const double number : numbers_of(verdict)) EXPECT_TRUE(std::isfinite(number)) << name;
    EXPECT_FALSE(verdict.reason.empty()) << name;
    EXPECT_FALSE(verdict.sentence.empty()) << name;
    if (!verdict.ci) continue;
    EXPECT_EQ(verdict.interval_method, "two-way influence (seeds and rows)");
    ASSERT_TRUE(verdict.bootstrap.has_value()) << name;
    EXPECT_LE(verdict.bootstrap->low, verdict.bootstrap->high);
    EXPECT_FALSE(verdict.fragility_rows.empty()) << name;
    EXPECT_FALSE(verdict.fragility_relabelled.empty()) << name;
  }
}

TEST_F(Honesty, SeedsLeftOutBetweenOthersWithholdAndLaterOnesAreNoted) {
  world_.fill(planted_);
  expect_withheld(judged(experiment_of(planted_file_with("\"seeds\": 6", "\"seeds\": [0, 2, 5]"))),
                  "seeds that the file leaves out (1, 3, 4)");
  expect_withheld(
      judged(experiment_of(planted_file_with("\"seeds\": 6", "\"seeds\": [1, 2, 3, 4, 5]"))),
      "seeds that the file leaves out (0)");
  const auto first = judged(experiment_of(planted_file_with("\"seeds\": 6", "\"seeds\": 3")));
  EXPECT_EQ(first.at("gain").outcome, Outcome::kSupported) << first.at("gain").reason;
  ASSERT_EQ(first.at("gain").notes.size(), 1U);
  EXPECT_NE(first.at("gain").notes[0].find("3 more seeds"), std::string::npos);
  EXPECT_TRUE(judged(planted_).at("gain").notes.empty());
}

TEST_F(Honesty, FewerSeedsThanTheFileOnceMoreAreThereWithhold) {
  world_.fill(planted_);
  const auto asked = [](long long seeds) {
    spec::LoadOptions options;
    options.seeds = seeds;
    return spec::parse_experiment(kPlantedFile, "planted.json", ".", options);
  };
  expect_withheld(judged(asked(3)),
                  "the file asks for 6 seeds, --seeds for 3 of them, and the "
                  "database holds runs of 3 that are left out");
  EXPECT_EQ(judged(asked(6)).at("gain").outcome, Outcome::kSupported);
}

TEST_F(Honesty, FewerSeedsThanTheFileAreNamed) {
  spec::LoadOptions options;
  options.seeds = 4;
  const auto fewer = spec::parse_experiment(kPlantedFile, "planted.json", ".", options);
  world_.fill(fewer);
  const Verdict gain = judged(fewer).at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kSupported);
  ASSERT_EQ(gain.notes.size(), 1U);
  EXPECT_EQ(gain.notes[0].rfind("4 of the 6 seeds that the file asks for", 0), 0U) << gain.notes[0];
}

TEST_F(Honesty, SeedsBetweenTheLooksDecideNothing) {
  const std::string text =
      planted_file_with("\"seeds\": 6", "\"seeds\": {\"looks\": [3, 6], \"until\": \"decided\"}");
  const auto asked = [&](long long seeds) {
    spec::LoadOptions options;
    options.seeds = seeds;
    return spec::parse_experiment(text, "planted.json", ".", options);
  };
  world_.fill(asked(4));
  expect_withheld(judged(asked(4)), "the file plans to judge at 3, 6 seeds, and 4 are none");
  const Verdict gain = judged(asked(3)).at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kSupported);
  EXPECT_NEAR(gain.family_alpha, kAlpha / 3, 1e-12) << "of the first look, not of the only one";
}

TEST_F(Honesty, MachinesThatDifferWithTheArmAreToldBesideTheAnswer) {
  world_.fill(planted_);
  const auto scope_after = [&](const std::string& where) {
    store::Connection raw(world_.db().string(), world_.db(), SQLite::OPEN_READWRITE);
    raw.execute("UPDATE attempt SET device_name = 'one'");
    raw.execute(
        "UPDATE attempt SET device_name = 'other' WHERE attempt_id IN (SELECT r.attempt_id FROM "
        "run r JOIN v_run v ON v.run_key = r.run_key WHERE " +
        where + ")");
    const Verdict gain = judged(planted_).at("gain");
    EXPECT_EQ(gain.outcome, Outcome::kSupported) << "a caveat withholds nothing";
    EXPECT_FALSE(gain.notes.empty()) << "both are noted";
    return gain.scope;
  };
  const std::string told = "not trained on the same devices";
  EXPECT_NE(scope_after("v.cell LIKE '%augmentation.lambda=20%'").find(told), std::string::npos);
  EXPECT_EQ(scope_after("v.seed % 2 = 0").find(told), std::string::npos);
}

TEST_F(Honesty, EqualLengthsOnBothSidesOfAContrastAreNotUnequal) {
  world_.fill(planted_);
  {
    store::Connection raw(world_.db().string(), world_.db(), SQLite::OPEN_READWRITE);
    raw.execute("UPDATE result SET batches = 224");
    raw.execute(
        "UPDATE result SET batches = 398 WHERE run_id IN (SELECT r.run_id FROM run r JOIN v_run v "
        "ON v.run_key = r.run_key WHERE v.cell LIKE '%augmentation.lambda=20%')");
  }
  const auto verdicts = judged(planted_);
  const auto is_uneven = [&](const char* claim) {
    return verdicts.at(claim).scope.find("unequal training") != std::string::npos;
  };
  EXPECT_TRUE(is_uneven("gain")) << "with samples against without";
  EXPECT_TRUE(is_uneven("lambda"));
  EXPECT_FALSE(is_uneven("synergy")) << "a difference of differences";
  EXPECT_FALSE(is_uneven("same"));
}

TEST_F(Honesty, PredictionsThatNoModelCanGiveAreMissing) {
  world_.fill(planted_);
  {
    store::Connection raw(world_.db().string(), world_.db(), SQLite::OPEN_READWRITE);
    raw.execute(
        "UPDATE evaluation SET predictions = '[99' || substr(predictions, 3) WHERE split = 'test' "
        "AND run_id = (SELECT run.run_id FROM run JOIN v_run ON v_run.run_key = run.run_key WHERE "
        "v_run.seed = 1 ORDER BY v_run.cell LIMIT 1)");
  }
  const auto verdicts = judged(planted_);
  EXPECT_EQ(verdicts.at("gain").outcome, Outcome::kUndecided);
  EXPECT_NE(verdicts.at("gain").reason.find("1 without a possible test prediction of every row"),
            std::string::npos)
      << verdicts.at("gain").reason;
}

TEST_F(Honesty, EpochsSelectedOnTheTestRowsWithhold) {
  const auto same = [](const grid::Cell&) {
    store::Dataset data = PlantedWorld::dataset();
    data.files.sha256["val"] = data.files.sha256["test"];
    return data;
  };
  world_.fill(planted_, {{}, {}, same});
  expect_withheld(judged(planted_), "epochs were selected on the test rows");
  const auto last = experiment_of(
      planted_file_with("\"seeds\": 6", "\"train\": {\"select\": \"last\"}, \"seeds\": 6"));
  const auto verdicts = judged(last);
  EXPECT_EQ(verdicts.at("gain").outcome, Outcome::kSupported) << verdicts.at("gain").reason;
  EXPECT_EQ(verdicts.at("gain").notes.size(), 1U);
}

TEST_F(Honesty, MixedVersionsOfTheMethodWithhold) {
  world_.fill(planted_);
  {
    store::Connection raw(world_.db().string(), world_.db(), SQLite::OPEN_READWRITE);
    raw.execute("UPDATE run SET method_version = 99 WHERE seed = 1");
  }
  expect_withheld(judged(planted_), "different versions of the method");
}

TEST_F(Honesty, ArmsOfUnequalTrainingSaySoInTheirScope) {
  world_.fill(planted_);
  {
    store::Connection raw(world_.db().string(), world_.db(), SQLite::OPEN_READWRITE);
    raw.execute("UPDATE result SET batches = 100");
    raw.execute(
        "UPDATE result SET batches = 380 WHERE run_id IN (SELECT x.run_id FROM cell_run x JOIN "
        "cell c ON c.cell_id = x.cell_id WHERE c.position = 3)");
  }
  const auto verdicts = judged(planted_);
  const Verdict& gain = verdicts.at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kSupported) << "a scope withholds nothing";
  EXPECT_NE(gain.scope.find("unequal training: 100 batches a run of"), std::string::npos)
      << gain.scope;
  EXPECT_NE(gain.scope.find("and 380 of"), std::string::npos) << gain.scope;
  // After the answer, which the place alone precedes, and by the factors that tell the cells apart.
  EXPECT_LT(gain.sentence.find("both exceeds"), gain.sentence.find("Mind: unequal training"))
      << gain.sentence;
  EXPECT_NE(gain.scope.find("380 of augmentation.lambda=20"), std::string::npos) << gain.scope;
  EXPECT_EQ(verdicts.at("not_worse").scope.find("unequal"), std::string::npos);
}

TEST_F(Honesty, ArmsThatSelectTheirEpochDifferentlyAreNotCompared) {
  const auto experiment = experiment_of(planted_file_with(
      "\"attack.epsilon\": 0}]", "\"attack.epsilon\": 0, \"train.select\": \"last\"}]"));
  world_.fill(experiment);
  auto text = planted_file_with("\"attack.epsilon\": 0}]",
                                "\"attack.epsilon\": 0, \"train.select\": \"last\"}]");
  text.replace(text.find("\"attack.epsilon\": 0},"), 21,
               "\"attack.epsilon\": 0, \"train.select\": \"last\"},");
  const auto verdicts = judged(experiment_of(text));
  const Verdict& control = verdicts.at("control_is_none");
  EXPECT_EQ(control.outcome, Outcome::kUndecided);
  EXPECT_NE(control.reason.find("select their epoch differently"), std::string::npos)
      << control.reason;
}

TEST_F(Honesty, RunsThatAllDivergedGiveNoNumber) {
  Damage damage;
  for (std::size_t cell = 0; cell < 5; ++cell)
    for (const std::uint64_t seed : planted_.seeds) damage.diverged.insert({cell, seed});
  world_.fill(planted_, damage);
  const auto verdicts = judged(planted_);
  const Verdict& gain = verdicts.at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kUndecided);
  EXPECT_FALSE(gain.estimate.has_value());
  EXPECT_NE(gain.reason.find("12 diverged"), std::string::npos) << gain.reason;
}

// The planted file with these values of epsilon, of which all arms have 0.1.
spec::Experiment with_epsilons(const std::string& values) {
  std::string text = planted_file_with("\"attack.p_rat\": [0, 0.5]",
                                       "\"attack.p_rat\": [0, 0.5], \"attack.epsilon\": " + values);
  for (const char* arm : {"none", "abex", "rat", "both"}) {
    const std::size_t at = text.find('{', text.find(std::string("\"") + arm + "\": {"));
    text.insert(at + 1, "\"attack.epsilon\": 0.1, ");
  }
  return experiment_of(text);
}

TEST_F(Honesty, SettingThatIsTheBestOfManyOnTheTestRowsIsNamed) {
  const auto experiment = with_epsilons("[0.1, 0.2, 0.3]");
  world_.fill(experiment);
  const auto verdicts = judged(experiment);
  const auto& notes = verdicts.at("gain").notes;
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("of the 3 settings in the grid, attack.epsilon=0.1"), std::string::npos)
      << notes[0];
  EXPECT_TRUE(verdicts.at("same").notes.empty()) << "arms said to be equal flatter nobody";
}

TEST_F(Honesty, TheHighestAndTheLowestOfManyAreNamed) {
  // Cells that differ in the learning rate alone score alike.
  std::string text = planted_file_with("\"grid\": {", "\"grid\": {\"train.lr\": [0.001, 0.002], ");
  for (const auto& [old_text, new_text] : std::vector<std::pair<std::string, std::string>>{
           {"\"rat\": {", "\"rat\": {\"train.lr\": 0.002, "},
           {"\"both\": {", "\"both\": {\"train.lr\": 0.001, "},
           {"[\"both\", \"none\"], \"effect\"", "[\"both\", \"rat\"], \"effect\""}})
    text.replace(text.find(old_text), old_text.size(), new_text);
  const auto experiment = experiment_of(text);
  world_.fill(experiment);
  const Verdict gain = judged(experiment).at("gain");
  ASSERT_EQ(gain.notes.size(), 1U);
  EXPECT_EQ(gain.notes[0].rfind("of the 9 cells on these test rows the arms have the highest and "
                                "the lowest mean",
                                0),
            0U)
      << gain.notes[0];
}

TEST_F(Honesty, OneOfSeveralEquallyGoodSettingsIsNotNamed) {
  const auto experiment = with_epsilons("[0.1, 0.4, 0.5]");
  world_.fill(experiment);
  EXPECT_TRUE(judged(experiment).at("gain").notes.empty());
}

}  // namespace
}  // namespace ratbench::claims
