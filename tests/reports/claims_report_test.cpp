// What a report says about claims and the uncertainty of its numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reports/evidence.hpp"
#include "reports/figures/figure.hpp"
#include "reports/html/page.hpp"
#include "reports/provenance.hpp"
#include "reports/registry.hpp"
#include "reports/tables/claims_text.hpp"
#include "reports/tables/tables.hpp"
#include "src/base/random.hpp"
#include "tests/reports/sample.hpp"
#include "tests/reports/table_access.hpp"

namespace ratbench::reports {
namespace {

// ---- claims -------------------------------------------------------------------------------------

TEST(ClaimsTable, ShowsVerdictEstimateAndTheIntervalThatDecides) {
  const Table table = *claims_table(synergy_sample());
  ASSERT_EQ(table.rows.size(), 5u);
  EXPECT_EQ(at(table, 0, "verdict").text, "supported");
  EXPECT_EQ(at(table, 0, "asks_for").text, "macro-F1: both - none > +2");
  EXPECT_EQ(at(table, 0, "estimate").text, "+8.00");
  EXPECT_EQ(at(table, 0, "ci95").text, "[+5.00, +11.00]");
  EXPECT_EQ(at(table, 0, "ci_adjusted").text, "[+4.10, +11.90]");
  EXPECT_EQ(at(table, 0, "p_adjusted").text, "0.024");
  EXPECT_EQ(at(table, 0, "fragility_rows").text, "at most 4");
  EXPECT_EQ(at(table, 1, "asks_for").text, "macro-F1: both - abex - rat + none > 0");
  EXPECT_EQ(at(table, 2, "asks_for").text, "macro-F1: rat - at within ±1");
}

TEST(ClaimsTable, ShowsRatiosAsRatios) {
  const Table table = *claims_table(synergy_sample());
  EXPECT_EQ(at(table, 3, "estimate").text, "0.710×");
  EXPECT_EQ(at(table, 3, "asks_for").text, "rat / at < 0.8");
}

// No seed was trained for them: 0 would read as "nothing measured".
TEST(ClaimsTable, CountsNoSeedsOfClaimsAboutTimeAndSaysWhatTheyRestOn) {
  ReportData data = synergy_sample();
  const Table table = *claims_table(data);
  EXPECT_EQ(at(table, 3, "seeds").text, kDash);
  EXPECT_EQ(at(table, 0, "seeds").text, "20");
  EXPECT_TRUE(has_note(table, "time rest on measured rounds, not on seeds"));
  std::erase_if(data.claims, [](const ClaimData& claim) { return claim.is_ratio(); });
  EXPECT_FALSE(has_note(*claims_table(data), "measured rounds"));
}

TEST(ClaimsTable, ShowsDashesWhereNothingWasMeasured) {
  const Table table = *claims_table(synergy_sample());
  for (const char* key : {"asks_for", "estimate", "ci95", "ci_adjusted", "p_adjusted",
                          "minimum_detectable_effect", "fragility_rows"})
    EXPECT_EQ(at(table, 4, key).text, kDash) << key;
  EXPECT_EQ(to_csv(table).find("nan"), std::string::npos);
}

TEST(ClaimsTable, NamesTheMethodTheCorrectionAndTheArms) {
  const Table table = *claims_table(synergy_sample());
  EXPECT_TRUE(has_note(table, "two-way influence (seeds and rows)"));
  EXPECT_TRUE(has_note(table, "Holm's step-down correction"));
  EXPECT_TRUE(has_note(table, "The 2 primary claims (*) are one family."));
  EXPECT_TRUE(has_note(table, "none: augmentation.lambda 0, attack.p_rat 0"));
}

// Two one-sided tests decide an equivalence whose estimate lies within the margin.
TEST(ClaimsTable, SaysWhichIntervalDecidesAnEquivalence) {
  ReportData data = synergy_sample();
  const Table outside = *claims_table(data);
  EXPECT_EQ(at(outside, 2, "ci_adjusted").mark, "") << "no estimate outside can be shown inside";
  EXPECT_TRUE(has_note(outside, "The adjusted interval decides: at error alpha; of equivalence"));
  EXPECT_TRUE(has_note(outside, "within the margin, at 1 - 2 alpha: two one-sided tests."));
  EXPECT_FALSE(has_note(outside, "the 90 % one"));
  ClaimData& same = data.claims[2];
  same.estimate = 0.002;
  same.ci_adjusted = stats::Interval{-0.005, 0.009};
  const Table within = *claims_table(data);
  EXPECT_EQ(at(within, 2, "ci_adjusted").text, "[-0.50, +0.90]");
  EXPECT_EQ(at(within, 2, "ci_adjusted").mark, kDagger);
  EXPECT_TRUE(has_note(within, "At 1 - 2 alpha: two one-sided tests"));
  EXPECT_TRUE(has_note(within, "that of two one-sided tests the 90 % one"));
  std::erase_if(data.claims, [](const ClaimData& claim) { return claim.is_within(); });
  EXPECT_FALSE(has_note(*claims_table(data), "1 - 2 alpha"));
}

TEST(ClaimsTable, ShowsAnEstimateThatNothingVaries) {
  ReportData data = synergy_sample();
  ClaimData& same = data.claims[2];
  same.estimate = 0;
  same.ci95 = same.ci_adjusted = std::nullopt;
  same.verdict = Verdict::kUndecided;
  same.because = "zero variance";
  const Table table = *claims_table(data);
  EXPECT_EQ(at(table, 2, "verdict").text, "undecided (zero variance)");
  EXPECT_EQ(at(table, 2, "estimate").text, "+0.00");
  EXPECT_EQ(at(table, 2, "ci_adjusted").text, kDash);
  EXPECT_EQ(at(table, 2, "ci_adjusted").mark, "");
  EXPECT_NE(claims_terminal(data).find("rat_as_at                  +0.00 points\n"),
            std::string::npos)
      << claims_terminal(data);
  EXPECT_TRUE(claim_forest_figure(data).has_value());
}

TEST(ClaimsTable, DoesNotApplyWithoutClaims) {
  EXPECT_FALSE(claims_table(lambda_sample()));
  EXPECT_FALSE(fragility_table(lambda_sample()));
  EXPECT_FALSE(claim_forest_figure(lambda_sample()));
  EXPECT_NE(claims_html(lambda_sample()).find("states no claims"), std::string::npos);
}

TEST(Claims, ComeBeforeEveryNumberInEveryFormat) {
  const ReportData data = synergy_sample();
  std::vector<Table> tables;
  for (const TableEntry& entry : table_registry())
    if (auto table = entry.make(data)) tables.push_back(*table);
  EXPECT_EQ(tables.front().name, "claims");
  const std::string page = html_page(data, tables, {{*interaction_figure(data), ""}});
  EXPECT_LT(page.find("▲ supported"), page.find("<table"));
  EXPECT_LT(page.find("id=\"table-claims\""), page.find("id=\"table-ablation\""));
  for (const ClaimData& claim : data.claims)
    EXPECT_NE(page.find(escape_html(claim.sentence)), std::string::npos) << claim.name;
}

TEST(Claims, AreCountedAndNamedInPlainText) {
  const ReportData data = synergy_sample();
  EXPECT_EQ(count_verdicts(data.claims), "5 claims: 2 supported, 1 refuted, 2 undecided.");
  const std::string terminal = claims_terminal(data);
  EXPECT_NE(terminal.find("supported  both_beats_none (primary)"), std::string::npos);
  EXPECT_NE(terminal.find("+8.00 [+4.10, +11.90] points"), std::string::npos);
  EXPECT_NE(claims_markdown(data).find("Note: seeds were added by looks."), std::string::npos);
}

TEST(Claims, TraceToTheirRuns) {
  const ReportData data = synergy_sample();
  const Table runs = claim_runs_table(data);
  ASSERT_EQ(runs.rows.size(), 5u);
  EXPECT_EQ(at(runs, 2, "claim").text, "rat_as_at");
  EXPECT_EQ(at(runs, 2, "run_key").text, data.claims[2].run_keys.front());
  const auto lines = provenance_lines(data);
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const auto& line) {
    return line.first == "Verdicts" && line.second.find("5 run keys") != std::string::npos;
  }));
}

