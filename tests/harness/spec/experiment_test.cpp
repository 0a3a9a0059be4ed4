#include "harness/spec/experiment.hpp"

#include <gtest/gtest.h>

#include "harness/spec/report_settings.hpp"
#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

constexpr const char* kGenerated =
    "\"data\": {\"format\": \"text\", \"release\": \"synthetic_reports\"}, "
    "\"encoder\": {\"name\": \"hashed\"}";

Experiment parse(const std::string& body, std::vector<std::string> overrides = {}) {
  LoadOptions options;
  options.overrides = std::move(overrides);
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "HERE") return "/here";
    return std::nullopt;
  };
  const std::string text = std::string("{") + kGenerated + (body.empty() ? "" : ", " + body) + "}";
  return parse_experiment(text, "test.json", ".", options);
}

std::string refusal(const std::string& body, std::vector<std::string> overrides = {}) {
  try {
    parse(body, std::move(overrides));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

std::string base_text(const Experiment& experiment, std::string_view path) {
  const auto* setting = experiment.base[specs::param_id(path)];
  return setting == nullptr ? "" : setting->text;
}

TEST(Experiment, RefusalNamesFilePointerFoundAllowedAndNearest) {
  EXPECT_EQ(refusal("\"attack\": {\"name\": \"fgm\", \"pass\": \"seperate\"}"),
            "test.json: at /attack/pass: found \"seperate\", allowed is one of concatenated, "
            "separate; did you mean \"separate\"?");
}

TEST(Experiment, SeedsAreACountAListOrTheOption) {
  EXPECT_EQ(parse("").seeds, (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(parse("\"seeds\": 2").seeds, (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(parse("\"seeds\": [7, 3]").seeds, (std::vector<std::uint64_t>{7, 3}));
  LoadOptions options;
  options.seeds = 1;
  const std::string text = std::string("{") + kGenerated + ", \"seeds\": [7, 3]}";
  EXPECT_EQ(parse_experiment(text, "t.json", ".", options).seeds, (std::vector<std::uint64_t>{7}));
  options.seeds = 6;
  EXPECT_EQ(parse_experiment(text, "t.json", ".", options).seeds,
            (std::vector<std::uint64_t>{7, 3, 0, 1, 2, 4}));
}

TEST(Experiment, NullAsAnOverrideTakesBackWhatTheFileGives) {
  const std::string body = R"("model": {"path": "some/where"}, "train": {"steps": 7})";
  const Experiment experiment = parse(body, {"model.path=null", "train.steps=null"});
  for (const char* path : {"model.path", "train.steps"})
    EXPECT_EQ(base_text(experiment, path), base_text(parse(""), path)) << path;
  EXPECT_EQ(base_text(parse(body, {"model.path=\"null\""}), "model.path"), "null");
}

TEST(Experiment, GroupsAndBandsOfTheReportAreCheckedWithTheFile) {
  EXPECT_EQ(refusal("\"report\": {\"bands\": [20, 400]}"),
            "test.json: at /report/bands: found [20, 400], allowed are two numbers of training "
            "rows: head from the first, tail up to the second, which is smaller");
  EXPECT_EQ(refusal("\"report\": {\"groups\": [\"Teeth: A\", \"B\"]}"),
            "test.json: at /report/groups/1: found \"B\", allowed is \"GROUP: CLASS\" for every "
            "class of a group");
  EXPECT_EQ(refusal("\"report\": {\"groups\": [\"Teeth: A\", \"Gums: A\"]}"),
            "test.json: at /report/groups/1: found \"Gums: A\", but the class is in a group "
            "already");
  const auto groups =
      class_groups(parse("\"report\": {\"groups\": [\"Teeth: A\", \"Gums: B\", \"Teeth: C: c\"]}"));
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].classes, (std::vector<std::string>{"A", "C: c"}));
  EXPECT_EQ(groups[1].name, "Gums");
}

TEST(Experiment, LooksAreSeedsUpToTheLastOneUnlessTheOptionSaysHowMany) {
  const std::string body =
      R"("attack": {"name": "fgm"}, "grid": {"attack.p_rat": [0, 1]},
         "arms": {"none": {"attack.p_rat": 0}, "at": {"attack.p_rat": 1}},
         "claims": [{"name": "c", "kind": "difference", "arms": ["at", "none"]}],
         "seeds": {"looks": [2, 4], "until": "decided"})";
  const Experiment experiment = parse(body);
  EXPECT_EQ(experiment.looks, (std::vector<std::size_t>{2, 4}));
  EXPECT_EQ(experiment.seeds, (std::vector<std::uint64_t>{0, 1, 2, 3}));
  LoadOptions options;
  options.seeds = 3;
  const std::string text = std::string("{") + kGenerated + ", " + body + "}";
  EXPECT_TRUE(parse_experiment(text, "t.json", ".", options).looks.empty());
  EXPECT_EQ(parse_experiment(text, "t.json", ".", options).file_looks,
            (std::vector<std::size_t>{2, 4}));
  options.seeds = 2;
  EXPECT_EQ(parse_experiment(text, "t.json", ".", options).looks, std::vector<std::size_t>{2})
      << "a look of the file's";
  EXPECT_NE(refusal("\"seeds\": {\"looks\": [2], \"until\": \"decided\"}"), "");
}

TEST(Experiment, NameComesFromTheFileWhenNotGiven) { EXPECT_EQ(parse("").name, "test"); }

TEST(Experiment, CanonicalJsonDoesNotDependOnSpelling) {
  const auto one = parse("\"train\": {\"lr\": 0.10, \"epochs\": 3}").canonical_json;
  const auto two = parse("\"train\": {\"epochs\": 3, /* same */ \"lr\": 1e-1}").canonical_json;
  EXPECT_EQ(one, two);
  const Experiment again = parse_experiment(one, "stored", ".");
  EXPECT_EQ(again.canonical_json, one);
}

TEST(Overrides, OneValueReplacesTheBaseAndRemovesTheFactor) {
  const auto experiment =
      parse("\"attack\": {\"name\": \"fgm\"}, \"grid\": {\"attack.p_rat\": [0, 1]}",
            {"attack.p_rat=0.5"});
  EXPECT_TRUE(experiment.axes.empty());
  EXPECT_EQ(base_text(experiment, "attack.p_rat"), "0.5");
}

TEST(Overrides, SeveralValuesMakeOrReplaceAFactor) {
  const auto replaced = parse("\"grid\": {\"attack.p_rat\": [0, 1], \"train.lr\": [1, 2]}",
                              {"attack.p_rat=0.1,0.2,0.3"});
  ASSERT_EQ(replaced.axes.size(), 2U);
  EXPECT_EQ(replaced.axes[0].levels.size(), 3U);
  const auto added = parse("", {"train.lr=1e-3,1e-4"});
  ASSERT_EQ(added.axes.size(), 1U);
  EXPECT_EQ(added.axes[0].levels[1].front().second->text, "0.0001");
}

TEST(Overrides, ObjectsTextsAndNullsAreValues) {
  const auto levels = parse("", {"attack={\"name\":\"none\"},{\"name\":\"fgm\",\"epsilon\":0.2}"});
  ASSERT_EQ(levels.axes.size(), 1U);
  EXPECT_EQ(levels.axes[0].levels[1].size(), 2U);
  EXPECT_EQ(parse("", {"title=2024"}).title, "2024");
  EXPECT_EQ(parse("\"train\": {\"lr\": 5}", {"train.lr=null"}).base[specs::param_id("train.lr")],
            nullptr);
  const auto classes = parse("", {"data.minority_classes=FALLS,FIRES"});
  EXPECT_EQ(classes.settings.texts("data.minority_classes"),
            (std::vector<std::string>{"FALLS", "FIRES"}));
}

TEST(Overrides, MistakesAreNamed) {
  EXPECT_EQ(refusal("", {"attack.epsilom=1"}),
            "--set attack.epsilom=1: unknown parameter \"attack.epsilom\"; did you mean "
            "\"attack.epsilon\"?");
  EXPECT_NE(refusal("", {"attack.epsilon"}).find("PATH=VALUE"), std::string::npos);
  EXPECT_NE(refusal("", {"attack.epsilon=-1"}).find("found -1"), std::string::npos);
  for (const char* number : {"1e400", "-1e400", "1e-400", "[1e400]"}) {
    const std::string message = refusal("", {std::string("attack.epsilon=") + number});
    EXPECT_NE(message.find("allowed are 0 and what a double can hold"), std::string::npos)
        << message;
  }
  EXPECT_NE(
      refusal("\"grid\": {\"attack\": [{\"name\": \"fgm\", \"epsilon\": 1}]}", {"attack.epsilon=2"})
          .find("override that factor instead"),
      std::string::npos);
}

TEST(Overrides, ArmsOfARemovedFactorAreStillValid) {
  const std::string body =
      "\"grid\": {\"train.lr\": [1, 2]}, \"arms\": {\"slow\": {\"train.lr\": 1}}";
  EXPECT_EQ(parse(body, {"train.lr=2"}).arms.size(), 1U);
}

TEST(Variables, AreReplacedInPathsOnly) {
  const auto experiment = parse("\"title\": \"${HERE}\"", {"data.train=${HERE}/x"});
  const auto* train = experiment.base[specs::param_id("data.train")];
  EXPECT_EQ(std::get<std::string>(train->value), "/here/x");
  EXPECT_EQ(train->text, "${HERE}/x");
  EXPECT_EQ(experiment.title, "${HERE}");
}

TEST(Variables, AnUnsetOneIsRememberedWithTheWayOut) {
  const auto experiment = parse("", {"data.train=${RATBENCH_DATA}/x"});
  const auto* train = static_cast<const Given*>(experiment.base[specs::param_id("data.train")]);
  EXPECT_NE(train->unset.find("docs/data.md"), std::string::npos);
}

TEST(Extends, ObjectsMergeAndTheGridIsReplacedWhole) {
  const auto experiment = load_experiment("tests/harness/spec/corpus/parents/child.json");
  EXPECT_EQ(experiment.name, "child");
  EXPECT_EQ(experiment.title, "The parent's title");
  EXPECT_EQ(base_text(experiment, "train.lr"), "0.01");
  EXPECT_EQ(base_text(experiment, "train.epochs"), "2");
  ASSERT_EQ(experiment.axes.size(), 1U);
  EXPECT_EQ(experiment.axes[0].paths, std::vector<std::string>{"attack.epsilon"});
  EXPECT_TRUE(experiment.includes.empty());
  EXPECT_EQ(experiment.seeds, (std::vector<std::uint64_t>{4}));
}

}  // namespace
}  // namespace ratbench::spec
