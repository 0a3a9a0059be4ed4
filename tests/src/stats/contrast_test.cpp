// Contrasts evaluated many times, the two-level bootstrap, fragility and entity F1: against slow
// computations written out here, and where the answer is known by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "src/stats/contrast_scan.hpp"
#include "src/stats/entity_influence.hpp"
#include "src/stats/fragility.hpp"
#include "src/stats/summary.hpp"
#include "src/stats/two_level_bootstrap.hpp"

namespace ratbench::stats {
namespace {

using Predictions = std::vector<std::vector<std::vector<std::int32_t>>>;

struct Reports {
  std::vector<std::int32_t> labels;
  Predictions predictions;
};

// Rows of difficulty of their own, seeds of skill of their own; a wrong answer is any class.
Reports reports(std::size_t cells, std::size_t seeds, std::size_t rows, std::size_t classes,
                double seed_noise, double row_noise) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  Reports out;
  std::vector<double> difficulty;
  for (std::size_t i = 0; i < rows; ++i) {
    out.labels.push_back(static_cast<std::int32_t>(i % classes));
    difficulty.push_back(row_noise * normal(engine));
  }
  out.predictions.resize(cells);
  for (auto& cell : out.predictions)
    for (std::size_t s = 0; s < seeds; ++s) {
      const double skill = 0.8 + seed_noise * normal(engine);
      cell.push_back(out.labels);
      for (std::size_t i = 0; i < rows; ++i)
        if (skill + difficulty[i] + 0.3 * normal(engine) < 0)
          cell.back()[i] = static_cast<std::int32_t>(engine() % classes);
    }
  return out;
}

// Variances written out: X_si = T_s + N dT_s/dw_i over single rows.
TwoWay slow_two_way(const Reports& r, std::size_t classes, const MetricFunction& metric,
                    const Contrast& contrast) {
  const std::size_t seeds = r.predictions.front().size();
  const std::size_t rows = r.labels.size();
  std::vector<double> values(seeds, contrast.constant);
  std::vector<std::vector<double>> deviations(seeds, std::vector<double>(rows, 0));
  for (std::size_t c = 0; c < r.predictions.size(); ++c)
    for (std::size_t s = 0; s < seeds; ++s) {
      std::vector<double> counts(classes * classes, 0);
      const auto at = [&](std::size_t i) {
        return static_cast<std::size_t>(r.labels[i]) * classes +
               static_cast<std::size_t>(r.predictions[c][s][i]);
      };
      for (std::size_t i = 0; i < rows; ++i) counts[at(i)] += 1;
      const auto gradient = metric_gradient(metric, counts, classes);
      values[s] += contrast.coefficients[c] * metric_value(metric, counts, classes);
      for (std::size_t i = 0; i < rows; ++i)
        deviations[s][i] += contrast.coefficients[c] * static_cast<double>(rows) * gradient[at(i)];
    }
  return two_way_of(values, deviations);
}

// Sums of some hundred terms of size 1 in another order.
constexpr double kRounding = 1e-12;

void expect_same(const TwoWay& a, const TwoWay& b) {
  EXPECT_NEAR(a.estimate, b.estimate, kRounding);
  EXPECT_NEAR(a.variance_seed, b.variance_seed, kRounding);
  EXPECT_NEAR(a.variance_row, b.variance_row, kRounding);
  EXPECT_NEAR(a.variance_residual, b.variance_residual, kRounding);
  EXPECT_NEAR(a.se, b.se, kRounding);
  EXPECT_NEAR(a.df, b.df, 1e-6 * b.df);
}

TEST(Contrast, LiesBetweenWhatItsMetricsCanGive) {
  EXPECT_EQ(possible_values({{1}, 0}), (Interval{0, 1}));
  EXPECT_EQ(possible_values({{1, -1}, 0}), (Interval{-1, 1}));
  EXPECT_EQ(possible_values({{1, -1, -1, 1}, 0}), (Interval{-2, 2}));
  EXPECT_EQ(possible_values({{0.5, 0.5}, -0.25}), (Interval{-0.25, 0.75}));
}

TEST(ContrastScan, IsTheTwoWayVarianceWrittenOutForEveryMetric) {
  const Reports r = reports(3, 5, 60, 4, 0.3, 0.5);
  const auto table = prediction_table(r.labels, r.predictions, 4);
  const Contrast contrast{{1, -1, 0.5}, 0.1};
  for (const MetricFunction& metric : {MetricFunction{MetricKind::kMacroF1, {}},
                                       {MetricKind::kMacroF1OfMeans, {}},
                                       {MetricKind::kWeightedF1, {}},
                                       {MetricKind::kMicroF1, {}},
                                       {MetricKind::kAccuracy, {}},
                                       {MetricKind::kPrecision, {1}},
                                       {MetricKind::kRecall, {0, 2}},
                                       {MetricKind::kF1, {3}}})
    expect_same(*two_way(table, table.weights, metric, contrast),
                slow_two_way(r, 4, metric, contrast));
}

TEST(ContrastScan, DropsAndRelabelsRowsAsIfTheyHadBeenSo) {
  Reports r = reports(2, 4, 50, 3, 0.3, 0.5);
  const auto table = prediction_table(r.labels, r.predictions, 3);
  ContrastScan scan(table, {}, {{1, -1}, 0});
  auto weights = table.weights;
  // One row of pattern 5 gets another class, one of pattern 0 goes.
  const std::size_t relabelled = table.rows[5].front();
  const std::size_t dropped = table.rows[0].front();
  const std::int32_t label = (table.labels[5] + 1) % 3;
  weights[5] -= 1;
  weights[0] -= 1;
  const std::vector<Relabelled> other = {{5, label}};
  const auto found = scan.two_way({weights, other});
  r.labels[relabelled] = label;
  r.labels.erase(r.labels.begin() + static_cast<std::ptrdiff_t>(dropped));
  for (auto& cell : r.predictions)
    for (auto& run : cell) run.erase(run.begin() + static_cast<std::ptrdiff_t>(dropped));
  expect_same(*found, slow_two_way(r, 3, {}, {{1, -1}, 0}));
}

TEST(ContrastScan, EstimatesWithoutEachRowAreThoseOfTheReducedTable) {
  const Reports r = reports(2, 3, 30, 3, 0.3, 0.5);
  const auto table = prediction_table(r.labels, r.predictions, 3);
  const Contrast contrast{{1, -1}, 0};
  const auto without = ContrastScan(table, {}, contrast).estimates_without_row();
  for (std::size_t i = 0; i < without.size(); ++i) {
    auto weights = table.weights;
    weights[i] -= 1;
    EXPECT_NEAR(without[i], contrast_estimate(table, weights, {}, contrast), kRounding);
  }
}

TEST(TwoLevelBootstrap, DependsOnItsSeedAloneAndStandsAroundTheEstimate) {
  const Reports r = reports(2, 8, 80, 2, 0.3, 0.5);
  const auto table = prediction_table(r.labels, r.predictions, 2);
  const Contrast contrast{{1, -1}, 0};
  BootstrapOptions options;
  options.replicates = 2000;
  const auto first = two_level_bootstrap(table, {}, contrast, options);
  EXPECT_EQ(first, two_level_bootstrap(table, {}, contrast, options));
  options.seed = 2;
  EXPECT_NE(first, two_level_bootstrap(table, {}, contrast, options));
  const double estimate = contrast_estimate(table, table.weights, {}, contrast);
  EXPECT_LT(first->low, estimate);
  EXPECT_GT(first->high, estimate);
}

// Where only seeds differ, or only rows, the width is that of the ordinary bootstrap of a mean:
// 2 * 1.96 * sd / sqrt(n), with the divisor n in sd.
TEST(TwoLevelBootstrap, CountsBothLevels) {
  constexpr double kPercentiles = 2 * 1.96;
  // 20 000 replicates know a percentile to 1 %; the sums are coarse.
  constexpr double kTolerance = 0.06;
  BootstrapOptions options;
  options.replicates = 20'000;
  // Accuracy of 100 rows; every seed answers alike, 30 rows are wrong.
  const std::vector<std::int32_t> labels(100, 0);
  std::vector<std::int32_t> run(100, 0);
  for (std::size_t i = 0; i < 30; ++i) run[i] = 1;
  const MetricFunction accuracy{MetricKind::kAccuracy, {}};
  const auto rows_only = prediction_table(labels, Predictions{std::vector(6, run)}, 2);
  const auto rows = *two_level_bootstrap(rows_only, accuracy, {{1}, 0}, options);
  const double rows_width = kPercentiles * std::sqrt(0.3 * 0.7 / 100);
  EXPECT_NEAR(rows.high - rows.low, rows_width, kTolerance * rows_width);
  // All rows alike, half of 40 seeds right.
  Predictions seeds(1);
  for (int s = 0; s < 40; ++s) seeds[0].emplace_back(100, s % 2);
  const auto seeds_only = prediction_table(labels, seeds, 2);
  const auto of_seeds = *two_level_bootstrap(seeds_only, accuracy, {{1}, 0}, options);
  const double seeds_width = kPercentiles * std::sqrt(0.25 / 40);
  EXPECT_NEAR(of_seeds.high - of_seeds.low, seeds_width, kTolerance * seeds_width);
}

TEST(TwoLevelBootstrap, NeedsTwoSeedsAndTwoRows) {
  const auto one_seed = prediction_table(std::vector<std::int32_t>{0, 1}, {{{0, 1}}}, 2);
  EXPECT_FALSE(two_level_bootstrap(one_seed, {}, {{1}, 0}).has_value());
  const auto one_row = prediction_table(std::vector<std::int32_t>{0}, {{{0}, {1}}}, 2);
  EXPECT_FALSE(two_level_bootstrap(one_row, {}, {{1}, 0}).has_value());
}

// Arm 0 is right on rows 0 to 4 of ten, arm 1 on none; all rows are of class 0 of two. "Supported"
// stands for a difference in right rows above `needed`.
Fragility fragility_of(double needed, RowChange change) {
  std::vector<std::int32_t> right(10, 1);
  for (std::size_t i = 0; i < 5; ++i) right[i] = 0;
  const std::vector<std::int32_t> wrong(10, 1);
  const auto table =
      prediction_table(std::vector<std::int32_t>(10, 0), {{right, right}, {wrong, wrong}}, 2);
  ContrastScan scan(table, {MetricKind::kAccuracy, {}}, {{1, -1}, 0});
  const Judge judge = [&](const ChangedRows& rows) {
    double count = static_cast<double>(rows.relabelled.size());
    for (const double weight : rows.weights) count += weight;
    const double difference = scan.two_way(rows)->estimate * count;
    return Judgement{difference > needed ? 1 : 0, std::abs(difference - needed)};
  };
  FragilitySearch search;
  search.change = change;
  return fragility(table, judge, search);
}

TEST(Fragility, DroppedRowsTakeOneEachRelabelledRowsTwo) {
  // Dropping a row that only arm 0 has right takes 1 from a difference of 5; calling it class 1
  // takes 2, because then only arm 1 is right.
  EXPECT_EQ(*fragility_of(4.5, RowChange::kDrop).rows, 1U);
  EXPECT_EQ(*fragility_of(4.5, RowChange::kRelabel).rows, 1U);
  EXPECT_EQ(*fragility_of(3.5, RowChange::kDrop).rows, 2U);
  EXPECT_EQ(*fragility_of(3.5, RowChange::kRelabel).rows, 1U);
  EXPECT_EQ(*fragility_of(0.5, RowChange::kDrop).rows, 5U);
  EXPECT_EQ(*fragility_of(0.5, RowChange::kRelabel).rows, 3U);
  EXPECT_TRUE(fragility_of(4.5, RowChange::kRelabel).exhaustive);
  EXPECT_FALSE(fragility_of(0.5, RowChange::kRelabel).exhaustive);
  EXPECT_EQ(fragility_of(3.5, RowChange::kDrop).row_indices, (std::vector<std::size_t>{0, 1}));
}

TEST(Fragility, ShortlistHoldsTheRowsThatMoveMost) {
  const Reports r = reports(2, 4, 50, 3, 0.3, 0.5);
  const auto table = prediction_table(r.labels, r.predictions, 3);
  const Contrast contrast{{1, -1}, 0};
  const auto largest = most_influential_row(table, {}, contrast);
  const auto edits = likeliest_edits(table, {}, contrast, RowChange::kDrop, 10);
  ASSERT_EQ(edits.size(), 10U);
  EXPECT_TRUE(std::any_of(edits.begin(), edits.end(), [&](const RowEdit& edit) {
    return table.rows[edit.pattern].front() == largest.row;
  }));
}

TEST(EntityInfluence, IsTheDerivativeOfF1BySentenceWeight) {
  const std::vector<SpanCounts> sentences = {{2, 3, 2}, {0, 1, 0}, {1, 1, 4}, {0, 0, 0}, {5, 6, 7}};
  // 2 * 8 / (11 + 13)
  EXPECT_DOUBLE_EQ(span_f1(sentences), 16.0 / 24);
  const auto influence = span_f1_influence(sentences);
  double sum = 0;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    constexpr double kStep = 1e-6;
    const auto at = [&](double weight) {
      auto moved = sentences;
      moved[i] = {weight * moved[i].right, weight * moved[i].predicted, weight * moved[i].gold};
      return span_f1(moved);
    };
    // Central differences: their error is far below step; N = 5 sentences.
    EXPECT_NEAR(influence[i], 5 * (at(1 + kStep) - at(1 - kStep)) / (2 * kStep), 1e-8);
    sum += influence[i];
  }
  EXPECT_NEAR(sum, 0, 1e-14);
}