TEST(ForestPlot, DrawsBothMarginsAndAShapeForEveryVerdict) {
  const Figure figure = *claim_forest_figure(synergy_sample());
  // Rows are the claims with a difference: the margin of the third is 1 point on either side.
  EXPECT_NE(figure.data.find("\n1.0000 1.66"), std::string::npos);
  EXPECT_NE(figure.data.find("\n-1.0000 1.66"), std::string::npos);
  for (const char* shape : {"pt 9 ps 1.0", "pt 11 ps 1.0", "pt 6 ps 1.0"})
    EXPECT_NE(figure.plot.find(shape), std::string::npos) << shape;
  EXPECT_NE(figure.settings.find("\"refuted\""), std::string::npos);
  EXPECT_EQ(figure.settings.find("half_the_overhead"), std::string::npos);
  EXPECT_NE(figure.caption.find("Not drawn: 1 claim about time (ratios have no place on an axis of "
                                "points; the table has them); 1 without an estimate."),
            std::string::npos)
      << figure.caption;
}

// ---- fragility and rare classes -----------------------------------------------------------------

TEST(FragilityTable, SaysWhichRowMovesAClaimByHowMuch) {
  const Table table = *fragility_table(synergy_sample());
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(at(table, 0, "row").text, "408");
  EXPECT_EQ(at(table, 0, "class_rows").text, "1");
  EXPECT_EQ(at(table, 0, "without").text, "+6.20");
  EXPECT_EQ(at(table, 0, "change").text, "-1.80");
  EXPECT_EQ(at(table, 1, "change").text, "+1.10");
  EXPECT_EQ(at(table, 1, "relabelled").text, "2");
}

