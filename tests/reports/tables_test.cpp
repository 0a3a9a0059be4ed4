#include "reports/tables/tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "reports/honesty.hpp"
#include "reports/registry.hpp"
#include "tests/reports/sample.hpp"
#include "tests/reports/table_access.hpp"

namespace ratbench::reports {
namespace {

bool mentions(const std::vector<std::string>& sentences, const std::string& words) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const std::string& sentence) {
    return sentence.find(words) != std::string::npos;
  });
}

TEST(MainBlock, IsTheGridWithoutTheControls) {
  const ReportData data = synergy_sample();
  EXPECT_EQ(data.main.cells, 4u);
  EXPECT_EQ(data.main.factors, (std::vector<std::string>{"augmentation.lambda", "attack.p_rat"}));
  EXPECT_EQ(data.cells[0].label, "lambda 0, p_rat 0");
  EXPECT_EQ(data.cells[5].label, "lambda 20, p_rat 0.5, epsilon 0");
  EXPECT_EQ(data.cells[6].label, "lambda 0, p_rat 0.5, attack random");
}

TEST(MainBlock, IsOneCellWhenThereIsOneCell) {
  std::vector<CellData> cells(1);
  cells[0].factors = {{"attack.p_rat", "0"}};
  const MainBlock block = find_main_block(cells, {"attack.p_rat"});
  EXPECT_EQ(block.cells, 1u);
  EXPECT_TRUE(block.factors.empty());
}

TEST(Baseline, IsCleanWhereACellIsWhereverItStands) {
  std::vector<CellData> cells(3);
  for (CellData& cell : cells) cell.training.attack = "fgm";
  const std::vector<std::size_t> all = {0, 1, 2};
  EXPECT_EQ(find_baseline(cells, all), 0u);
  cells[1].training.attack = "none";  // with augmentation
  EXPECT_EQ(find_baseline(cells, all), 1u);
  cells[2].training.attack = "none";
  cells[2].untreated = true;
  EXPECT_EQ(find_baseline(cells, all), 2u);
  EXPECT_EQ(find_baseline(cells, std::vector<std::size_t>{0, 1}), 1u) << "of those asked about";
}

TEST(FactorTitle, KeepsThePathWhereTheShortNameIsAmbiguous) {
  EXPECT_EQ(factor_title({"attack.name", "attack.p_rat"}, "attack.name"), "attack");
  EXPECT_EQ(factor_title({"data.split.seed", "other.seed"}, "other.seed"), "other.seed");
}

TEST(AblationTable, HasThePapersNumberOrADash) {
  const Table table = *ablation_table(synergy_sample());
  EXPECT_EQ(at(table, 0, "macro_f1_paper").text, kDash);
  EXPECT_EQ(at(table, 3, "macro_f1_paper").text, "90.32");
  const std::string mark = at(table, 3, "macro_f1_paper").mark;
  const auto note = std::find_if(table.notes.begin(), table.notes.end(),
                                 [&](const TableNote& n) { return n.mark == mark; });
  ASSERT_NE(note, table.notes.end());
  EXPECT_EQ(note->text, "ABEX-RAT, arXiv 2509.02072: ablation, ABEX + RAT");
}

TEST(AblationTable, ShowsADashUnderFactorsThatDoNothing) {
  const Table table = *ablation_table(synergy_sample());
  EXPECT_EQ(at(table, 0, "attack.epsilon").text, kDash);
  EXPECT_EQ(at(table, 1, "attack.epsilon").text, "0.1");
}

TEST(AblationTable, BoldsTheBestMeanOfACompleteTable) {
  const Table table = *ablation_table(synergy_sample());
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    EXPECT_EQ(at(table, row, "macro_f1").emphasis == Emphasis::kBold, row == 3) << row;
}

TEST(AblationTable, BoldsNothingWhileSeedsAreMissing) {
  const Table table = *ablation_table(incomplete_sample());
  for (const TableRow& row : table.rows)
    for (const TableCell& cell : row.cells) EXPECT_EQ(cell.emphasis, Emphasis::kNone);
}

TEST(AblationTable, CountsDivergedAndFailedSeeds) {
  const Table table = *ablation_table(incomplete_sample());
  EXPECT_EQ(at(table, 3, "n").text, "17/20");
  EXPECT_EQ(at(table, 3, "planned").text, "20");
  EXPECT_EQ(at(table, 3, "diverged").text, "1");
  EXPECT_EQ(at(table, 3, "failed").text, "1");
  EXPECT_EQ(at(table, 0, "n").text, "20");
}

