// Attacks, losses, cost and history in reports: invented cells and a store written by its Writer.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "harness/spec/experiment.hpp"
#include "reports/figures/figure.hpp"
#include "reports/figures/gnuplot.hpp"
#include "reports/load_training.hpp"
#include "reports/object_factors.hpp"
#include "reports/registry.hpp"
#include "reports/tables/tables.hpp"
#include "tests/reports/sample.hpp"
#include "tests/reports/table_access.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::reports {
namespace {

// Four seeds whose scores are `level` plus -2, 0, 0 and 2 points.
CellData cell_of(std::vector<std::pair<std::string, std::string>> factors, double level,
                 const std::vector<ClassData>& classes) {
  CellData cell;
  cell.factors = std::move(factors);
  cell.selection = "best";
  const double offsets[] = {-0.02, 0, 0, 0.02};
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    cell.runs.push_back({seed, "key", "done", ""});
    for (const char* metric : {"macro_f1", "minority_recall"})
      cell.scores[metric].push_back({seed, level + offsets[seed]});
    for (const ClassData& klass : classes)
      cell.scores["recall/" + klass.name].push_back({seed, level});
  }
  for (int epoch = 1; epoch <= 3; ++epoch)
    cell.training.epochs.push_back(
        {epoch, {1.0 / epoch, 1.2 / epoch}, {0.5 + 0.1 * epoch, 0.52 + 0.1 * epoch}, {0.5, 0.5}});
  cell.training.marks = {0, 3, {{0.75, 1.5, true}, {1.25, 0.7, false}, {2.75, 0.4, false}}};
  cell.training.batches = 120;
  return cell;
}

ReportData base(const std::string& name) {
  ReportData data;
  data.experiment = name;
  data.title = name;
  data.metrics = {"macro_f1"};
  data.minority_classes = {"FIRES"};
  data.classes = {{"FALLS", 150}, {"FIRES", 4}};
  return data;
}

void finish(ReportData& data) {
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  complete_layout(data);
}

void train(CellData& cell, const std::string& attack, const std::string& p_rat, double time) {
  cell.training.attack = attack;
  cell.training.p_rat = p_rat;
  cell.training.attacked_share = attack == "none" ? 0 : p_rat == "1" ? 1 : 0.5;
  cell.training.time_to_first_clean = time;
}

// fgm and random at p_rat 0.5 and 1, beside clean training.
ReportData attacks_sample() {
  ReportData data = base("attacks");
  const auto add = [&](const char* attack, const char* p_rat, double level, double time) {
    data.cells.push_back(
        cell_of({{"attack.name", attack}, {"attack.p_rat", p_rat}}, level, data.classes));
    train(data.cells.back(), attack, p_rat, time);
    // Invented, not computed.
    data.cells.back().two_way["macro_f1"] = {level, {level - 0.05, level + 0.05}, 0.15, 0.75, 0.1};
    const double gain = level - 0.7;
    if (gain > 0)
      data.cells.back().against_baseline = {gain, {gain - 0.03, gain + 0.03}, 0.03, 0.1, 4, {}};
  };
  add("random", "0.5", 0.71, 1.5);
  add("random", "1", 0.72, 2);
  add("fgm", "0.5", 0.75, 1.6);
  add("fgm", "1", 0.74, 2.1);
  add("none", "0.5", 0.70, 1);
  data.cells.back().inactive = {"attack.p_rat"};
  finish(data);
  return data;
}

// ce, ldam, ldam deferred; with and without RAT.
ReportData losses_sample() {
  ReportData data = base("losses");
  double level = 0.7;
  for (const char* defer : {"ce", "0", "5"})
    for (const char* p_rat : {"0", "0.5"}) {
      const bool ce = std::string(defer) == "ce";
      data.cells.push_back(cell_of({{"loss.name", ce ? "ce" : "ldam"},
                                    {"loss.c", "1"},
                                    {"loss.defer_epochs", ce ? "0" : defer},
                                    {"attack.p_rat", p_rat}},
                                   level += 0.01, data.classes));
      if (ce) data.cells.back().inactive = {"loss.c"};
    }
  return data;
}

