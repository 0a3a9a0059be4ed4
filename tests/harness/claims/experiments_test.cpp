// The experiment files of the repository: each loads, and each of its claims can be asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/claims/comparable.hpp"
#include "harness/claims/question.hpp"
#include "harness/grid/expand.hpp"

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

TEST(Experiments, StatedNumbersAreThoseOfThePaper) {
  const std::set<std::string> stated = {"0.9032", "0.8668", "0.7408", "0.9188"};
  for (const auto& file : experiment_files()) {
    const spec::Experiment experiment = load(file, false);
    if (!experiment.name.starts_with("abex_rat")) continue;
    for (const spec::Claim& claim : experiment.claims)
      if (claim.value) {
        EXPECT_TRUE(stated.contains(claim.value->text())) << file << ": " << claim.name;
      }
    for (const spec::PaperNumber& number : experiment.paper.numbers)
      EXPECT_TRUE(stated.contains(number.value.text())) << file;
  }
}

}  // namespace
}  // namespace ratbench::claims
