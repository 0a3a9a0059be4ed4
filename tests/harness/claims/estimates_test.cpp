// Influence, two-way variance, rare classes and fragility: against the reference numbers of the
// fixture, against finite differences, and where the answer is known by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/claims/judge.hpp"
#include "src/metrics/classification.hpp"
#include "src/stats/clopper_pearson.hpp"
#include "src/stats/fragility.hpp"
#include "src/stats/rare_class.hpp"
#include "src/stats/two_way.hpp"
#include "tests/needs.hpp"

namespace ratbench::claims {
namespace {

using stats::MetricFunction;
using stats::MetricKind;

TEST(Influence, MetricsAreThoseOfTheClassificationScores) {
  const metrics::Confusion confusion{4, {9, 1, 0, 2, 0, 3, 1, 0, 0, 0, 0, 2, 1, 0, 4, 5}};
  const auto scores = metrics::classify(confusion);
  const std::vector<double> counts(confusion.counts.begin(), confusion.counts.end());
  const auto value = [&](MetricKind kind, std::vector<std::size_t> classes = {}) {
    return stats::metric_value({kind, std::move(classes)}, counts, 4);
  };
  // Sums of a few ratios in another order.
  constexpr double kRounding = 1e-15;
  EXPECT_NEAR(value(MetricKind::kMacroF1), scores.macro.f1, kRounding);
  EXPECT_NEAR(value(MetricKind::kMacroF1OfMeans), scores.macro_f1_of_means, kRounding);
  EXPECT_NEAR(value(MetricKind::kWeightedF1), scores.weighted.f1, kRounding);
  EXPECT_NEAR(value(MetricKind::kMicroF1), scores.micro.f1, kRounding);
  EXPECT_NEAR(value(MetricKind::kAccuracy), scores.accuracy, kRounding);
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_NEAR(value(MetricKind::kPrecision, {c}), scores.per_class[c].precision, kRounding);
    EXPECT_NEAR(value(MetricKind::kRecall, {c}), scores.per_class[c].recall, kRounding);
    EXPECT_NEAR(value(MetricKind::kF1, {c}), scores.per_class[c].f1, kRounding);
  }
  EXPECT_NEAR(value(MetricKind::kRecall, {1, 3}),
              metrics::minority_recall(scores, std::vector<std::size_t>{1, 3}), kRounding);
}

TEST(Influence, GradientsAreFiniteDifferencesAndSumToZero) {
  const std::vector<double> counts = {9, 1, 2, 1, 3, 1, 2, 4, 5};
  for (const MetricFunction& metric : {MetricFunction{MetricKind::kMacroF1, {}},
                                       {MetricKind::kMacroF1OfMeans, {}},
                                       {MetricKind::kWeightedF1, {}},
                                       {MetricKind::kMicroF1, {}},
                                       {MetricKind::kAccuracy, {}},
                                       {MetricKind::kPrecision, {1}},
                                       {MetricKind::kRecall, {0, 2}},
                                       {MetricKind::kF1, {2}}}) {
    const auto gradient = stats::metric_gradient(metric, counts, 3);
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      auto more = counts;
      auto less = counts;
      constexpr double kStep = 1e-5;
      more[i] += kStep;
      less[i] -= kStep;
      const double slope =
          (stats::metric_value(metric, more, 3) - stats::metric_value(metric, less, 3)) /
          (2 * kStep);
      // Error of central differences: step^2 times a third derivative below 1, plus rounding.
      EXPECT_NEAR(gradient[i], slope, 1e-9) << static_cast<int>(metric.kind) << " " << i;
      sum += gradient[i] * counts[i];
    }
    EXPECT_NEAR(sum, 0, 1e-14);
  }
}

TEST(ClopperPearson, GivesPublishedEnds) {
  const auto none = stats::clopper_pearson(0, 10);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 0.1), 1e-12);
  const auto all = stats::clopper_pearson(4, 4);
  EXPECT_NEAR(all.low, std::pow(0.025, 0.25), 1e-12);
  EXPECT_EQ(all.high, 1);
  const auto some = stats::clopper_pearson(3, 10);
  EXPECT_NEAR(some.low, 0.0667395, 1e-6);
  EXPECT_NEAR(some.high, 0.6524529, 1e-6);
}