TEST(AblationTable, HasNoSpreadForOneSeed) {
  ReportData data = synergy_sample();
  for (CellData& cell : data.cells) {
    cell.runs.resize(1);
    for (auto& [name, scores] : cell.scores) scores.resize(1);
  }
  const Table table = *ablation_table(data);
  EXPECT_EQ(at(table, 0, "macro_f1_sd").text, kDash);
  EXPECT_EQ(at(table, 0, "macro_f1_t95").text, kDash);
  EXPECT_NE(at(table, 0, "macro_f1").text, kDash);
}

// As the grid {fgm, pgd} x p_rat {0, ...} has clean training twice.
TEST(Cells, WithTheSameRunsAndFactorsThatDoNothingAreListedOnce) {
  ReportData data = synergy_sample();
  const std::size_t cells = data.cells.size();
  const std::size_t columns = per_class_table(data)->columns.size();
  CellData again = data.cells[0];
  for (auto& [path, value] : again.factors)
    if (path == "attack.name") value = "pgd";
  data.cells.push_back(again);
  complete_layout(data);
  EXPECT_EQ(data.cells.back().repeats, 0u);
  EXPECT_EQ(data.listed().size(), cells);
  const Table table = *ablation_table(data);
  EXPECT_EQ(table.rows.size(), cells);
  EXPECT_TRUE(std::ranges::any_of(table.notes, [](const TableNote& note) {
    return note.text.starts_with("1 of 9 cells has the same runs as another");
  }));
  EXPECT_EQ(appendix_table(data)->rows.size(), cells);
  EXPECT_EQ(per_class_table(data)->columns.size(), columns);
  // What a reader can tell apart stays, although its runs are the same.
  data.cells.back().inactive.clear();
  complete_layout(data);
  EXPECT_FALSE(data.cells.back().repeats);
  EXPECT_EQ(ablation_table(data)->rows.size(), cells + 1);
}

TEST(PerClassTable, FlagsClassesWithFewerThanTenTestRows) {
  const Table table = *per_class_table(synergy_sample());
  ASSERT_EQ(table.rows.size(), 7u);
  EXPECT_EQ(at(table, 0, "class").mark, "");
  EXPECT_EQ(at(table, 4, "class").mark, kDagger);
  EXPECT_EQ(at(table, 6, "class").mark, kDagger);
  EXPECT_EQ(at(table, 6, "support").text, "1");
  EXPECT_EQ(table.notes.front().mark, kDagger);
}

// 140 rows, all right in every run: 0.025^(1/140) is the exact lower end.
TEST(PerClassTable, HasTheExactIntervalWhereNothingVaries) {
  ReportData data = synergy_sample();
  CellData& cell = data.cells.front();
  const std::string metric = "recall/" + data.classes.front().name;
  for (SeedScore& score : cell.scores[metric]) score.value = 1;
  cell.two_way.erase(metric);
  const Table table = *per_class_table(data);
  ASSERT_EQ(data.classes.front().support, 140);
  EXPECT_EQ(table.rows[0].cells[2].text, "100.0 [97.4, 100.0]");
  EXPECT_EQ(table.rows[0].cells[2].mark, "‡");
  EXPECT_TRUE(std::any_of(table.notes.begin(), table.notes.end(),
                          [](const TableNote& note) { return note.mark == "‡"; }));
}

TEST(PerClassTable, TurnsRoundWhenThereAreMoreCellsThanClasses) {
  const Table table = *per_class_table(crossed_sample());
  EXPECT_EQ(table.columns.size(), 8u);
  EXPECT_EQ(table.rows.size(), 17u);
}

TEST(CrossedTable, AppliesToTwoCrossedFactorsOnly) {
  EXPECT_FALSE(crossed_table(synergy_sample()));
  EXPECT_FALSE(crossed_table(lambda_sample()));
  const Table table = *crossed_table(crossed_sample());
  EXPECT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.columns.size(), 5u);
}

