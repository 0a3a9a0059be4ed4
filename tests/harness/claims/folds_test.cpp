// Claims over several splits of the data: judged by the corrected resampled t, planned likewise,
// and refused where the arms do not cover the same rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/claims/power.hpp"
#include "src/stats/paired.hpp"
#include "tests/harness/claims/judged.hpp"

namespace ratbench::claims {
namespace {

constexpr const char* kFolds = R"("data": {"split": {"name": "kfold", "folds": 4}, )";
constexpr const char* kFoldGrid = R"("grid": {"data.split.fold": [0, 1, 2, 3], )";

std::string folds_file() {
  std::string text = planted_file_with("\"data\": {", kFolds);
  text.replace(text.find("\"grid\": {"), 9, kFoldGrid);
  // Controls of one fold only would be of no use.
  const std::size_t include = text.find("\"include\"");
  text.erase(include, text.find('\n', include) - include);
  for (const char* control : {"\"control\": {", "{\"name\": \"control_is_none\""}) {
    const std::size_t at = text.find(control);
    text.erase(at, text.find('\n', at) - at);
  }
  return text;
}

std::map<std::string, ClaimPower> planned_power(
    const spec::Experiment& experiment, const PlantedWorld& world,
    const std::function<store::Dataset(const grid::Cell&)>& data) {
  const store::Reader reader(world.db());
  const auto cells = grid::expand(experiment);
  const auto files = [&](const specs::Config& config) {
    const auto at = std::find_if(cells.begin(), cells.end(),
                                 [&](const grid::Cell& cell) { return cell.config == config; });
    return data(*at).files;
  };
  std::map<std::string, ClaimPower> by_claim;
  for (ClaimPower& one : plan_power(&reader, experiment, files))
    by_claim.emplace(one.claim, std::move(one));
  return by_claim;
}

store::Dataset fold_data(const grid::Cell& cell) {
  store::Dataset data = PlantedWorld::dataset();
  for (const auto& [path, value] : cell.factors)
    if (path == "data.split.fold")
      for (const char* split : {"train", "val", "test"})
        data.files.sha256[split] += " fold " + value;
  return data;
}

double accuracy(const grid::Cell& cell, std::uint64_t seed) {
  double right = 0;
  for (const auto& outcome : PlantedWorld::result("", cell, seed).outcomes)
    if (outcome.split == "test" && outcome.selection == "best")
      for (std::size_t row = 0; row < outcome.predictions.size(); ++row)
        right += outcome.predictions[row] == static_cast<std::int32_t>(row % 3) ? 1 : 0;
  return right / kPlantedRows;
}

class Folds : public ::testing::Test {
 protected:
  PlantedWorld world_;
};

TEST_F(Folds, AreJudgedByTheCorrectedResampledT) {
  std::string text = folds_file();
  text.replace(text.find("\"effect\": 0.02"), 14, "\"metric\": \"accuracy\"");
  const auto experiment = experiment_of(text);
  world_.fill(experiment, {{}, {}, fold_data});
  const auto verdicts = judged(world_, experiment);
  const Verdict& gain = verdicts.at("gain");
  ASSERT_TRUE(gain.estimate.has_value()) << gain.reason;
  EXPECT_EQ(gain.interval_method, "corrected resampled t (splits)");
  EXPECT_EQ(gain.outcome, Outcome::kSupported) << gain.reason;
  EXPECT_FALSE(gain.bootstrap.has_value());
  EXPECT_NE(gain.scope.find("over 4 splits"), std::string::npos) << gain.scope;

  std::vector<double> differences(4, 0);
  for (const grid::Cell& cell : grid::expand(experiment)) {
    std::map<std::string, std::string> factors(cell.factors.begin(), cell.factors.end());
    const bool both = factors["augmentation.lambda"] == "20" && factors["attack.p_rat"] == "0.5";
    const bool none = factors["augmentation.lambda"] == "0" && factors["attack.p_rat"] == "0";
    if (!both && !none) continue;
    for (const std::uint64_t seed : experiment.seeds)
      differences[static_cast<std::size_t>(std::stoi(factors["data.split.fold"]))] +=
          (both ? 1 : -1) * accuracy(cell, seed) / static_cast<double>(experiment.seeds.size());
  }
  const auto by_hand = stats::nadeau_bengio_t(differences, kPlantedOriginals, kPlantedRows);
  // Means of accuracies in another order.
  constexpr double kRounding = 1e-12;
  EXPECT_NEAR(*gain.estimate, by_hand->estimate, kRounding);
  EXPECT_NEAR(gain.ci->low, by_hand->ci95.low, kRounding);
  EXPECT_NEAR(gain.ci->high, by_hand->ci95.high, kRounding);
}

TEST_F(Folds, OfOneArmOnlyAreNotCompared) {
  std::string text = folds_file();
  for (const auto& [arm, fold] :
       std::vector<std::pair<std::string, std::string>>{{"none", "0"}, {"both", "1"}}) {
    const std::size_t at = text.find('{', text.find("\"" + arm + "\": {"));
    text.insert(at + 1, "\"data.split.fold\": " + fold + ", ");
  }
  const auto experiment = experiment_of(text);
  world_.fill(experiment, {{}, {}, fold_data});
  const auto verdicts = judged(world_, experiment);
  const Verdict& gain = verdicts.at("gain");
  EXPECT_EQ(gain.outcome, Outcome::kUndecided);
  EXPECT_NE(gain.reason.find("do not cover the same splits"), std::string::npos) << gain.reason;
  EXPECT_EQ(planned_power(experiment, world_, fold_data).at("gain").basis, gain.reason);
}

TEST_F(Folds, ArePlannedAsTheyAreJudged) {
  std::string text = folds_file();
  // Alone, so that the plan's alpha is the judgement's.
  const std::string primary = "\"effect\": 0.02, \"primary\": true";
  text.replace(text.find(primary), primary.size(), "\"metric\": \"accuracy\"");
  const auto experiment = experiment_of(text);
  world_.fill(experiment, {{}, {}, fold_data});
  const Verdict gain = judged(world_, experiment).at("gain");
  const ClaimPower planned = planned_power(experiment, world_, fold_data).at("gain");
  EXPECT_EQ(planned.basis, "from 6 stored seeds of its own cells in 4 splits");
  ASSERT_TRUE(planned.effect && gain.minimum_detectable_effect);
  EXPECT_NEAR(*planned.effect, *gain.minimum_detectable_effect, 1e-9);
  EXPECT_LT(*planned.endless_effect, *planned.effect);
}

TEST_F(Folds, PlanNothingForArmsThatAreTestedOnDifferentRows) {
  const auto experiment = experiment_of(kPlantedFile);
  const auto data = [](const grid::Cell& cell) {
    store::Dataset own = PlantedWorld::dataset();
    if (cell.index > 0) return own;
    own.files.sha256["test"] = "other";
    std::reverse(own.labels["test"].begin(), own.labels["test"].end());
    return own;
  };
  world_.fill(experiment, {{}, {}, data});
  const auto planned = planned_power(experiment, world_, data);
  EXPECT_EQ(planned.at("gain").basis, judged(world_, experiment).at("gain").reason);
  EXPECT_FALSE(planned.at("gain").effect);
}

}  // namespace
}  // namespace ratbench::claims