spec::Experiment losses_experiment() {
  return spec::parse_experiment(
      R"({"data": {"format": "text", "release": "synthetic_reports"}, "encoder": {"name": "hashed"},
          "attack": {"name": "fgm"},
          "grid": {"loss": [{"name": "ce"}, {"name": "ldam", "c": 1},
                            {"name": "ldam", "c": 1, "defer_epochs": 5}],
                   "attack.p_rat": [0, 0.5]}})",
      "losses.json", ".");
}

ReportData laid_out_losses() {
  ReportData data = losses_sample();
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  add_object_factors(losses_experiment(), data);
  complete_layout(data);
  return data;
}

TEST(WrappedAtCommas, BreaksAPartOnlyWhenNoLineHoldsIt) {
  EXPECT_EQ(wrapped_at_commas("loss ldam, p_rat 0.5", 12), "loss ldam,\np_rat 0.5");
  EXPECT_EQ(wrapped_at_commas("loss ldam, p_rat 0.5", 20), "loss ldam, p_rat 0.5");
  EXPECT_EQ(wrapped_at_commas("ldam, boost_classes (3 values), p 1", 18),
            "ldam,\nboost_classes\n(3 values), p 1");
}

// What boosted LDAM is called beside plain LDAM; `other` boosts other classes.
std::vector<std::string> boosted_names(const std::string& other) {
  const std::string boosted = "[declined_card_payment, declined_cash_withdrawal, declined]";
  ReportData data = base("boosted");
  data.factors = {"loss.name", "loss.boost_classes"};
  for (const std::string& classes : {std::string("none"), boosted, other})
    data.cells.push_back(
        cell_of({{"loss.name", "ldam"}, {"loss.boost_classes", classes}}, 0.7, data.classes));
  add_object_factors(
      spec::parse_experiment(
          R"({"data": {"format": "text", "release": "synthetic_reports"}, "encoder": {"name": "hashed"},
              "loss": {"boost_divisor": 10},
              "grid": {"loss": [{"name": "ldam"}, {"name": "ldam", "boost_classes":
                       ["declined_card_payment", "declined_cash_withdrawal", "declined"]}]}})",
          "boosted.json", "."),
      data);
  std::vector<std::string> names;
  for (const CellData& cell : data.cells) names.push_back(cell.shown("loss"));
  return names;
}

TEST(ObjectFactors, ShortenListsThatStayDistinct) {
  EXPECT_EQ(boosted_names("[one, two]")[1], "ldam, boost_classes (3 values)");
  EXPECT_EQ(boosted_names("[one, two]")[2], "ldam, boost_classes [one, two]");
  EXPECT_EQ(boosted_names("[declined_transfer, declined_cash_withdrawal, declined]")[1],
            "ldam, boost_classes [declined_card_payment, declined_cash_withdrawal, declined]");
}

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
  ReportData data = base("blocks");
  for (const char* lambda : {"0", "20"})
    for (const char* p_rat : {"0", "0.5", "1"}) {
      const double level = (*lambda == '0' ? 0.6 : 0.8) + (*p_rat == '1' ? 0.02 : 0);
      data.cells.push_back(
          cell_of({{"augmentation.lambda", lambda}, {"attack.p_rat", p_rat}}, level, data.classes));
      const bool clean = std::string(p_rat) == "0";
      train(data.cells.back(), clean ? "none" : "fgm", p_rat, clean ? 1 : 1.5);
    }
  finish(data);
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

TEST(ObjectFactors, AreNamedByWhatTellsTheirLevelsApart) {
  const ReportData data = laid_out_losses();
  EXPECT_EQ(data.cells[0].label, "loss ce, p_rat 0");
  EXPECT_EQ(data.cells[2].label, "loss ldam, p_rat 0");
  EXPECT_EQ(data.cells[5].label, "loss ldam, defer_epochs 5, p_rat 0.5");
  EXPECT_EQ(data.main.factors, (std::vector<std::string>{"loss", "attack.p_rat"}));
  EXPECT_EQ(data.main.cells, 6u);
}

