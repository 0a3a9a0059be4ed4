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
#include "harness/grid/expand.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"

namespace ratbench::claims {
namespace {

constexpr const char* kFile = R"({
  "name": "planted", "title": "Planted effects",
  "data": {"format": "features", "train": "a/train.safetensors", "val": "a/val.safetensors",
           "test": "a/test.safetensors"},
  "attack": {"name": "fgm", "p_rat": 0.5, "epsilon": 0.1},
  "augmentation": {"name": "samples", "lambda": 20},
  "grid": {"augmentation.lambda": [0, 20], "attack.p_rat": [0, 0.5]},
  "include": [{"augmentation.lambda": 20, "attack.p_rat": 0.5, "attack.epsilon": 0}],
  "seeds": 6,
  "arms": {
    "none": {"augmentation.lambda": 0, "attack.p_rat": 0},
    "abex": {"augmentation.lambda": 20, "attack.p_rat": 0},
    "rat": {"augmentation.lambda": 0, "attack.p_rat": 0.5},
    "both": {"augmentation.lambda": 20, "attack.p_rat": 0.5},
    "control": {"augmentation.lambda": 20, "attack.p_rat": 0.5, "attack.epsilon": 0},
    "attacked": {"attack.p_rat": 0.5}
  },
  "claims": [
    {"name": "gain", "kind": "difference", "arms": ["both", "none"], "effect": 0.02, "primary": true},
    {"name": "loss", "kind": "difference", "arms": ["none", "both"], "primary": true},
    {"name": "synergy", "kind": "interaction", "arms": ["both", "abex", "rat", "none"], "primary": true},
    {"name": "best", "kind": "best_of", "arms": ["both", "abex", "rat"]},
    {"name": "order", "kind": "order", "arms": ["both", "abex", "none"], "metric": "recall/B"},
    {"name": "not_worse", "kind": "non_inferiority", "arms": ["rat", "none"], "margin": 0.2},
    {"name": "same", "kind": "equivalence", "arms": ["rat", "none"], "margin": 0.2},
    {"name": "control_is_none", "kind": "equivalence", "arms": ["control", "none"], "margin": 0.01},
    {"name": "lambda", "kind": "trend", "factor": "augmentation.lambda", "metric": "accuracy"},
    {"name": "paper", "kind": "reproduces", "arm": "both", "value": 0.9, "tolerance": 0.05, "source": "P"},
    {"name": "time", "kind": "cost_ratio", "arms": ["rat", "none"], "limit": 1.5}
  ]})";

constexpr std::int32_t kRows = 300;

spec::Experiment experiment_of(const std::string& text) {
  return spec::parse_experiment(text, "planted.json", ".");
}

// Share of right rows in each cell, planted.
double planted(const grid::Cell& cell) {
  double share = 0.6;
  const auto has = [&](const char* path, const char* value) {
    return std::count(cell.factors.begin(), cell.factors.end(),
                      std::pair<std::string, std::string>(path, value)) > 0;
  };
  if (has("attack.epsilon", "0")) return share;
  if (has("augmentation.lambda", "20")) share += 0.12;
  if (has("augmentation.lambda", "20") && has("attack.p_rat", "0.5")) share += 0.18;
  if (has("augmentation.lambda", "0") && has("attack.p_rat", "0.5")) share -= 0.06;
  return share;
}

class Verdicts : public ::testing::Test {
 protected:
  Verdicts() : folder_(std::filesystem::path(::testing::TempDir()) / unique()) {
    std::filesystem::create_directories(folder_);
  }
  ~Verdicts() override { std::filesystem::remove_all(folder_); }

  static std::string unique() {
    return std::string("ratbench_verdicts_") +
           ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
           std::to_string(::testing::UnitTest::GetInstance()->random_seed());
  }
  std::filesystem::path db() const { return folder_ / "planted.db"; }

  store::Dataset dataset() const {
    store::Dataset data;
    data.class_names = {"A", "B", "C"};
    for (const char* split : {"train", "val", "test"}) {
      data.files.paths[split] = std::string("a/") + split + ".safetensors";
      data.files.sha256[split] = std::string("hash of ") + split;
      for (std::int32_t row = 0; row < kRows; ++row) data.labels[split].push_back(row % 3);
    }
    return data;
  }

