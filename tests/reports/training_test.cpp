// Losses, cost and history in reports, of invented cells.
#include <fmt/format.h>
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
#include "tests/reports/training_sample.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::reports {
namespace {

TEST(WrappedAtCommas, BreaksAPartOnlyWhenNoLineHoldsIt) {
  EXPECT_EQ(wrapped_at_commas("loss ldam, p_rat 0.5", 12), "loss ldam,\np_rat 0.5");
  EXPECT_EQ(wrapped_at_commas("loss ldam, p_rat 0.5", 20), "loss ldam, p_rat 0.5");
  EXPECT_EQ(wrapped_at_commas("ldam, boost_classes (3 values), p 1", 18),
            "ldam,\nboost_classes\n(3 values), p 1");
}

// What boosted LDAM is called beside plain LDAM; `other` boosts other classes.
std::vector<std::string> boosted_names(const std::string& other) {
  const std::string boosted = "[declined_card_payment, declined_cash_withdrawal, declined]";
  ReportData data = report_of("boosted");
  data.factors = {"loss.name", "loss.boost_classes"};
  for (const std::string& classes : {std::string("none"), boosted, other})
    data.cells.push_back(
        trained_cell({{"loss.name", "ldam"}, {"loss.boost_classes", classes}}, 0.7, data.classes));
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

// The label of a level with these members beside plain fgm.
std::string attack_label(const std::string& level, const CellData& cell) {
  ReportData data = report_of("levels");
  data.factors = {"attack.name", "attack.weight", "attack.p_rat"};
  data.cells = {
      trained_cell({{"attack.name", "fgm"}, {"attack.weight", "1"}, {"attack.p_rat", "1"}}, 0.7,
                   data.classes),
      cell};
  add_object_factors(
      spec::parse_experiment(
          R"({"data": {"format": "text", "release": "synthetic_reports"}, "encoder": {"name": "hashed"},
              "grid": {"attack": [{"name": "fgm", "weight": 1, "p_rat": 1}, )" +
              level + "]}}",
          "levels.json", "."),
      data);
  complete_layout(data);
  return data.cells[1].label;
}

// "pgd" alone would be taken for an attack.
TEST(ObjectFactors, SayWhereALevelTakesTheAttackAway) {
  const auto cell = [](const std::string& name, const std::string& weight,
                       const std::string& p_rat) {
    return trained_cell({{"attack.name", name}, {"attack.weight", weight}, {"attack.p_rat", p_rat}},
                        0.7, {});
  };
  EXPECT_EQ(attack_label(R"({"name": "pgd", "weight": 0, "p_rat": 0.5})", cell("pgd", "0", "0.5")),
            "attack pgd, weight 0");
  EXPECT_EQ(attack_label(R"({"name": "smart", "weight": 0})", cell("smart", "0", "1")),
            "attack smart, weight 0");
  EXPECT_EQ(attack_label(R"({"name": "pgd", "weight": 1, "p_rat": 0})", cell("pgd", "1", "0")),
            "attack pgd, p_rat 0");
  EXPECT_EQ(attack_label(R"({"name": "pgd", "weight": 1})", cell("pgd", "1", "1")), "attack pgd");
  CellData none = cell("none", "0", "1");
  none.inactive = {"attack.weight", "attack.p_rat"};
  EXPECT_EQ(attack_label(R"({"name": "none", "weight": 0})", none), "attack none")
      << "nothing is taken away";
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

// Bars side by side that differ in two factors at once would credit one with what the other does.
TEST(PerClassFigure, HoldsFactorsFixedWhereTheGridIsTooLarge) {
  ReportData data = report_of("lambda_epsilon");
  for (const char* lambda : {"0", "1", "5", "20"})
    for (const char* epsilon : {"0.05", "0.1", "0.2"})
      data.cells.push_back(trained_cell(
          {{"augmentation.lambda", lambda}, {"attack.epsilon", epsilon}}, 0.7, data.classes));
  lay_out(data);
  const Figure figure = *per_class_figure(data);
  EXPECT_NE(
      figure.caption.find("Drawn are 4 of 12 cells, the baseline and those with epsilon 0.05,"),
      std::string::npos)
      << figure.caption;
  for (const char* lambda : {"0", "1", "5", "20"})
    EXPECT_NE(figure.data.find(fmt::format("# lambda {}, epsilon 0.05:", lambda)),
              std::string::npos)
        << figure.data;
  EXPECT_EQ(figure.data.find("epsilon 0.1"), std::string::npos);
}

// Losses of different functions, and losses that fall by orders of magnitude.
TEST(LearningCurves, LossesFarApartAreOnAScaleOfDecades) {
  ReportData data = attacks_sample();
  EXPECT_EQ(learning_curves_figure(data)->plot.find("\nset logscale y"), std::string::npos);
  for (EpochValues& epoch : data.cells[0].training.epochs)
    for (double& loss : epoch.train_loss) loss *= 30;
  const Figure figure = *learning_curves_figure(data);
  EXPECT_NE(figure.plot.find("\nset logscale y"), std::string::npos);
  EXPECT_NE(figure.caption.find("scale of decades"), std::string::npos);
}

TEST(PerClassFigure, DrawsNoControlsAndSaysHowManyCellsItDraws) {
  ReportData data = attacks_sample();
  data.baseline = 4;  // beyond the grid, drawn all the same; two cells of the grid are controls
  const Figure figure = *per_class_figure(data);
  EXPECT_NE(figure.caption.find("Drawn are 3 of 5 cells, without controls"), std::string::npos)
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