TEST(ObjectFactors, TakeOneColumnOfTheAblationAndAllOfItsCsv) {
  const Table table = *ablation_table(laid_out_losses());
  EXPECT_EQ(at(table, 4, "loss").text, "ldam, defer_epochs 5");
  EXPECT_EQ(table.columns[column(table, "loss.defer_epochs")].shown, Shown::kCsvOnly);
  EXPECT_EQ(at(table, 4, "loss.defer_epochs").text, "5");
  EXPECT_EQ(at(table, 0, "loss.c").text, kDash);
}

TEST(LossesTable, GroupsLossesOfTheSameSettingUnderTheSupport) {
  const Table table = *losses_table(laid_out_losses());
  ASSERT_EQ(table.rows.size(), 7u);
  EXPECT_EQ(at(table, 0, "recall: FALLS").text, "150");
  EXPECT_EQ(at(table, 3, "loss").text, "ldam, defer_epochs 5");
  EXPECT_EQ(at(table, 3, "attack.p_rat").text, "0");
  EXPECT_EQ(at(table, 4, "attack.p_rat").text, "0.5");
  EXPECT_TRUE(table.rows[4].rule_before);
  EXPECT_EQ(at(table, 0, "loss").text, "support (test rows)");
  EXPECT_EQ(table.columns[column(table, "recall: FIRES")].title, "FIRES †");
  EXPECT_EQ(table.columns[column(table, "recall: FALLS")].title, "FALLS");
  EXPECT_FALSE(losses_table(attacks_sample()));
}

TEST(LossesTable, HasIntervalsOverSeedsAndRows) {
  ReportData data = laid_out_losses();
  const std::string metric = data.primary_metric();
  for (CellData& cell : data.cells) {
    cell.two_way[metric] = {0.7, {0.6, 0.8}, 0.2, 0.7, 0.1};
    cell.two_way["recall/FALLS"] =
        cell.two_way["recall/FIRES"] = {0.9, {0.85, 0.95}, 0.2, 0.7, 0.1};
  }
  const Table table = *losses_table(data);
  EXPECT_EQ(table.columns[column(table, metric + "_two_way95")].unit, "seeds and rows");
  EXPECT_EQ(at(table, 1, metric + "_two_way95").text, "[60.00, 80.00]");
  EXPECT_NEAR(at(table, 1, "recall: FALLS").interval->high, 0.95, 1e-12);
  EXPECT_FALSE(at(table, 1, "recall: FIRES").interval) << "rare: the table of rare classes has it";
}

TEST(LossesTable, OfManyClassesShowsThoseThatLossesAreMadeFor) {
  ReportData data = laid_out_losses();
  for (int i = 0; i < 12; ++i) data.classes.push_back({"C" + std::to_string(i), 50});
  const Table table = *losses_table(data);
  EXPECT_EQ(table.columns[column(table, "recall: FIRES")].shown, Shown::kEverywhere);
  EXPECT_EQ(table.columns[column(table, "recall: FALLS")].shown, Shown::kCsvOnly);
  EXPECT_EQ(table.columns[column(table, "recall: C11")].shown, Shown::kCsvOnly);
}

// The random control at p_rat 1 and the slower fgm are beaten by fgm at 0.5.
TEST(CostFront, JoinsTheCellsThatNoOtherBeats) {
  const Figure figure = *cost_front_figure(attacks_sample());
  const std::string front = figure.data.substr(figure.data.find("# front, by time"));
  EXPECT_EQ(front,
            "# front, by time: time score\n1.0000 70.0000\n1.5000 71.0000\n1.6000 75.0000\n");
  EXPECT_NE(figure.settings.find("(indicative)"), std::string::npos);
}

TEST(CostFront, NeedsTimesAndAnAttack) {
  ReportData data = attacks_sample();
  for (CellData& cell : data.cells) cell.training.time_to_first_clean.reset();
  EXPECT_FALSE(cost_front_figure(data));
  EXPECT_FALSE(cost_front_figure(laid_out_losses()));
}

TEST(LearningCurves, HaveABlockPerCellWithTheAttackedShare) {
  const Figure figure = *learning_curves_figure(attacks_sample());
  EXPECT_NE(figure.data.find("\n2 0.55000 0.47929 0.62071 71.00000 69.58579 72.41421 50.00\n"),
            std::string::npos)
      << figure.data;
  EXPECT_NE(figure.caption.find("attacked"), std::string::npos);
  // Drawn anew for each of the three formats: a sheet cannot be repeated.
  const std::string script = complete_script(figure);
  std::size_t sheets = 0;
  for (std::size_t i = script.find("\nset multiplot"); i != std::string::npos;
       i = script.find("\nset multiplot", i + 1))
    ++sheets;
  EXPECT_EQ(sheets, 3u);
  EXPECT_EQ(script.find("replot"), std::string::npos);
}