  protocol::RunResult result(const std::string& key, const grid::Cell& cell, std::uint64_t seed) {
    protocol::RunResult r;
    r.run_key = key;
    r.best_epoch = 1;
    r.epochs = {{1, 0.5, {{"macro_f1", 0.5}}}};
    r.step_losses = {0.5F};
    r.attacked = "0";
    r.train_class_counts = {100, 100, 100};
    for (const char* split : {"val", "test"})
      for (const char* selection : {"best", "last"}) {
        protocol::SplitOutcome outcome{split, selection, {}, {}};
        for (std::int32_t row = 0; row < kRows; ++row) {
          // Rows differ in difficulty; a seed moves it a little.
          const double difficulty = std::fmod(
              0.6180339887 * (row / 3 + 1) + 0.004 * static_cast<double>((row + 5) * seed % 7),
              1.0);
          outcome.predictions.push_back(difficulty < planted(cell) ? row % 3 : (row + 1) % 3);
        }
        r.outcomes.push_back(outcome);
      }
    r.outcomes.push_back({"train", "last", {}, {100, 0, 0, 0, 100, 0, 0, 0, 100}});
    return r;
  }

  // Trains everything except the runs in `left_out` (cell, seed).
  void fill(const spec::Experiment& experiment,
            const std::set<std::pair<std::size_t, std::uint64_t>>& left_out = {}) {
    grid::Sweep sweep;
    sweep.experiment = experiment.name;
    sweep.cells = grid::expand(experiment);
    sweep.seeds = experiment.seeds;
    store::Writer writer(db());
    std::vector<protocol::RunResult> results;
    std::vector<store::AttemptStart> starts;
    sweep.data.assign(sweep.cells.size(), dataset().files);
    for (const std::uint64_t seed : sweep.seeds)
      for (const grid::Cell& cell : sweep.cells) {
        const std::string key = std::to_string(cell.index) + "-" + std::to_string(seed);
        sweep.runs.push_back({key, cell.index, seed});
        if (left_out.contains({cell.index, seed})) continue;
        results.push_back(result(key, cell, seed));
        starts.push_back({key, {}});
      }
    writer.register_sweep(sweep, std::vector{dataset()});
    writer.begin_attempts(starts);
    ASSERT_EQ(writer.commit_results(results).committed, results.size());
  }

  std::map<std::string, Verdict> judged(const spec::Experiment& experiment) {
    std::map<std::string, Verdict> out;
    for (Verdict& verdict : judge_claims(store::Reader(db()), experiment)) {
      const std::string name = verdict.claim;
      out.emplace(name, std::move(verdict));
    }
    return out;
  }

  std::filesystem::path folder_;
};

TEST_F(Verdicts, FindPlantedEffectsOfEveryKind) {
  const spec::Experiment experiment = experiment_of(kFile);
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
  std::string text = kFile;
  text.insert(text.find("\"seeds\": 6"), R"("paper": {"citation": "P",
    "used": {"data.format": "features", "data.test": "a/test.safetensors"}}, )");
  const spec::Experiment experiment = experiment_of(text);
  fill(experiment);
  EXPECT_EQ(judged(experiment).at("paper").outcome, Outcome::kSupported);
  text.replace(text.find("\"value\": 0.9"), 12, "\"value\": 0.7");
  EXPECT_EQ(judged(experiment_of(text)).at("paper").outcome, Outcome::kRefuted);
}

TEST_F(Verdicts, CorrectThePrimaryClaimsAndNoOthers) {
  const spec::Experiment experiment = experiment_of(kFile);
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
  const spec::Experiment experiment = experiment_of(kFile);
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
  const spec::Experiment experiment = experiment_of(kFile);
  fill(experiment, {{3, 2}});
  const auto verdicts = judged(experiment);
  const Verdict& gain = verdicts.at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kUndecided);
  EXPECT_EQ(gain.seeds, 5U);
  EXPECT_NE(gain.reason.find("only 5 of 6 seeds"), std::string::npos) << gain.reason;
  EXPECT_NE(gain.reason.find("1 not run yet"), std::string::npos) << gain.reason;
  EXPECT_TRUE(gain.estimate.has_value());
}

TEST_F(Verdicts, OfOneSeedAreUndecidedWithoutNumbers) {
  std::string text = kFile;
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
    std::string text = kFile;
    const std::size_t at = text.find("\"claims\": [") + 11;
    return text.insert(at, claim + ",");
  };
  const spec::Experiment plain = experiment_of(kFile);
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
  fill(experiment_of(kFile));
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
