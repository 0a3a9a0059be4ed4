// The experiment files of the repository: each loads, and each of its claims can be asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "harness/claims/comparable.hpp"
#include "harness/claims/question.hpp"
#include "harness/grid/expand.hpp"
#include "src/specs/registry.hpp"

namespace ratbench::claims {
namespace {

std::vector<std::filesystem::path> experiment_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("experiments"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// `hashed`: the texts through hashed n-grams, as the README has it.
spec::Experiment load(const std::filesystem::path& file, bool hashed) {
  spec::LoadOptions options;
  options.environment = [](const std::string&) { return std::optional<std::string>("/data"); };
  if (hashed)
    options.overrides = {"data.format=text",
                         "data.release=abex_rat",
                         "encoder.name=hashed",
                         "data.train=${RATBENCH_DATA}/osha/train_aug.json",
                         "data.val=${RATBENCH_DATA}/osha/val.json",
                         "data.test=${RATBENCH_DATA}/osha/test.json"};
  return spec::load_experiment(file, options);
}

void expect_every_claim_asked(const spec::Experiment& experiment) {
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  for (const spec::Claim& claim : experiment.claims) {
    if (claim.kind == "cost_ratio") continue;
    const Question question = make_question(experiment, cells, claim);
    EXPECT_EQ(question.blocked, "") << experiment.file << ": " << claim.name;
    EXPECT_FALSE(question.steps.empty()) << experiment.file << ": " << claim.name;
    // An arm is one cell here: a mean over several would be another claim than its name says.
    if (claim.kind != "trend" && experiment.name.starts_with("abex_rat")) {
      EXPECT_EQ(question.notes, std::vector<std::string>()) << experiment.file << claim.name;
    }
    for (const std::size_t cell : question.cells)
      EXPECT_EQ(cells[cell].config.text_or("train.select", "best"), "best");
  }
}

TEST(Experiments, EveryClaimOfEveryFileCanBeAskedOnFeaturesAndOnTexts) {
  std::size_t claims = 0;
  for (const auto& file : experiment_files()) {
    const spec::Experiment experiment = load(file, false);
    EXPECT_EQ(experiment.name, file.stem().string());
    expect_every_claim_asked(experiment);
    claims += experiment.claims.size();
    if (experiment.name.starts_with("abex_rat")) expect_every_claim_asked(load(file, true));
  }
  EXPECT_GE(claims, 50U);
}

TEST(Experiments, StatedNumbersAreComparableWithTheEncoderOfThePaperAlone) {
  const spec::Experiment features = load("experiments/abex_rat_synergy.json", false);
  const std::vector<grid::Cell> cells = grid::expand(features);
  EXPECT_NE(not_comparable(features.paper, "macro_f1", {&cells.front().config}), "");
  specs::Config as_stated = cells.front().config;
  as_stated.set("data.release", std::string("abex_rat"));
  as_stated.set("encoder.name", std::string("qwen3"));
  EXPECT_EQ(not_comparable(features.paper, "macro_f1", {&as_stated}), "");
}

TEST(Experiments, StatedNumbersAreThoseOfThePapers) {
  using Numbers = std::set<std::string>;
  const std::pair<std::string, Numbers> stated[] = {
      {"abex_rat", {"0.9032", "0.8668", "0.7408", "0.9188"}},
      {"ranat4bie", {"0.9333", "0.9361", "0.936"}},
      {"kvochurhegel", {"0.4028", "0.3968", "0.86", "0.84", "0.5", "0.27", "0.48", "0"}}};
  for (const auto& file : experiment_files()) {
    const spec::Experiment experiment = load(file, false);
    Numbers allowed;
    for (const auto& [prefix, numbers] : stated)
      if (experiment.name.starts_with(prefix)) allowed = numbers;
    for (const spec::Claim& claim : experiment.claims)
      if (claim.value) {
        EXPECT_TRUE(allowed.contains(claim.value->text())) << file << ": " << claim.name;
      }
    for (const spec::PaperNumber& number : experiment.paper.numbers)
      EXPECT_TRUE(allowed.contains(number.value.text())) << file << ": " << number.value.text();
  }
}

TEST(Experiments, SmallOnesStateThatTheCleanArmBeatsItsBaselines) {
  for (const char* name : {"ranat4bie_ner_small", "ranat4bie_re_small", "longtail_small",
                           "mentalqa_small", "nlupp_small"}) {
    const spec::Experiment experiment = load(std::string("experiments/") + name + ".json", false);
    EXPECT_EQ(experiment.seeds.size(), 3U) << name;
    const auto states = [&](const std::string& claim) {
      return std::any_of(experiment.claims.begin(), experiment.claims.end(), [&](const auto& one) {
        return one.name == claim && one.kind == "difference" && one.primary;
      });
    };
    EXPECT_TRUE(states("clean_beats_majority")) << name;
    // Words are tagged: hashed n-grams of a text have nothing to say about them.
    EXPECT_EQ(states("clean_beats_hashed_mlp"), std::string(name) != "ranat4bie_ner_small") << name;
  }
}

TEST(Experiments, LongTailFallsGeometricallyFrom126To2) {
  const spec::Experiment experiment = load("experiments/longtail_small.json", false);
  const specs::Setting* profile = experiment.base[*specs::find_param("data.profile")];
  ASSERT_NE(profile, nullptr);
  std::vector<long long> rows;
  for (const auto& [name, count] : std::get<specs::Counts>(profile->value))
    rows.push_back(count.integer().value());
  std::sort(rows.rbegin(), rows.rend());
  ASSERT_EQ(rows.size(), 77U);
  EXPECT_EQ(rows[35], 126);
  EXPECT_EQ(rows[76], 2);
  // Geometric: the k-th of the other 41 has 126 (2 / 126)^(k / 41).
  for (int k = 1; k <= 41; ++k)
    EXPECT_NEAR(static_cast<double>(rows[static_cast<std::size_t>(35 + k)]),
                126 * std::pow(2.0 / 126, k / 41.0), 0.5001);
}

}  // namespace
}  // namespace ratbench::claims
