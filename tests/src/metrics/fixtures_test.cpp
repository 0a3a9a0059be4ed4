// Every case of the reference numbers of scikit-learn and seqeval; a case that is not visited
// fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "src/metrics/classification.hpp"
#include "src/metrics/entities.hpp"
#include "src/metrics/relations.hpp"
#include "tests/needs.hpp"

namespace ratbench::metrics {
namespace {

using Json = nlohmann::json;

class MetricFixtures : public testing::Test {
 protected:
  void SetUp() override { RATBENCH_NEEDS_FIXTURES(); }

  static Json load(const std::string& name) {
    const std::string path = std::string(std::getenv("RATBENCH_FIXTURES")) + "/metrics/" + name;
    std::ifstream in(path);
    EXPECT_TRUE(in) << path;
    return Json::parse(in);
  }
};

// Tolerance stated at the head of the fixture files: 1e-12 absolute and relative.
void expect_value(double got, const Json& want, const std::string& what) {
  const double value = want.get<double>();
  EXPECT_LE(std::abs(got - value), 1e-12 + 1e-12 * std::abs(value)) << what << ": got " << got;
}

// null marks a value that the reference library leaves undefined.
void expect_scores(const Scores& got, const Json& want, const std::string& what) {
  if (!want.at("precision").is_null()) {
    expect_value(got.precision, want.at("precision"), what + " precision");
  }
  if (!want.at("recall").is_null()) expect_value(got.recall, want.at("recall"), what + " recall");
  if (!want.at("f1").is_null()) expect_value(got.f1, want.at("f1"), what + " f1");
}

std::vector<std::int32_t> indices(const Json& names, const Json& values) {
  std::vector<std::int32_t> result;
  for (const Json& value : values) {
    const auto place = std::find(names.begin(), names.end(), value);
    EXPECT_NE(place, names.end());
    result.push_back(static_cast<std::int32_t>(place - names.begin()));
  }
  return result;
}

void expect_classification(const Classification& got, const Json& want, const std::string& what) {
  for (std::size_t c = 0; c < got.per_class.size(); ++c) {
    const std::string place = what + " class " + std::to_string(c);
    expect_value(got.per_class[c].precision, want.at("precision").at(c), place + " precision");
    expect_value(got.per_class[c].recall, want.at("recall").at(c), place + " recall");
    expect_value(got.per_class[c].f1, want.at("f1").at(c), place + " f1");
    EXPECT_EQ(got.support[c], want.at("support").at(c).get<std::int64_t>()) << place;
  }
  expect_scores(got.micro, want.at("micro"), what + " micro");
  expect_scores(got.macro, want.at("macro"), what + " macro");
  expect_scores(got.weighted, want.at("weighted"), what + " weighted");
  expect_value(got.macro_f1_present, want.at("macro_f1_present_labels_only"), what + " present");
}

TEST_F(MetricFixtures, ClassificationMatchesScikitLearn) {
  const Json fixture = load("classification.json");
  std::size_t visited = 0;
  for (const Json& one : fixture.at("cases")) {
    const std::string what = one.at("name");
    const Confusion confusion =
        confusion_matrix(indices(one.at("labels"), one.at("y_true")),
                         indices(one.at("labels"), one.at("y_pred")), one.at("labels").size());
    for (std::size_t t = 0; t < confusion.classes; ++t) {
      for (std::size_t p = 0; p < confusion.classes; ++p) {
        EXPECT_EQ(confusion.at(t, p), one.at("confusion").at(t).at(p).get<std::int64_t>()) << what;
      }
    }
    const Classification scores = classify(confusion);
    expect_classification(scores, one.at("zero_division_0"), what + " (undefined 0)");
    expect_classification(classify(confusion, 1), one.at("zero_division_1"),
                          what + " (undefined 1)");
    expect_value(scores.accuracy, one.at("accuracy"), what + " accuracy");
    expect_value(scores.balanced_accuracy, one.at("balanced_accuracy"), what + " balanced");
    expect_value(scores.mcc, one.at("mcc"), what + " mcc");
    ++visited;
  }
  EXPECT_EQ(visited, 13u);
}

std::vector<Entity> entities_of(const Json& list) {
  std::vector<Entity> result;
  for (const Json& e : list) {
    result.push_back({e.at(0), e.at(1).get<std::size_t>(), e.at(2).get<std::size_t>()});
  }
  return result;
}

constexpr std::pair<EntityScheme, const char*> kSchemes[] = {
    {EntityScheme::kConlleval, "default"}, {EntityScheme::kStrictIob2, "strict_iob2"}};

TEST_F(MetricFixtures, EntitiesMatchSeqevalSentenceBySentence) {
  const Json fixture = load("entities.json");
  std::size_t visited = 0;
  for (const Json& one : fixture.at("cases")) {
    const auto truth = one.at("true").get<std::vector<std::string>>();
    const auto predicted = one.at("pred").get<std::vector<std::string>>();
    for (const auto& [scheme, key] : kSchemes) {
      const Json& want = one.at(key);
      const std::string what = one.at("name").get<std::string>() + " " + key;
      EXPECT_EQ(entities(truth, scheme), entities_of(want.at("true_entities"))) << what;
      EXPECT_EQ(entities(predicted, scheme), entities_of(want.at("pred_entities"))) << what;
      EntityScorer scorer(scheme);
      scorer.add(truth, predicted);
      const EntityCounts counts = scorer.scores().counts;
      EXPECT_EQ(counts.truth, want.at("counts").at("true").get<std::int64_t>()) << what;
      EXPECT_EQ(counts.predicted, want.at("counts").at("pred").get<std::int64_t>()) << what;
      EXPECT_EQ(counts.correct, want.at("counts").at("correct").get<std::int64_t>()) << what;
    }
    ++visited;
  }
  EXPECT_EQ(visited, 75u);
}

void expect_group(const EntityScores& got, const Json& want, const std::string& what) {
  expect_scores(got.micro, want.at("micro"), what + " micro");
  expect_scores(got.macro, want.at("macro"), what + " macro");
  expect_scores(got.weighted, want.at("weighted"), what + " weighted");
  EXPECT_EQ(got.counts.truth, want.at("micro").at("support").get<std::int64_t>()) << what;
  EXPECT_EQ(got.per_type.size(), want.at("per_type").size()) << what;
  for (const auto& [type, scores] : want.at("per_type").items()) {
    ASSERT_TRUE(got.per_type.contains(type)) << what << " " << type;
    expect_scores(got.per_type.at(type), scores, what + " " + type);
    EXPECT_EQ(got.support.at(type), scores.at("support").get<std::int64_t>()) << what << type;
  }
}

TEST_F(MetricFixtures, EntityGroupsMatchSeqeval) {
  const Json cases = load("entities.json").at("cases");
  const Json fixture = load("entities_groups.json");
  std::size_t visited = 0;
  for (const Json& group : fixture.at("groups")) {
    for (const auto& [scheme, key] : kSchemes) {
      EntityScorer scorer(scheme);
      for (const Json& id : group.at("cases")) {
        const Json& one = cases.at(id.get<std::size_t>());
        scorer.add(one.at("true").get<std::vector<std::string>>(),
                   one.at("pred").get<std::vector<std::string>>());
      }
      const std::string what = group.at("name").get<std::string>() + " " + key;
      const EntityScores scores = scorer.scores();
      expect_group(scores, group.at(key), what);
      const Json& counts = group.at("counts").at(key);
      EXPECT_EQ(scores.counts.predicted, counts.at("pred").get<std::int64_t>()) << what;
      EXPECT_EQ(scores.counts.correct, counts.at("correct").get<std::int64_t>()) << what;
    }
    ++visited;
  }
  EXPECT_EQ(visited, 37u);
}

TEST_F(MetricFixtures, RelationsMatchScikitLearnWithoutTheNegativeClass) {
  const Json fixture = load("relations.json");
  std::size_t visited = 0;
  for (const Json& one : fixture.at("cases")) {
    const Json& labels = one.at("labels");
    const std::string what = one.at("name");
    const Confusion confusion = confusion_matrix(indices(labels, one.at("y_true")),
                                                 indices(labels, one.at("y_pred")), labels.size());
    const auto negative = static_cast<std::size_t>(
        std::find(labels.begin(), labels.end(), one.at("negative")) - labels.begin());
    const RelationScores scores = relation_scores(confusion, negative);
    EXPECT_EQ(scores.tp, one.at("tp").get<std::int64_t>()) << what;
    EXPECT_EQ(scores.predicted_positive, one.at("predicted_positive").get<std::int64_t>()) << what;
    EXPECT_EQ(scores.true_positive_total, one.at("true_positive_total").get<std::int64_t>())
        << what;
    expect_scores(scores.micro, one.at("micro"), what + " micro");
    expect_scores(scores.macro, one.at("macro_over_positive_classes"), what + " macro");
    expect_value(classify(confusion).accuracy, one.at("accuracy"), what + " accuracy");
    expect_value(classify(confusion).micro.f1, one.at("micro_f1_all_classes"), what + " micro all");
    ++visited;
  }
  EXPECT_EQ(visited, 6u);
}

}  // namespace
}  // namespace ratbench::metrics