TEST(FragilityTable, ExplainsRowsOfSentencesAndOfSeveralLabels) {
  ReportData data = synergy_sample();
  EXPECT_EQ(fragility_table(data)->columns[4].title, "class of the row that moves it most");
  for (const char* words : {"named by", "Relabelled"})
    EXPECT_FALSE(has_note(*fragility_table(data), words)) << words;
  for (CellData& cell : data.cells) cell.task = "ner";
  data.claims[0].row_effects = {{109, "3 Chem", 16, 0.062}, {3, "none", 280, 0.081}};
  data.claims[0].fragility_relabelled = "";
  const Table words = *fragility_table(data);
  EXPECT_EQ(words.columns[4].title, "entities of the row that moves it most");
  EXPECT_EQ(words.columns[5].title, "test rows with the same entities");
  EXPECT_TRUE(has_note(words, "\"3 Chem\" is a sentence with three entities of the type Chem"));
  EXPECT_TRUE(has_note(words, "\"none\" one without entities"));
  EXPECT_TRUE(has_note(words, "Relabelled –: not tried"));
  data.cells.front().task = "multilabel";
  EXPECT_TRUE(has_note(*fragility_table(data), "or a text, named by the labels it has"));
  for (CellData& cell : data.cells) cell.task = "multilabel";
  EXPECT_EQ(fragility_table(data)->columns[5].title, "test rows with the same labels");
  EXPECT_TRUE(has_note(*fragility_table(data), "named by all labels it has"));
}

TEST(RareClassesTable, HasTheExactIntervalOfItsFewRows) {
  ReportData data = synergy_sample();
  for (SeedScore& score : data.cells[0].scores["recall/" + data.classes[4].name])
    score.value = score.seed % 2 == 0 ? 0.25 : 0;
  const Table table = *rare_classes_table(data);
  ASSERT_EQ(table.rows.size(), 16u);
  EXPECT_EQ(at(table, 0, "support").text, "4");
  EXPECT_EQ(at(table, 0, "right").text, "0 to 1");
  EXPECT_EQ(at(table, 0, "recall").text, "12.5");
  // A mean of half a row is rounded up: 1 of 4.
  EXPECT_NEAR(at(table, 0, "clopper_pearson95").interval->low, 0.00631, 1e-5);
  EXPECT_NEAR(at(table, 0, "clopper_pearson95").interval->high, 0.80588, 1e-5);
}

// ---- intervals ----------------------------------------------------------------------------------

TEST(AblationTable, NamesWhatEachIntervalCounts) {
  const Table table = *ablation_table(synergy_sample());
  EXPECT_EQ(table.columns[column(table, "macro_f1_two_way95")].unit, "seeds and rows");
  EXPECT_EQ(table.columns[column(table, "macro_f1_t95")].unit, "seeds only");
  EXPECT_EQ(at(table, 0, "macro_f1_two_way95").text, "[66.00, 76.00]");
  EXPECT_TRUE(has_note(table, "Satterthwaite"));
}

TEST(AblationTable, MarksWhatIsSignificantAfterTheCorrectionOnly) {
  const Table table = *ablation_table(synergy_sample());
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    EXPECT_EQ(at(table, row, "macro_f1").mark, row == 3 ? "*" : "") << row;
  EXPECT_TRUE(has_note(table, "Holm-corrected over 2 cells"));
}

// Predictions [seeds][rows] that are right with probability `right` per row; rows are harder or
// easier in every seed alike when `row_noise`.
SeedPredictions predictions(const std::vector<std::int32_t>& labels, std::size_t seeds,
                            double right, std::uint32_t lane) {
  SeedPredictions out;
  const RandomStream rows(7, Purpose::kCorpus);
  for (std::uint64_t s = 0; s < seeds; ++s) {
    const RandomStream own(100 + s, Purpose::kCorpus);
    std::vector<std::int32_t> predicted;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double luck = 0.9 * rows.uniform(lane, i) + 0.1 * own.uniform(lane, i);
      predicted.push_back(luck < right ? labels[i] : 1 - labels[i]);
    }
    out.push_back(std::move(predicted));
  }
  return out;
}

