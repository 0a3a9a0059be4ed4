// The table of attacks, as AT and as RAT, with gains over clean training.
#include <gtest/gtest.h>

#include <algorithm>

#include "reports/tables/tables.hpp"
#include "tests/reports/table_access.hpp"
#include "tests/reports/training_sample.hpp"

namespace ratbench::reports {
namespace {

TEST(AttacksTable, PutsAtAndRatBesideEachOther) {
  const Table table = *attacks_table(attacks_sample());
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(at(table, 0, "attack").text, "none");
  EXPECT_EQ(at(table, 1, "attack").text, "fgm");
  EXPECT_EQ(at(table, 1, "macro_f1@p_rat=1").text, "74.00");
  EXPECT_EQ(at(table, 1, "macro_f1@p_rat=0.5").text, "75.00");
  EXPECT_EQ(at(table, 1, "attacked_share@p_rat=0.5").text, "50.0");
  EXPECT_EQ(at(table, 1, "relative_train_time_indicative@p_rat=1").text, "2.10×");
  const std::vector<ColumnGroup> groups = column_groups(table);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[1].title, "AT (p_rat 1)");
  EXPECT_EQ(groups[2].title, "RAT (p_rat 0.5)");
  EXPECT_EQ(groups[1].columns, 6u);
}

TEST(AttacksTable, NamesControlsAndPutsThemLast) {
  ReportData data = attacks_sample();
  EXPECT_EQ(at(*attacks_table(data), 2, "attack").text, "random (control)");
  data.cells[2].training.zero_epsilon = data.cells[3].training.zero_epsilon = true;
  EXPECT_EQ(at(*attacks_table(data), 2, "attack").text, "fgm (control)");
}

TEST(AttacksTable, HasTheGainsIntervalWhereThereIsRoom) {
  const auto shown = [](const ReportData& data, const std::string& key) {
    const Table table = *attacks_table(data);
    return table.columns[column(table, key)].shown == Shown::kEverywhere;
  };
  ReportData data = attacks_sample();
  EXPECT_TRUE(shown(data, "macro_f1_two_way95@p_rat=1"));
  EXPECT_FALSE(shown(data, "macro_f1_gain_two_way95@p_rat=1"));
  data.cells[3].training.p_rat = "0.7";
  EXPECT_FALSE(shown(data, "macro_f1_two_way95@p_rat=1")) << "three attack probabilities";
  data.cells = {data.cells[0], data.cells[2], data.cells[4]};
  EXPECT_TRUE(shown(data, "macro_f1_gain_two_way95@p_rat=0.5"));
  EXPECT_EQ(attacks_table(data)->title, "macro-F1 of every attack, as RAT");
}

// A gain over another cell than the appendix compares with has no interval there to take.
TEST(AttacksTable, TakesTheGainsIntervalFromTheComparisonWithTheSameCell) {
  ReportData data = attacks_sample();
  EXPECT_EQ(at(*attacks_table(data), 1, "macro_f1_two_way95@p_rat=1").text, "[69.00, 79.00]");
  EXPECT_EQ(at(*attacks_table(data), 1, "macro_f1_gain_two_way95@p_rat=1").text, "[+1.00, +7.00]");
  for (CellData& cell : data.cells) cell.baseline = 0;
  EXPECT_EQ(at(*attacks_table(data), 1, "macro_f1_gain_two_way95@p_rat=1").text, kDash);
}

// Seed 3 of the attacked cell is missing: gains are over seeds 0 to 2, where they are 5 points
// each.
TEST(AttacksTable, PairsGainsBySeed) {
  ReportData data = attacks_sample();
  data.cells[2].runs[3].status = "failed";
  data.cells[2].scores["macro_f1"].pop_back();
  const Table table = *attacks_table(data);
  EXPECT_EQ(at(table, 1, "macro_f1_gain@p_rat=0.5").text, "+5.00");
  EXPECT_EQ(at(table, 1, "macro_f1@p_rat=0.5").mark, "*");
  EXPECT_EQ(at(table, 0, "macro_f1_gain@p_rat=0.5").text, kDash);
}

TEST(AttacksTable, HasNoGainWithoutACleanCell) {
  ReportData data = attacks_sample();
  data.cells.pop_back();
  const Table table = *attacks_table(data);
  EXPECT_EQ(at(table, 0, "macro_f1_gain@p_rat=1").text, kDash);
}

TEST(AttacksTable, ComparesWithTheCleanCellOfTheSameBlock) {
  ReportData data = report_of("blocks");
  for (const char* lambda : {"0", "20"})
    for (const char* p_rat : {"0", "0.5", "1"}) {
      const double level = (*lambda == '0' ? 0.6 : 0.8) + (*p_rat == '1' ? 0.02 : 0);
      data.cells.push_back(trained_cell({{"augmentation.lambda", lambda}, {"attack.p_rat", p_rat}},
                                        level, data.classes));
      const bool clean = std::string(p_rat) == "0";
      set_training(data.cells.back(), clean ? "none" : "fgm", p_rat, clean ? 1 : 1.5);
    }
  lay_out(data);
  const Table table = *attacks_table(data);
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(at(table, 1, "macro_f1_gain@p_rat=1").text, "+2.00");
  EXPECT_EQ(at(table, 3, "macro_f1_gain@p_rat=1").text, "+2.00");
  EXPECT_EQ(at(table, 3, "augmentation.lambda").text, "20");
  EXPECT_TRUE(table.rows[2].rule_before);
}

std::string size_note(const ReportData& data) {
  const Table table = *attacks_table(data);
  for (const TableNote& note : table.notes)
    if (note.text.starts_with("Equal epsilon is not equal size")) return note.text;
  return "";
}

TEST(AttacksTable, SaysWhichAttackUsesWhichBall) {
  ReportData data = attacks_sample();
  EXPECT_EQ(size_note(data), "") << "one ball";
  data.cells[2].training.attack = data.cells[3].training.attack = "smart";
  data.cells[2].training.ball = data.cells[3].training.ball = "linf";
  const std::string balls = size_note(data);
  EXPECT_NE(balls.find("ball l2 (L2 norm of a sample's perturbation at most epsilon): random;"),
            std::string::npos)
      << balls;
  EXPECT_NE(balls.find("ball linf (every component at most epsilon): smart."), std::string::npos)
      << balls;
  data.cells[3].training.unit_size = true;
  EXPECT_NE(size_note(data).find("ball linf (every component at most epsilon): smart; scaled to a "
                                 "largest component of about 1 whatever epsilon: smart, variant "
                                 "mtdnn."),
            std::string::npos)
      << size_note(data);
  data.cells[3].training.unit_size = false;
  data.cells[2].training.zero_epsilon = data.cells[3].training.zero_epsilon = true;
  EXPECT_EQ(size_note(data), "") << "an attack that does not perturb has no size";
}

TEST(AttacksTable, SaysWhichAttackUsesWhichNorm) {
  ReportData data = attacks_sample();
  data.cells[2].training.norm = data.cells[3].training.norm = "batch";
  const std::string norms = size_note(data);
  EXPECT_NE(norms.find("ball l2 of the whole batch (L2 norm of all its perturbations together at "
                       "most epsilon): fgm."),
            std::string::npos)
      << norms;
}

TEST(AttacksTable, NeedsTwoAttacksOrAtBesideRat) {
  EXPECT_FALSE(attacks_table(laid_out_losses()));
  ReportData data = attacks_sample();
  data.cells = {data.cells[2], data.cells[4]};
  EXPECT_FALSE(attacks_table(data)) << "one attack as RAT only";
}

}  // namespace
}  // namespace ratbench::reports