TEST(EntityInfluence, ContrastHasBothVariancesAndNoneWithoutEntities) {
  std::vector<std::vector<std::vector<SpanCounts>>> counts(2);
  for (std::size_t cell = 0; cell < 2; ++cell)
    for (std::size_t seed = 0; seed < 4; ++seed) {
      counts[cell].emplace_back();
      for (std::size_t i = 0; i < 12; ++i)
        counts[cell].back().push_back(
            {static_cast<double>((i + seed * cell) % 3), 3.0, 2.0 + static_cast<double>(i % 2)});
    }
  const auto found = two_way_spans(counts, {{1, -1}, 0});
  ASSERT_TRUE(found.has_value());
  double by_hand = 0;
  for (std::size_t s = 0; s < 4; ++s) by_hand += span_f1(counts[0][s]) - span_f1(counts[1][s]);
  EXPECT_NEAR(found->estimate, by_hand / 4, 1e-14);
  EXPECT_GE(found->se * found->se, found->variance_row);
  EXPECT_GT(found->variance_seed + found->variance_row, 0);
  EXPECT_FALSE(two_way_spans({{counts[0][0]}, {counts[1][0]}}, {{1, -1}, 0}).has_value());
  const std::vector<std::vector<SpanCounts>> empty(3, std::vector<SpanCounts>(5));
  const auto none = two_way_spans({empty, empty}, {{1, -1}, 0});
  EXPECT_EQ(none->estimate, 0);
  EXPECT_EQ(none->se, 0);
}

}  // namespace
}  // namespace ratbench::stats
