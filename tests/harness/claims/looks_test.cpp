// Sequential looks on simulated reports: the error over all looks together, and that looking
// without shares of alpha would not keep it.
#include "harness/claims/looks.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "harness/claims/decision.hpp"
#include "harness/claims/judge.hpp"
#include "src/stats/clopper_pearson.hpp"
#include "tests/harness/claims/planted_scores.hpp"
#include "tests/harness/claims/planted_world.hpp"

namespace ratbench::claims {
namespace {

constexpr std::size_t kRows = 120;

std::size_t data_sets() { return std::getenv("RATBENCH_LONG") == nullptr ? 800 : 4000; }

spec::Experiment experiment_with(std::vector<std::size_t> looks) {
  spec::Experiment experiment;
  for (std::uint64_t seed = 0; seed < looks.back(); ++seed) experiment.seeds.push_back(seed);
  experiment.file_looks = looks;
  experiment.looks = std::move(looks);
  return experiment;
}

// The first seeds of a table.
stats::PredictionTable first_seeds(const stats::PredictionTable& table, std::size_t seeds) {
  stats::PredictionTable out = table;
  out.seeds = seeds;
  out.runs.clear();
  for (std::size_t cell = 0; cell < table.cells; ++cell)
    for (std::size_t seed = 0; seed < seeds; ++seed) out.runs.push_back(table.run(cell, seed));
  return out;
}

struct ErrorCounts {
  std::size_t supported = 0;  // by any look
  std::size_t any = 0;        // supported or refuted by any look
};

// Equal arms, looked at until something is "shown"; two claims share each look by Holm.
ErrorCounts errors(const ScoreNoise& noise, const std::function<double(const Look&)>& alpha_of) {
  const auto looks = looks_of(experiment_with({5, 10, 20}));
  PlantedScores scores(noise, 7100);
  ErrorCounts counts;
  for (std::size_t k = 0; k < data_sets(); ++k) {
    const auto all = scores.draw({0.8, 0.8, 0.8}, looks.back().seeds, kRows);
    bool supported = false;
    bool any = false;
    for (const Look& look : looks) {
      const auto table = first_seeds(all, look.seeds);
      std::vector<Measured> measured;
      std::vector<double> p;
      for (const stats::Contrast& contrast :
           {stats::Contrast{{1, -1, 0}, 0}, stats::Contrast{{1, 0, -1}, 0}}) {
        const auto found =
            stats::two_way(table, table.weights, {stats::MetricKind::kMacroF1, {}}, contrast);
        measured.push_back({found->estimate, found->se, found->df});
        p.push_back(p_value({Shape::kAbove, 0}, std::span(&measured.back(), 1)));
      }
      const auto levels = holm_levels(p, alpha_of(look));
      for (std::size_t claim = 0; claim < measured.size(); ++claim) {
        const auto outcome =
            decide({Shape::kAbove, 0}, std::span(&measured[claim], 1), levels[claim].alpha);
        supported = supported || outcome == Outcome::kSupported;
        any = any || outcome != Outcome::kUndecided;
      }
    }
    counts.supported += supported ? 1 : 0;
    counts.any += any ? 1 : 0;
  }
  return counts;
}

class LookErrors : public ::testing::TestWithParam<ScoreNoise> {};

TEST_P(LookErrors, StayBelowAlphaOverAllLooksTogether) {
  const ErrorCounts counts = errors(GetParam(), [](const Look& look) { return look.alpha; });
  // "At most", as far as so many data sets can tell.
  EXPECT_LE(stats::clopper_pearson(counts.any, data_sets()).low, kAlpha);
  EXPECT_LE(stats::clopper_pearson(counts.supported, data_sets()).low, kAlpha);
}

INSTANTIATE_TEST_SUITE_P(Simulated, LookErrors,
                         ::testing::Values(kManySeedsNeeded, kManyRowsNeeded, kBothNeeded));

TEST(Looks, WithoutSharesOfAlphaShowTooMuch) {
  const ErrorCounts counts = errors(kManySeedsNeeded, [](const Look&) { return kAlpha; });
  EXPECT_GT(stats::clopper_pearson(counts.any, data_sets()).low, kAlpha);
}

// A difference of accuracy over 20 seeds, as if seeds were endless over as they are.
double width_left(const ScoreNoise& noise) {
  PlantedScores scores(noise, 7400);
  Question question;
  question.cells = {0, 1};
  question.steps = {{"a - b", {{1, -1}, 0}}};
  Evidence evidence;
  evidence.table = scores.draw({0.8, 0.8}, 20, kRows);
  evidence.metric = {stats::MetricKind::kAccuracy, {}};
  evidence.class_names = {"A", "B"};
  const Assessment now = assess(question, evidence);
  const Assessment endless = assess(question, evidence, SeedNoise::kNone);
  EXPECT_EQ(endless.steps[0].estimate, now.steps[0].estimate);
  return endless.steps[0].se / now.steps[0].se;
}

TEST(Looks, EndlessSeedsLeaveTheNoiseOfTheRows) {
  EXPECT_LT(width_left(kManySeedsNeeded), 0.5);
  EXPECT_GT(width_left(kManyRowsNeeded), 0.9);
  EXPECT_LT(width_left(kManyRowsNeeded), 1);
}

// The planted seeds hardly matter, the rows do: only a claim near the estimate is beyond all seeds.
TEST(Looks, CallUndecidableWhatNoEstimateWithinReachOfTheSeedsDecides) {
  const auto prospect_of_effect = [](const char* effect) {
    std::string text = planted_file_with("\"effect\": 0.02", std::string("\"effect\": ") + effect);
    text.replace(text.find("\"seeds\": 6"), 10,
                 "\"seeds\": {\"looks\": [3, 6], \"until\": \"decided\"}");
    const auto experiment = experiment_of(text);
    PlantedWorld world;
    world.fill(at_look(experiment, 0));
    const JudgedLook look = judge_look(store::Reader(world.db()), experiment, 0);
    return std::pair(look.prospects.front(), look.verdicts.front().reason);
  };
  EXPECT_EQ(prospect_of_effect("0.02").first, Prospect::kDecided);
  EXPECT_EQ(prospect_of_effect("0.26").first, Prospect::kOpen) << "decided if the estimate rises";
  const auto [prospect, reason] = prospect_of_effect("0.302");
  EXPECT_EQ(prospect, Prospect::kUndecidable) << reason;
  EXPECT_EQ(
      reason.rfind(
          "undecidable with this test split: even with no seed noise left, wherever "
          "within its seeds' 95 % range the estimate then lies; where it is, the interval of both "
          "- none lies on both sides of +30.2 points",
          0),
      0U)
      << reason;
}

// t with 2 degrees of freedom is 4.302653 at 0.975 (tables), with 20 it is 2.085963.
TEST(Looks, ReachAsFarAsTheIntervalOfTheSeeds) {
  const Measured with_seeds{0, 0.05, 7};
  const Measured rows_only{0, 0.03, 50};
  EXPECT_NEAR(seed_reach(with_seeds, rows_only, 3), 4.302653 * 0.04, 1e-7);
  EXPECT_NEAR(seed_reach(with_seeds, rows_only, 21), 2.085963 * 0.04, 1e-7);
  EXPECT_EQ(seed_reach(rows_only, with_seeds, 3), 0) << "variances are estimates";
}

TEST(Looks, ShareAlphaByTheirSeeds) {
  const auto looks = looks_of(experiment_with({5, 10, 35}));
  ASSERT_EQ(looks.size(), 3U);
  EXPECT_DOUBLE_EQ(looks[0].alpha, 0.005);
  EXPECT_DOUBLE_EQ(looks[1].alpha, 0.01);
  EXPECT_DOUBLE_EQ(looks[2].alpha, 0.035);
  spec::Experiment fixed;
  fixed.seeds = {3, 4};
  ASSERT_EQ(looks_of(fixed).size(), 1U);
  EXPECT_EQ(looks_of(fixed).front().alpha, kAlpha);
  EXPECT_EQ(at_look(fixed, 0).seeds, fixed.seeds);
}

TEST(Looks, CutTheSeedsAndGiveThemBack) {
  const auto experiment = experiment_with({2, 4});
  const auto early = at_look(experiment, 0);
  EXPECT_EQ(early.seeds, (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(at_look(early, 1).seeds, experiment.seeds);
}

}  // namespace
}  // namespace ratbench::claims