// The four cells of the fixture, in the order both, abex, rat, none.
class OneRowCarries : public ::testing::Test {
 protected:
  void SetUp() override {
    RATBENCH_NEEDS_FIXTURES();
    std::ifstream in(std::string(std::getenv("RATBENCH_FIXTURES")) + "/stats/one_row_carries.json");
    file_ = nlohmann::json::parse(in);
    std::vector<std::vector<std::vector<std::int32_t>>> predictions;
    for (const char* arm : {"y11", "y10", "y01", "y00"}) {
      predictions.emplace_back();
      for (const auto& row : file_["predictions"][arm]) {
        predictions.back().emplace_back();
        for (const char digit : row.get<std::string>())
          predictions.back().back().push_back(digit - '0');
      }
    }
    Evidence evidence;
    evidence.class_names = file_["classes"];
    evidence.table = stats::prediction_table(std::vector<std::int32_t>(file_["labels"]),
                                             predictions, evidence.class_names.size());
    Question question;
    question.cells = {0, 1, 2, 3};
    question.steps = {{"interaction", {{1, -1, -1, 1}, 0}}};
    assessed_ = assess(std::move(question), std::move(evidence));
  }

  stats::TwoWay two_way() const {
    return *stats::two_way(assessed_.evidence.table, assessed_.evidence.table.weights, {},
                           assessed_.question.steps[0].contrast);
  }
  double expected(const char* key) const { return file_["expected"][key].get<double>(); }

  nlohmann::json file_;
  Assessment assessed_;
};

TEST_F(OneRowCarries, ContrastOfEverySeedIsTheReference) {
  const auto found = two_way();
  const std::vector<double> reference = file_["expected"]["interaction_per_seed"];
  ASSERT_EQ(found.per_seed.size(), reference.size());
  for (std::size_t s = 0; s < reference.size(); ++s)
    EXPECT_NEAR(found.per_seed[s], reference[s], 1e-12);
  EXPECT_NEAR(found.estimate, expected("interaction"), 1e-12);
}

// Fails for an interval of seeds alone, for unpaired seeds or rows, and for a swapped sign.
TEST_F(OneRowCarries, VariancesAreThoseOfThePseudoValues) {
  const auto found = two_way();
  const auto near = [&](double value, const char* key) {
    EXPECT_NEAR(value, expected(key), 1e-9 * expected(key)) << key;
  };
  near(found.variance_seed, "variance_seed");
  near(found.variance_row, "variance_row");
  near(found.variance_residual, "variance_residual");
  near(found.se, "standard_error");
  // One row carries the variance, and yet no fewer degrees of freedom than seeds give.
  EXPECT_GT(found.df, 9);
}

TEST_F(OneRowCarries, IsUndecidedAndNamesTheRow) {
  const Judged judged = judge(assessed_, 0.05);
  EXPECT_EQ(judged.outcome, Outcome::kUndecided);
  EXPECT_NE(judged.reason.find("without test row 408 (OVEREXERTION AND BODILY REACTION)"),
            std::string::npos)
      << judged.reason;
  const auto row = stats::most_influential_row(assessed_.evidence.table, {},
                                               assessed_.question.steps[0].contrast);
  const auto reference = file_["expected"]["interaction_without_row"];
  EXPECT_EQ(row.row, reference["most_influential_row"].get<std::size_t>());
  EXPECT_NEAR(row.estimate_without, reference["value"].get<double>(), 1e-12);
}

// At a laxer error the interval alone would say supported; the rare class withholds it.
TEST_F(OneRowCarries, RareClassWithholdsTheVerdictAndIsNamed) {
  const Judged judged = judge(assessed_, 0.2);
  EXPECT_EQ(decide(assessed_.question.criterion, assessed_.steps, 0.2), Outcome::kSupported);
  EXPECT_EQ(judged.outcome, Outcome::kUndecided);
  EXPECT_NE(judged.reason.find("would rest on the class"), std::string::npos) << judged.reason;
}