TEST(RunsTable, NamesTheRunKeyOfEverySeed) {
  const ReportData data = incomplete_sample();
  const Table table = runs_table(data);
  ASSERT_EQ(table.rows.size(), 160u);
  EXPECT_EQ(at(table, 64, "run_key").text, data.cells[3].runs[4].run_key);
  EXPECT_EQ(at(table, 64, "status").text, "diverged");
  EXPECT_FALSE(at(table, 64, "macro_f1").number);
  EXPECT_TRUE(at(table, 65, "macro_f1").number);
}

TEST(Honesty, SaysNothingOfASoundExperimentButItsRareClasses) {
  const std::vector<std::string> doubts = find_doubts(synergy_sample());
  EXPECT_EQ(doubts.size(), 2u);
  EXPECT_TRUE(
      mentions(doubts, "has 1 test row: that single row moves macro-F1 by up to 1/7 = 14.3"));
}

TEST(Honesty, NamesMissingSeedsUnequalSetsAndMixedBuilds) {
  const std::vector<std::string> doubts = find_doubts(incomplete_sample());
  EXPECT_TRUE(mentions(doubts, "1 of 8 cells miss seeds (1 diverged, 1 failed, 1 not finished)"));
  EXPECT_TRUE(mentions(doubts, "Unequal seed sets"));
  EXPECT_TRUE(mentions(doubts, "Mixed program builds"));
  EXPECT_TRUE(mentions(doubts, "uncommitted changes"));
}

TEST(Honesty, NamesDifferentSelection) {
  ReportData data = synergy_sample();
  data.cells[2].selection = "last";
  EXPECT_TRUE(mentions(find_doubts(data), "Different selection between cells"));
}

TEST(Escaping, LeavesNoCharacterThatAFormatWouldRead) {
  EXPECT_EQ(escape_latex("a_b & 5% $x$ #1 {y} \\z ~ ^ <|>"),
            "a\\_b \\& 5\\% \\$x\\$ \\#1 \\{y\\} \\textbackslash{}z \\textasciitilde{} "
            "\\textasciicircum{} \\textless{}\\textbar{}\\textgreater{}");
  EXPECT_EQ(escape_html("<b>\"x\" & 'y'</b>\x01"),
            "&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;");
  EXPECT_EQ(escape_csv("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
  EXPECT_EQ(escape_csv("plain"), "plain");
  EXPECT_EQ(escape_markdown("a|b*c_<d>"), "a\\|b\\*c\\_&lt;d&gt;");
}

TEST(Csv, WritesFractionsWithAllDigitsAndAnEmptyFieldForADash) {
  Table table;
  table.columns = {{.title = "x", .unit = "%", .key = "x", .csv = CsvForm::kNumber},
                   {.title = "i", .unit = "", .key = "i", .csv = CsvForm::kInterval},
                   {.title = "t", .unit = "", .key = "t"}};
  table.rows.push_back(
      {{percent_cell(0.1), percent_interval_cell(stats::Interval{0.05, 1.0 / 3}), dash_cell()}});
  EXPECT_EQ(to_csv(table), "x,i_low,i_high,t\n0.1,0.05,0.3333333333333333,\n");
}

TEST(Terminal, AlignsColumnsByCharactersNotBytes) {
  Table table;
  table.columns = {{.title = "factor", .unit = "", .key = "f", .align = Align::kLeft},
                   {.title = "F1", .unit = "%", .key = "x"}};
  table.rows.push_back({{text_cell("0.5"), percent_cell(0.9)}});
  table.rows.push_back({{dash_cell(), dash_cell()}});
  EXPECT_EQ(to_terminal(table), "           F1\nfactor      %\n0.5     90.00\n–           –\n");
}

// One golden file per table, format and sample: people review their difference.
TEST(GoldenTables, AreWhatTheyWere) {
  const std::pair<const char*, ReportData> samples[] = {{"synergy", synergy_sample()},
                                                        {"incomplete", incomplete_sample()},
                                                        {"lambda", lambda_sample()},
                                                        {"crossed", crossed_sample()}};
  for (const auto& [name, data] : samples) {
    for (const TableEntry& entry : table_registry()) {
      const auto table = entry.make(data);
      if (!table) continue;
      for (const FormatEntry& format : format_registry()) {
        const std::string extension(format.extension.empty() ? ".html" : format.extension);
        expect_golden(format.render(*table), std::string(name) + "/" + table->name + extension);
      }
    }
  }
}

}  // namespace
}  // namespace ratbench::reports