TEST(LearningCurves, MarkEveryBatchAsAttackedOrNot) {
  const Figure figure = *learning_curves_figure(attacks_sample());
  // Five blocks of epochs, then two of each cell.
  EXPECT_NE(
      figure.data.find("other batches of seed 0: place loss\n1.250 0.7000\n2.750 0.4000\n\n\n"),
      std::string::npos)
      << figure.data;
  EXPECT_NE(figure.data.find("attacked batches of seed 0: place loss\n0.750 1.5000\n\n\n"),
            std::string::npos);
  EXPECT_NE(figure.plot.find("index 5 using 1:2 with points"), std::string::npos);
  EXPECT_NE(figure.plot.find("index 14 using 1:2 with points"), std::string::npos);
  EXPECT_NE(figure.caption.find("(seed 0), one in 3, orange where attacked"), std::string::npos)
      << figure.caption;
}

TEST(UnequalTraining, StandsInEveryTableThatComparesTheCells) {
  ReportData data = attacks_sample(), losses = laid_out_losses();
  EXPECT_FALSE(has_note(*attacks_table(data), "not equally long"));
  EXPECT_EQ(ablation_table(data)->columns[column(*ablation_table(data), "batches")].shown,
            Shown::kCsvOnly);
  data.cells[2].training.batches = losses.cells[2].training.batches = 456;
  const Table ablation = *ablation_table(data);
  EXPECT_EQ(ablation.columns[column(ablation, "batches")].shown, Shown::kEverywhere);
  EXPECT_EQ(at(ablation, 2, "batches").text, "456");
  for (const Table& table : {ablation, *attacks_table(data), *losses_table(losses)})
    EXPECT_TRUE(has_note(table, "456 in \"")) << table.name;
  EXPECT_TRUE(has_note(ablation, "(3.8 times). Cells train for the same number of epochs"));
  for (CellData& cell : data.cells) cell.factors.emplace_back("train.epochs", "5");
  data.cells[2].factors.back().second = "20";
  EXPECT_TRUE(has_note(*ablation_table(data), "(3.8 times). The experiment gives them other"));
}

TEST(TooNarrow, NamesSixClassesAndCountsTheRest) {
  ReportData data = attacks_sample();
  data.classes = {{"FALLS", 150}};
  for (int i = 0; i < 9; ++i) data.classes.push_back({"C" + std::to_string(i), 1});
  for (const ClassData& klass : data.classes)
    for (std::size_t seed = 0; seed < 4; ++seed)
      for (CellData& cell : data.cells) cell.scores["recall/" + klass.name].push_back({seed, 1});
  EXPECT_TRUE(has_note(*ablation_table(data), "; and 3 more classes. Such"));
  EXPECT_FALSE(has_note(*ablation_table(data), "C6"));
}

TEST(TooNarrow, NamesClassesWhoseFewRowsNeverVary) {
  ReportData data = attacks_sample();
  data.classes = {{"FALLS", 150}, {"FIRES", 4}, {"ONE", 1}};
  EXPECT_FALSE(has_note(*ablation_table(data), "Too narrow"));
  for (std::size_t seed = 0; seed < 4; ++seed) {
    for (CellData& cell : data.cells) cell.scores["recall/ONE"].push_back({seed, 1});
    data.cells[1].scores["recall/FALLS"][seed].value = 1;
  }
  data.cells[1].scores["recall/ONE"][2].value = 0;
  EXPECT_TRUE(has_note(*ablation_table(data),
                       "ONE (1 test row: all right in every run of 4 of 5 cells). Such"));
}