// Two cells of two classes: `right` of `rows` rows of each class right in cell 0, `base` in cell 1.
// The seeds differ in which row they add.
Assessment two_cells(std::size_t rows, std::size_t right, std::size_t base, double effect) {
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < 2 * rows; ++i) labels.push_back(i < rows ? 0 : 1);
  std::vector<std::vector<std::vector<std::int32_t>>> predictions(2);
  for (std::size_t cell = 0; cell < 2; ++cell) {
    for (std::size_t seed = 0; seed < 6; ++seed) {
      std::vector<std::int32_t> run = labels;
      const std::size_t hits = (cell == 0 ? right : base) + seed % 2;
      for (std::size_t i = 0; i < 2 * rows; ++i)
        if ((i % rows + 7 * seed) % rows >= hits) run[i] = 1 - run[i];
      predictions[cell].push_back(run);
    }
  }
  Question question;
  question.cells = {0, 1};
  question.steps = {{"a - b", {{1, -1}, 0}}};
  question.criterion = {Shape::kAbove, effect};
  Evidence evidence;
  evidence.class_names = {"A", "B"};
  evidence.metric = {MetricKind::kAccuracy, {}};
  evidence.table = stats::prediction_table(labels, predictions, 2);
  return assess(std::move(question), std::move(evidence));
}

TEST(Judge, LargeEffectOnManyRowsIsSupportedAndItsReverseRefuted) {
  EXPECT_EQ(judge(two_cells(100, 90, 60, 0), 0.05).outcome, Outcome::kSupported);
  EXPECT_EQ(judge(two_cells(100, 60, 90, 0), 0.05).outcome, Outcome::kRefuted);
  EXPECT_EQ(judge(two_cells(100, 62, 60, 0.02), 0.05).outcome, Outcome::kUndecided);
}

TEST(Judge, MissingSeedsWithholdAVerdict) {
  Assessment assessed = two_cells(100, 90, 60, 0);
  assessed.evidence.incomplete = "only 6 of 8 seeds are complete";
  const Judged judged = judge(assessed, 0.05);
  EXPECT_EQ(judged.outcome, Outcome::kUndecided);
  EXPECT_EQ(judged.reason, "only 6 of 8 seeds are complete");
}

TEST(Judge, EqualArmsHaveNoVarianceAndNoVerdict) {
  const Assessment assessed = two_cells(50, 40, 40, 0);
  EXPECT_TRUE(assessed.steps.empty());
  EXPECT_NE(assessed.nothing.find("zero variance"), std::string::npos);
  EXPECT_EQ(assessed.unvaried_estimate, 0.0);
}

TEST(Points, KeepTheSideOfWhatIsAskedFor) {
  EXPECT_EQ(points(0.0312), "+3.1");
  EXPECT_EQ(points(0.0004), "+0.04");
  EXPECT_EQ(points(0.0), "0.0");
  EXPECT_EQ(points(0.0158, 0.016), "+1.58");
  EXPECT_EQ(points(-0.0158, 0.016), "-1.58");
  EXPECT_EQ(points(0.0202, -0.02), "+2.02");
  EXPECT_EQ(points(0.0312, 0.016), "+3.1");
}

TEST(Fragility, CountsRowsOfAKnownMargin) {
  const Assessment assessed = two_cells(100, 90, 60, 0);
  const auto& table = assessed.evidence.table;
  // The verdict changes when fewer than 197 rows are left.
  const stats::Judge total = [](const stats::ChangedRows& changed) {
    double rows = 0;
    for (const double weight : changed.weights) rows += weight;
    return stats::Judgement{rows < 196.5 ? 1 : 0, rows};
  };
  stats::FragilitySearch three;
  three.most_rows = 3;
  const auto found = stats::fragility(table, total, {});
  ASSERT_TRUE(found.rows.has_value());
  EXPECT_EQ(*found.rows, 4U);
  EXPECT_FALSE(found.exhaustive);
  EXPECT_FALSE(stats::fragility(table, total, three).rows.has_value());
}

TEST(PredictionTable, KeepsEveryRowOnce) {
  const Assessment assessed = two_cells(30, 20, 10, 0);
  const auto& table = assessed.evidence.table;
  std::vector<int> seen(60, 0);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    EXPECT_EQ(static_cast<double>(table.rows[i].size()), table.weights[i]);
    for (const std::size_t row : table.rows[i]) ++seen[row];
  }
  EXPECT_EQ(seen, std::vector<int>(60, 1));
}

}  // namespace
}  // namespace ratbench::claims
