// Rows with counts: the same numbers as the table of classes where both can say it, as the spans of
// sentences, and as tables with the rows taken out.
#include "src/stats/count_book.hpp"

#include <gtest/gtest.h>

#include <random>

#include "src/stats/contrast_scan.hpp"
#include "src/stats/entity_influence.hpp"
#include "src/stats/fragility.hpp"
#include "src/stats/rare_class.hpp"
#include "src/stats/two_level_bootstrap.hpp"

namespace ratbench::stats {
namespace {

using Predictions = std::vector<std::vector<std::vector<std::int32_t>>>;

struct Answers {
  std::vector<std::int32_t> labels;
  Predictions predictions;
};

Answers answers(std::size_t cells, std::size_t seeds, std::size_t rows, std::int32_t classes) {
  std::mt19937_64 engine(11);
  Answers out;
  for (std::size_t i = 0; i < rows; ++i)
    out.labels.push_back(static_cast<std::int32_t>(engine() % static_cast<unsigned>(classes)));
  out.predictions.resize(cells);
  for (auto& cell : out.predictions)
    for (std::size_t s = 0; s < seeds; ++s) {
      cell.push_back(out.labels);
      for (auto& value : cell.back())
        if (engine() % 3 == 0)
          value = static_cast<std::int32_t>(engine() % static_cast<unsigned>(classes));
    }
  return out;
}

// One class a row, told as counts.
PredictionTable as_counts(const Answers& a, std::int32_t classes) {
  auto book = std::make_shared<CountBook>(
      std::vector<std::string>(static_cast<std::size_t>(classes), "class"));
  std::vector<std::int32_t> truth;
  for (const std::int32_t label : a.labels)
    truth.push_back(book->entry({{static_cast<std::uint32_t>(label), 0, 0, 1}}));
  Predictions entries = a.predictions;
  for (auto& cell : entries)
    for (auto& run : cell)
      for (std::size_t i = 0; i < run.size(); ++i)
        run[i] = book->entry(
            {{static_cast<std::uint32_t>(run[i]), run[i] == a.labels[i] ? 1 : 0, 1, 0}});
  return count_table(book, truth, entries);
}

// Sums of some hundred terms of size 1 in another order.
constexpr double kRounding = 1e-12;

void expect_same(const TwoWay& a, const TwoWay& b) {
  EXPECT_NEAR(a.estimate, b.estimate, kRounding);
  EXPECT_NEAR(a.variance_seed, b.variance_seed, kRounding);
  EXPECT_NEAR(a.variance_row, b.variance_row, kRounding);
  EXPECT_NEAR(a.variance_residual, b.variance_residual, kRounding);
}

TEST(CountBook, ClassesToldAsCountsGiveTheSameNumbers) {
  const Answers a = answers(2, 4, 60, 4);
  const auto classes = prediction_table(a.labels, a.predictions, 4);
  const auto counts = as_counts(a, 4);
  const Contrast contrast{{1, -1}, 0.1};
  for (const MetricFunction& metric : {MetricFunction{MetricKind::kMacroF1, {0, 1, 2, 3}},
                                       {MetricKind::kMacroF1OfMeans, {0, 1}},
                                       {MetricKind::kPooledF1, {1, 2}},
                                       {MetricKind::kPooledPrecision, {0, 3}},
                                       {MetricKind::kPooledRecall, {2}},
                                       {MetricKind::kSupportWeightedF1, {0, 2, 3}}}) {
    expect_same(*two_way(classes, classes.weights, metric, contrast),
                *two_way(counts, counts.weights, metric, contrast));
    EXPECT_NEAR(contrast_estimate(classes, classes.weights, metric, contrast),
                contrast_estimate(counts, counts.weights, metric, contrast), kRounding);
    const auto a95 = two_level_bootstrap(classes, metric, contrast, {50, 1});
    const auto b95 = two_level_bootstrap(counts, metric, contrast, {50, 1});
    EXPECT_NEAR(a95->low, b95->low, kRounding);
    EXPECT_NEAR(a95->high, b95->high, kRounding);
  }
}

TEST(CountBook, WeightedF1OverAllClassesIsTheOneOfClassification) {
  const Answers a = answers(2, 3, 40, 3);
  const auto table = prediction_table(a.labels, a.predictions, 3);
  expect_same(
      *two_way(table, table.weights, {MetricKind::kWeightedF1, {}}, {{1, -1}}),
      *two_way(table, table.weights, {MetricKind::kSupportWeightedF1, {0, 1, 2}}, {{1, -1}}));
}

// Sentences with up to three spans of one type.
struct Sentences {
  std::vector<std::vector<std::vector<SpanCounts>>> spans;  // [cells][seeds][sentences]
  PredictionTable table;
};

Sentences sentences(std::size_t cells, std::size_t seeds, std::size_t count) {
  std::mt19937_64 engine(5);
  Sentences out;
  std::vector<std::int32_t> gold;
  for (std::size_t i = 0; i < count; ++i) gold.push_back(static_cast<std::int32_t>(engine() % 4));
  auto book = std::make_shared<CountBook>(std::vector<std::string>{"Chemical"});
  std::vector<std::int32_t> truth;
  for (const std::int32_t spans : gold)
    truth.push_back(spans == 0 ? book->entry({}) : book->entry({{0, 0, 0, spans}}));
  Predictions entries(cells);
  out.spans.resize(cells);
  for (std::size_t c = 0; c < cells; ++c)
    for (std::size_t s = 0; s < seeds; ++s) {
      out.spans[c].emplace_back();
      entries[c].emplace_back();
      for (std::size_t i = 0; i < count; ++i) {
        const auto right = static_cast<std::int32_t>(engine() % 4) * gold[i] / 3;
        const auto predicted = right + static_cast<std::int32_t>(engine() % 5 == 0);
        out.spans[c][s].push_back({double(right), double(predicted), double(gold[i])});
        entries[c][s].push_back(predicted == 0 ? book->entry({})
                                               : book->entry({{0, right, predicted, 0}}));
      }
    }
  out.table = count_table(book, truth, entries);
  return out;
}

TEST(CountBook, EntityF1IsTheVarianceOfSpansWrittenOut) {
  const Sentences s = sentences(2, 5, 70);
  const Contrast contrast{{1, -1}, 0};
  expect_same(*two_way(s.table, s.table.weights, {MetricKind::kPooledF1, {0}}, contrast),
              *two_way_spans(s.spans, contrast));
}

TEST(CountBook, DroppingASentenceIsATableWithoutIt) {
  Sentences s = sentences(2, 4, 40);
  const Contrast contrast{{1, -1}, 0};
  const MetricFunction f1{MetricKind::kPooledF1, {0}};
  auto weights = s.table.weights;
  weights[3] -= 1;
  const auto dropped = static_cast<std::ptrdiff_t>(s.table.rows[3].front());
  for (auto& cell : s.spans)
    for (auto& run : cell) run.erase(run.begin() + dropped);
  const auto expected = two_way_spans(s.spans, contrast);
  ContrastScan scan(s.table, f1, contrast);
  expect_same(*scan.two_way({weights, {}}), *expected);
  EXPECT_NEAR(scan.estimates_without_row()[3], expected->estimate, kRounding);
}

TEST(CountBook, RareColumnsAreThoseWithFewTrueItems) {
  auto book = std::make_shared<CountBook>(std::vector<std::string>{"a", "b", ""});
  const auto many = book->entry({{0, 0, 0, 12}, {1, 0, 0, 2}, {2, 0, 0, 1}});
  const auto answer = book->entry({{0, 12, 12, 0}, {1, 1, 3, 0}, {2, 1, 1, 0}});
  const std::vector<std::int32_t> truth = {many, many};
  const std::vector<std::int32_t> run = {answer, answer};
  const auto table = count_table(book, truth, {{run, run}});
  EXPECT_EQ(support(table, table.weights), (std::vector<double>{24, 4, 2}));
  EXPECT_EQ(rare_classes(table, table.weights), (std::vector<std::size_t>{1}));
  // At recall 1 the 2 hits of b are 4, its 4 false positives stay: F1 8 / (8 + 4).
  const MetricFunction f1{MetricKind::kF1, {1}};
  const double low = estimate_at_recall_end(table, table.weights, f1, {{1}, 0}, 1, RecallEnd::kLow);
  const double high =
      estimate_at_recall_end(table, table.weights, f1, {{1}, 0}, 1, RecallEnd::kHigh);
  EXPECT_LT(low, 2 * 2.0 / (6 + 4));
  EXPECT_GT(high, 2 * 2.0 / (6 + 4));
  EXPECT_LT(high, 8.0 / 12);
}

TEST(CountBook, RowsWithCountsAreNotRelabelled) {
  const Sentences s = sentences(2, 3, 20);
  FragilitySearch search;
  search.change = RowChange::kRelabel;
  const auto found = fragility(
      s.table,
      [](const ChangedRows&) {
        return Judgement{0, 0};
      },
      search);
  EXPECT_FALSE(found.rows.has_value());
  EXPECT_TRUE(found.row_indices.empty());
}

}  // namespace
}  // namespace ratbench::stats