TEST(PerClassFigure, DrawsNoControlsAndSaysHowManyCellsItDraws) {
  ReportData data = attacks_sample();
  data.baseline = 4;  // beyond the grid, drawn all the same; two cells of the grid are controls
  const Figure figure = *per_class_figure(data);
  EXPECT_NE(figure.caption.find("Drawn are 3 of 5 cells, the baseline and others evenly chosen "
                                "from the grid, without controls"),
            std::string::npos)
      << figure.caption;
  EXPECT_NE(figure.data.find("# attack none"), std::string::npos);
  EXPECT_EQ(figure.data.find("# attack random"), std::string::npos);
  data.cells.erase(data.cells.begin(), data.cells.begin() + 2);
  complete_layout(data);
  EXPECT_EQ(per_class_figure(data)->caption.find("Drawn are"), std::string::npos);
}

// What gnuplot says against the figure.
std::vector<std::string> drawing_problems(const Figure& figure) {
  const TemporaryFolder folder;
  std::ofstream(folder / (figure.name + ".dat")) << figure.data;
  std::ofstream(folder / (figure.name + ".gp")) << complete_script(figure);
  return draw_figures(folder.path(), {figure.name}).problems;
}

// gnuplot refuses a range that is empty.
TEST(LearningCurves, HaveARangeWhereNothingChanges) {
  ReportData data = attacks_sample();
  for (CellData& cell : data.cells) {
    cell.training.marks.batches.clear();
    for (EpochValues& row : cell.training.epochs) row.train_loss = row.val_metric = {0.5, 0.5};
  }
  EXPECT_EQ(drawing_problems(*learning_curves_figure(data)), std::vector<std::string>{});
  std::string script = complete_script(*learning_curves_figure(data));
  EXPECT_NE(script.find("set yrange [49:51]\n"), std::string::npos) << script;
  EXPECT_NE(script.find("set yrange [0.45:0.55]\n"), std::string::npos) << script;
  for (CellData& cell : data.cells)
    for (EpochValues& row : cell.training.epochs) row.train_loss.clear();
  EXPECT_EQ(drawing_problems(*learning_curves_figure(data)), std::vector<std::string>{});
  script = complete_script(*learning_curves_figure(data));
  EXPECT_NE(script.find("set yrange [0:1]\n"), std::string::npos) << "no loss at all";
}

TEST(LearningCurves, NeedTwoEpochs) {
  ReportData data = attacks_sample();
  for (CellData& cell : data.cells) cell.training.epochs.resize(1);
  EXPECT_FALSE(learning_curves_figure(data));
  for (CellData& cell : data.cells) cell.training.epochs.clear();
  EXPECT_FALSE(learning_curves_figure(data));
}

TEST(AttackOf, ReadsTheResolvedConfiguration) {
  specs::Config config;
  EXPECT_TRUE(attack_of(config).clean());
  config.set("attack.name", std::string("smart"));
  EXPECT_EQ(attack_of(config).ball, "linf") << "its default";
  config.set("attack.ball", std::string("l2"));
  config.set("attack.norm", std::string("batch"));
  EXPECT_EQ(attack_of(config).ball, "l2");
  EXPECT_EQ(attack_of(config).norm, "batch");
  config.set("attack.name", std::string("fgm"));
  config.set("attack.p_rat", *Decimal::parse("1.0"));
  config.set("attack.epsilon", *Decimal::parse("0.0"));
  EXPECT_TRUE(attack_of(config).full());
  EXPECT_TRUE(attack_of(config).control());
  config.set("attack.epsilon", *Decimal::parse("0.1"));
  EXPECT_FALSE(attack_of(config).control());
}

TEST(GoldenTraining, TablesAndFiguresAreWhatTheyWere) {
  const Table attacks = *attacks_table(attacks_sample()), losses = *losses_table(laid_out_losses());
  for (const FormatEntry& format : format_registry()) {
    const std::string extension(format.extension.empty() ? ".html" : format.extension);
    expect_golden(format.render(attacks), "attacks/attacks" + extension);
    expect_golden(format.render(losses), "losses/losses" + extension);
  }
  const ReportData data = attacks_sample();
  for (const Figure& figure : {*cost_front_figure(data), *learning_curves_figure(data)}) {
    expect_golden(complete_script(figure), "attacks/" + figure.name + ".gp");
    expect_golden(figure.data, "attacks/" + figure.name + ".dat");
  }
}

}  // namespace
}  // namespace ratbench::reports