std::vector<std::int32_t> two_classes(std::size_t rows) {
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < rows; ++i) labels.push_back(static_cast<std::int32_t>(i % 2));
  return labels;
}

TEST(Evidence, CountsTestRowsThatAllSeedsFindHard) {
  const auto labels = two_classes(200);
  const auto found = two_way_metric(labels, predictions(labels, 10, 0.7, 0), 2,
                                    {stats::MetricKind::kAccuracy, {}});
  ASSERT_TRUE(found);
  // 200 rows of accuracy 0.7, almost the same in every seed: close to a binomial share, whose
  // interval is 2 * 1.97 * sqrt(0.7 * 0.3 / 200) = 0.128 wide. Seeds alone give less than 0.02.
  EXPECT_NEAR(found->t95.high - found->t95.low, 0.12, 0.02);
  EXPECT_GT(found->row_share, 0.9);
  EXPECT_NEAR(found->seed_share + found->row_share + found->residual_share, 1, 1e-12);
}

TEST(Evidence, IsAbsentForOneSeedAndWithoutVariance) {
  const auto labels = two_classes(20);
  EXPECT_FALSE(two_way_metric(labels, {labels}, 2, {}));
  EXPECT_FALSE(two_way_metric(labels, {labels, labels}, 2, {}));
}

TEST(Evidence, PairsCellsByRow) {
  const auto labels = two_classes(200);
  const stats::MetricFunction accuracy{stats::MetricKind::kAccuracy, {}};
  // The same rows are hard in both: the difference is far surer than either score.
  const auto paired = paired_difference(labels, predictions(labels, 10, 0.75, 0),
                                        predictions(labels, 10, 0.7, 0), 2, accuracy);
  const auto unpaired = paired_difference(labels, predictions(labels, 10, 0.75, 0),
                                          predictions(labels, 10, 0.7, 1), 2, accuracy);
  ASSERT_TRUE(paired && unpaired);
  EXPECT_GT(paired->estimate, 0.02);
  EXPECT_LT(paired->t95.high - paired->t95.low, 0.6 * (unpaired->t95.high - unpaired->t95.low));
  EXPECT_EQ(paired->mcnemar_p.size(), 10u);
  for (const double p : paired->mcnemar_p) EXPECT_TRUE(p > 0 && p < 1);
}

TEST(Evidence, SwappingTheCellsSwapsTheSign) {
  const auto labels = two_classes(100);
  const auto a = predictions(labels, 5, 0.8, 0), b = predictions(labels, 5, 0.6, 0);
  const auto forth = paired_difference(labels, a, b, 2, {});
  const auto back = paired_difference(labels, b, a, 2, {});
  ASSERT_TRUE(forth && back);
  EXPECT_GT(forth->estimate, 0);
  EXPECT_DOUBLE_EQ(forth->estimate, -back->estimate);
  EXPECT_DOUBLE_EQ(forth->p, back->p);
}

// ---- appendix -----------------------------------------------------------------------------------

TEST(AppendixTable, ComparesWithTheBaselineAndSaysThatItDecidesNothing) {
  ReportData data = synergy_sample();
  // Every seed of the second cell scores above every seed of the baseline.
  for (SeedScore& score : data.cells[1].scores["macro_f1"]) score.value = 0.95;
  const Table table = *appendix_table(data);
  EXPECT_EQ(at(table, 0, "cell").mark, kDagger);
  EXPECT_EQ(at(table, 0, "wilcoxon_p").text, kDash);
  EXPECT_EQ(at(table, 1, "probability_of_improvement").text, "1.00");
  EXPECT_EQ(at(table, 1, "stochastic_order_eps").text, "0.00");
  EXPECT_EQ(at(table, 1, "wilcoxon_p").text, "< 0.001");
  EXPECT_EQ(at(table, 2, "mcnemar_seeds").text, "1 of 2");
  EXPECT_EQ(at(table, 0, "variance_share_row").text, "75");
  EXPECT_TRUE(has_note(table, "Nothing here decides anything"));
}

TEST(PerformanceProfile, StartsAtAllSeedsAndEndsAtNone) {
  const Figure figure = *performance_profile_figure(synergy_sample());
  const std::string& data = figure.data;
  EXPECT_NE(data.find(" 100\n"), std::string::npos);
  EXPECT_NE(data.find(" 0.0000\n"), std::string::npos);
  EXPECT_FALSE(performance_profile_figure(crossed_sample())) << "16 lines cannot be told apart";
}

}  // namespace
}  // namespace ratbench::reports
