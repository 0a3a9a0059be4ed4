#include <gtest/gtest.h>

#include "harness/grid/expand.hpp"
#include "harness/grid/keys.hpp"
#include "harness/grid/sweep.hpp"
#include "src/base/error.hpp"
#include "src/base/version.hpp"
#include "src/specs/canonical.hpp"

namespace ratbench::grid {
namespace {

constexpr const char* kGenerated =
    "{\"data\": {\"format\": \"text\", \"release\": \"synthetic_reports\"}, "
    "\"encoder\": {\"name\": \"hashed\"}, ";

spec::Experiment parse(const std::string& body, std::vector<std::string> overrides = {}) {
  spec::LoadOptions options;
  options.overrides = std::move(overrides);
  return spec::parse_experiment(kGenerated + body + "}", "test.json", ".", options);
}

std::vector<std::string> names(const spec::Experiment& experiment) {
  std::vector<std::string> all;
  for (const Cell& cell : expand(experiment)) all.push_back(cell.name);
  return all;
}

std::string refusal(const std::string& body) {
  try {
    expand(parse(body));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

const std::map<std::string, std::string> kData = {{"train", "aa"}, {"val", "bb"}, {"test", "cc"}};

std::string key_of(const std::string& body, std::size_t cell = 0) {
  return run_key(expand(parse(body)).at(cell).config, kData, 1);
}

TEST(Expand, TheLastFactorIsTheFastest) {
  EXPECT_EQ(names(parse("\"attack\": {\"name\": \"fgm\"}, "
                        "\"grid\": {\"attack.epsilon\": [0.1, 0.2], \"attack.p_rat\": [1, 0.50]}")),
            (std::vector<std::string>{
                "attack.epsilon=0.1 attack.p_rat=1", "attack.epsilon=0.1 attack.p_rat=0.5",
                "attack.epsilon=0.2 attack.p_rat=1", "attack.epsilon=0.2 attack.p_rat=0.5"}));
}

TEST(Expand, WithoutFactorsTheBaseIsTheOneCell) {
  EXPECT_EQ(names(parse("\"seeds\": 1")), std::vector<std::string>{"base"});
}

TEST(Expand, ZipAdvancesTogetherAfterTheGrid) {
  EXPECT_EQ(names(parse("\"zip\": {\"train.lr\": [0.1, 0.2], \"train.batch_size\": [8, 16]}, "
                        "\"grid\": {\"model.hidden\": [4, 5]}")),
            (std::vector<std::string>{"model.hidden=4 train.lr=0.1 train.batch_size=8",
                                      "model.hidden=4 train.lr=0.2 train.batch_size=16",
                                      "model.hidden=5 train.lr=0.1 train.batch_size=8",
                                      "model.hidden=5 train.lr=0.2 train.batch_size=16"}));
}

TEST(Expand, ObjectLevelsSetSeveralParametersAtOnce) {
  const auto cells = expand(
      parse("\"attack\": {\"p_rat\": 0.5}, "
            "\"grid\": {\"attack\": [{\"name\": \"none\"}, {\"name\": \"pgd\", \"steps\": 5}]}"));
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].config.text("attack.name"), "none");
  EXPECT_EQ(cells[1].config.integer("attack.steps"), 5);
  EXPECT_EQ(cells[1].config.real("attack.p_rat"), 0.5);
  // A removed parameter keeps the file's value among the factors, here the default.
  EXPECT_EQ(cells[0].factors[1], (std::pair<std::string, std::string>("attack.steps", "3")));
}

TEST(Expand, NamesCellsByTheFactorsThatVaryAndMatter) {
  EXPECT_EQ(names(parse("\"attack\": {\"name\": \"fgm\"}, \"grid\": {\"loss\": ["
                        "{\"name\": \"ce\"}, {\"name\": \"focal\", \"gamma\": 2}, "
                        "{\"name\": \"ldam\", \"c\": 1}, "
                        "{\"name\": \"ldam\", \"c\": 1, \"defer_epochs\": 5, "
                        "\"reweight\": \"drw\"}]}")),
            (std::vector<std::string>{"loss.name=ce", "loss.name=focal loss.gamma=2",
                                      "loss.name=ldam loss.c=1",
                                      "loss.name=ldam loss.c=1 loss.defer_epochs=5 "
                                      "loss.reweight=drw"}));
  EXPECT_EQ(names(parse("\"grid\": {\"attack.name\": [\"fgm\", \"pgd\"], "
                        "\"attack.steps\": [3, 5], \"attack.p_rat\": [0, 1]}, "
                        "\"include\": [{\"attack.name\": \"none\"}]")),
            (std::vector<std::string>{
                "attack.p_rat=0", "attack.name=fgm attack.p_rat=1", "attack.p_rat=0",
                "attack.name=fgm attack.p_rat=1", "attack.p_rat=0",
                "attack.name=pgd attack.steps=3 attack.p_rat=1", "attack.p_rat=0",
                "attack.name=pgd attack.steps=5 attack.p_rat=1", "attack.name=none"}));
}

TEST(Expand, IncludeAddsToTheBaseAndItsPathsBecomeFactors) {
  const auto cells = expand(parse(
      "\"attack\": {\"name\": \"fgm\", \"epsilon\": 0.1}, \"grid\": {\"attack.p_rat\": [0, 0.5]}, "
      "\"include\": [{\"attack.p_rat\": 0.5, \"attack.epsilon\": 0}]"));
  ASSERT_EQ(cells.size(), 3U);
  EXPECT_EQ(cells[0].name, "attack.p_rat=0");
  EXPECT_EQ(cells[2].name, "attack.p_rat=0.5 attack.epsilon=0");
  EXPECT_EQ(cells[2].index, 2U);
}

TEST(Expand, ExcludeDropsWhatItSelectsDefaultsFilledIn) {
  EXPECT_EQ(
      names(parse("\"grid\": {\"train.lr\": [null, 0.1], \"train.epochs\": [1, 2]}, "
                  "\"exclude\": [{\"train.lr\": 1e-3, \"train.epochs\": 2}]")),
      (std::vector<std::string>{"train.lr=0.001 train.epochs=1", "train.lr=0.1 train.epochs=1",
                                "train.lr=0.1 train.epochs=2"}));
}

TEST(Expand, AnExcludedCellCanBeIncludedAgain) {
  EXPECT_EQ(names(parse("\"grid\": {\"train.lr\": [1, 2]}, \"exclude\": [{\"train.lr\": 1}], "
                        "\"include\": [{\"train.lr\": 1}]")),
            (std::vector<std::string>{"train.lr=2", "train.lr=1"}));
}

TEST(Expand, RefusalsOfTheGridNameTheirPlace) {
  EXPECT_NE(refusal("\"grid\": {\"train.lr\": [1]}, \"exclude\": [{\"train.lr\": 3}]")
                .find("/exclude/0: it matches no cell"),
            std::string::npos);
  EXPECT_NE(refusal("\"grid\": {\"train.lr\": [1, 2]}, \"include\": [{\"train.lr\": 2}]")
                .find("/include/0"),
            std::string::npos);
}

TEST(Expand, SelectionsMatchTheFilesValues) {
  const auto experiment = parse(
      "\"attack\": {\"name\": \"fgm\"}, "
      "\"grid\": {\"attack.epsilon\": [0.1, 0.2], \"attack.p_rat\": [0, 0.5]}, "
      "\"arms\": {\"clean\": {\"attack.p_rat\": 0}, \"one\": {\"attack.epsilon\": 0.20, "
      "\"attack.p_rat\": 0.5}}");
  EXPECT_EQ(matching_cells(experiment, experiment.arms[0].where), (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(matching_cells(experiment, experiment.arms[1].where), (std::vector<std::size_t>{3}));
}

TEST(Keys, EqualComputationsHaveEqualKeys) {
  const std::string clean = key_of("\"seeds\": 1");
  EXPECT_EQ(key_of("\"attack\": {\"name\": \"fgm\", \"p_rat\": 0, \"epsilon\": 0.3}"), clean);
  EXPECT_EQ(key_of("\"augmentation\": {\"name\": \"samples\", \"lambda\": 0}"), clean);
  EXPECT_EQ(key_of("\"loss\": {\"name\": \"ce\", \"gamma\": 3}"), clean);
  EXPECT_EQ(key_of("\"train\": {\"lr\": 0.0010}, \"name\": \"other\", \"title\": \"t\""), clean);
  EXPECT_EQ(key_of("\"cost\": {\"max_s\": 5}, \"report\": {\"metrics\": [\"accuracy\"]}"), clean);
  EXPECT_NE(key_of("\"train\": {\"lr\": 0.002}"), clean);
}

TEST(Keys, EpsilonZeroIsNotCleanTraining) {
  EXPECT_NE(key_of("\"attack\": {\"name\": \"fgm\", \"epsilon\": 0}"), key_of("\"seeds\": 1"));
}

TEST(Keys, DependOnSeedDataAndMethod) {
  const specs::Config config = expand(parse("\"seeds\": 1"))[0].config;
  auto other = kData;
  other["train"] = "ab";
  EXPECT_NE(run_key(config, kData, 1), run_key(config, kData, 2));
  EXPECT_NE(run_key(config, kData, 1), run_key(config, other, 1));
  EXPECT_EQ(run_key_text(config, kData, 7),
            "ratbench run\nmethod " + std::to_string(kMethodVersion) +
                "\nseed 7\ndata test cc\ndata train aa\ndata val bb\nconfig "
                "{\"data.format\":\"text\",\"data.release\":\"synthetic_reports\","
                "\"encoder.name\":\"hashed\"}");
}

TEST(Keys, StreamedCellsHaveTheKeysOfStoredOnes) {
  const auto experiment = parse(
      "\"attack\": {\"name\": \"fgm\"}, \"grid\": {\"attack.p_rat\": [0, 0.5, 1], "
      "\"train.patience\": [\"off\", 3], \"train.select_metric\": [\"accuracy\", "
      "\"minority_recall\"]}",
      {"data.minority_classes=FALLS,FIRES"});
  const auto cells = expand(experiment);
  KeyMaker keys(kData, 9);
  visit_cells(experiment, [&](const CellView& view) {
    EXPECT_EQ(keys.key(*view.resolved), run_key(cells[view.index].config, kData, 9));
  });
}

TEST(Sweep, EveryCellHasItsFirstSeedBeforeAnyHasItsSecond) {
  int calls = 0;
  const Sweep sweep = make_sweep(parse("\"grid\": {\"train.lr\": [1, 2]}, \"seeds\": [5, 6]"),
                                 [&](const specs::Config&) {
                                   ++calls;
                                   return protocol::DataFiles{{{"train", "/t"}}, kData};
                                 });
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(sweep.runs.size(), 4U);
  EXPECT_EQ(sweep.runs[1].cell, 1U);
  EXPECT_EQ(sweep.runs[1].seed, 5U);
  EXPECT_EQ(sweep.runs[2].seed, 6U);
  EXPECT_EQ(sweep.data.size(), 2U);
  EXPECT_EQ(sweep.runs[3].run_key, run_key(sweep.cells[1].config, kData, 6));
}

}  // namespace
}  // namespace ratbench::grid
