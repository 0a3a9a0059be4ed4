// Measured costs in reports: tables that say what was measured and what was not, and the front of
// scores against measured time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "reports/figures/figure.hpp"
#include "reports/figures/gnuplot.hpp"
#include "reports/figures/label_placement.hpp"
#include "reports/tables/tables.hpp"
#include "tests/reports/table_access.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::reports {
namespace {

CostLine line(const std::string& arm, double ratio, double half) {
  CostLine out;
  out.arm = arm;
  out.baseline = "clean";
  out.cells = {"cell of " + arm};
  out.ratio = ratio;
  out.ci95 = stats::Interval{ratio - half, ratio + half};
  out.theoretical_ratio = out.attacks_ratio = ratio;
  out.rounds = 40;
  out.step_s = out.mean_step_s = 1e-3 * ratio;
  out.model_step_s = 1.1e-3 * ratio;
  out.phase_s = {{"forward", 2e-4}, {"other", 1e-5}};
  return out;
}

CostMeasurement measurement() {
  CostMeasurement m;
  m.device = "cpu (a processor)";
  m.measured_at = "2026-11-21T10:00:00Z";
  m.stopped_by = "half_width";
  m.energy_source = "not available: this system has no /sys/class/powercap (RAPL)";
  m.pinning = "on core 3";
  m.largest_load = 1.25;
  m.lines = {line("clean", 1, 0.01), line("rat", 1.5, 0.02), line("at", 2, 0.03),
             line("rat", 0.75, 0.01)};
  m.lines[0].is_aa = true;
  m.lines[3].baseline = "at";
  return m;
}

CellData scored(const std::string& attack, double level, double time) {
  CellData cell;
  cell.label = attack;
  cell.factors = {{"attack.name", attack}};
  cell.training.attack = attack;
  cell.training.p_rat = attack == "none" ? "0" : "1";
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    cell.runs.push_back({seed, "key", "done", ""});
    cell.scores["macro_f1"].push_back({seed, level + 0.01 * static_cast<double>(seed)});
  }
  cell.training.time_to_first_clean = 3 * time;
  cell.measured_time =
      MeasuredTime{1e-3 * time, stats::Interval{1e-3 * time - 5e-5, 1e-3 * time + 5e-5}};
  return cell;
}

ReportData front_sample() {
  ReportData data;
  data.metrics = {"macro_f1"};
  data.cells = {scored("none", 0.7, 1), scored("fgm", 0.75, 1.5), scored("pgd", 0.74, 3)};
  data.cells[0].measured_time->ci95.reset();
  data.costs = {measurement()};
  return data;
}

TEST(CostTable, ShowsRatiosBesideTheoryAndTheConditions) {
  ReportData data;
  EXPECT_FALSE(cost_table(data)) << "nothing measured, nothing shown";
  data.costs = {measurement()};
  const Table table = *cost_table(data);
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(at(table, 0, "time").text, "clean / clean (A/A)");
  EXPECT_EQ(at(table, 1, "ratio").text, "1.500");
  EXPECT_EQ(at(table, 1, "ratio_ci95").text, "[1.480, 1.520]");
  EXPECT_EQ(at(table, 3, "time").text, "rat / at");
  EXPECT_EQ(to_markdown(table).find("measured on"), std::string::npos) << "there is one place only";
  EXPECT_NE(table.notes.back().text.find("on core 3"), std::string::npos);
  EXPECT_NE(table.notes.back().text.find("at most 1.2 (its own task is 1)"), std::string::npos);
  EXPECT_NE(table.notes.back().text.find("energy: not available: "), std::string::npos);
  data.costs[0].problem = "two identical arms came out different";
  EXPECT_NE(cost_table(data)->notes.back().text.find("Unusable: two identical"), std::string::npos);
}

// Identical arms whose 95 % interval misses 1 by chance.
TEST(CostTable, ShowsIdenticalArmsWithTheIntervalThatJudgesThem) {
  ReportData data;
  data.costs = {measurement()};
  CostLine& aa = data.costs[0].lines[0];
  aa.ratio = 1.01;
  aa.ci95 = stats::Interval{1.003, 1.016};
  aa.ci999 = stats::Interval{0.999, 1.021};
  data.costs[0].lines[1].ci999 = stats::Interval{1.4, 1.6};
  Table table = *cost_table(data);
  EXPECT_EQ(at(table, 0, "ratio_ci999").text, "[0.999, 1.021] agrees");
  EXPECT_EQ(at(table, 1, "ratio_ci999").text, kDash) << "of other lines the 95 % interval counts";
  EXPECT_NE(to_markdown(table).find("A/A by the 99.9 % interval"), std::string::npos);
  const std::string csv = to_csv(table);
  EXPECT_NE(csv.find(",1.003,1.016,0.999,1.021,agrees,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",1.4,1.6,,"), std::string::npos) << csv;
  EXPECT_TRUE(has_note(table, "agrees where its 99.9 % interval holds 1"));
  aa.ci999 = stats::Interval{1.001, 1.021};
  EXPECT_EQ(at(*cost_table(data), 0, "ratio_ci999").text, "[1.001, 1.021] differs");
  aa.ci95 = {0.8, 1.3};
  aa.ci999 = {0.7, 1.4};
  EXPECT_EQ(at(*cost_table(data), 0, "ratio_ci999").text, "[0.700, 1.400] too noisy");
  aa.ci999.reset();
  EXPECT_EQ(at(*cost_table(data), 0, "ratio_ci999").text, kDash) << "of an earlier version";
}

TEST(CostTable, RowsOfSeveralMeasurementsSayWhichTheyAreOf) {
  ReportData data;
  data.costs = {measurement(), measurement(), measurement()};
  data.costs[0].device = "cpu (a, b), product routine mkl, 1 thread, fp32, optimiser adamw, fused";
  data.costs[1].device =
      "cpu (a, b), product routine avx512, 1 thread, fp32, optimiser adamw, fused";
  data.costs[2].device = "cpu (a, b), product routine mkl, 4 threads, fp32, optimiser adamw, fused";
  for (const Table& table : {*cost_table(data), *cost_steps_table(data)}) {
    const std::size_t each = table.rows.size() / 3;
    EXPECT_EQ(at(table, 0, "measured_on").text, "product routine mkl, 1 thread");
    EXPECT_EQ(at(table, each, "measured_on").text, "product routine avx512, 1 thread");
    EXPECT_EQ(at(table, 2 * each, "measured_on").text, "product routine mkl, 4 threads");
    EXPECT_TRUE(table.rows[each].rule_before);
    EXPECT_FALSE(table.rows[each - 1].rule_before);
    for (const std::string& text : {to_markdown(table), to_latex(table), to_html(table)})
      EXPECT_NE(text.find("product routine avx512, 1 thread"), std::string::npos) << text;
    EXPECT_EQ(to_csv(table).find("measured_on"), std::string::npos) << "it has the whole device";
    EXPECT_EQ(at(table, each, "device").text, data.costs[1].device);
  }
}

TEST(CostStepsTable, HasEveryArmOnceAndDashesForWhatIsNotKnown) {
  ReportData data;
  data.costs = {measurement()};
  const Table table = *cost_steps_table(data);
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(at(table, 1, "arm").text, "rat");
  EXPECT_EQ(at(table, 1, "step_s").text, "1.5000");
  EXPECT_EQ(at(table, 1, "forward_s").text, "0.2000");
  EXPECT_EQ(at(table, 1, "attack_s").text, kDash);
  EXPECT_EQ(at(table, 1, "model_residual").text, "+10.0");
  EXPECT_EQ(at(table, 1, "energy_j").text, kDash) << "not available is not 0";
  EXPECT_EQ(at(table, 1, "padding_share").text, kDash);
}

TEST(CostFront, IsOverMeasuredTimeWithBothIntervals) {
  const Figure figure = *cost_front_figure(front_sample());
  EXPECT_NE(figure.data.find("\n1.5000 1.4500 1.5500 76.5000 "), std::string::npos) << figure.data;
  EXPECT_NE(figure.data.find("\n1.0000 1.0000 1.0000 71.5000 "), std::string::npos) << figure.data;
  EXPECT_EQ(figure.settings.find("indicative"), std::string::npos);
  EXPECT_NE(figure.caption.find("measured time of a training step"), std::string::npos);
  EXPECT_EQ(figure.data.substr(figure.data.find("# front, by time")),
            "# front, by time: time score\n1.0000 71.5000\n1.5000 76.5000\n");
}

// The interval of the main table, where all cells have it.
TEST(CostFront, CountsTestRowsWhereEveryCellDoes) {
  ReportData data = front_sample();
  EXPECT_NE(cost_front_figure(data)->settings.find("interval of the score (seeds only)"),
            std::string::npos);
  for (CellData& cell : data.cells) cell.two_way["macro_f1"] = {0.75, {0.6, 1.1}, 0.5, 0.4, 0.1};
  const Figure figure = *cost_front_figure(data);
  EXPECT_NE(figure.data.find(" 76.5000 60.0000 100.0000\n"), std::string::npos) << figure.data;
  EXPECT_NE(figure.settings.find("interval of the score (seeds and test rows)"), std::string::npos);
  EXPECT_NE(figure.caption.find("seeds and test rows, as in the main table"), std::string::npos);
  data.cells[1].two_way.clear();
  const Figure mixed = *cost_front_figure(data);
  EXPECT_EQ(mixed.data.find("60.0000 100.0000"), std::string::npos) << "all or none";
  EXPECT_NE(mixed.caption.find("(test rows not counted)"), std::string::npos);
}

// Cells of other features are not "dominated" by those of quicker and better ones.
TEST(CostFront, CellsCompeteOverTheSameBaselineOnly) {
  ReportData data = front_sample();
  for (CellData& cell : data.cells) cell.measured_time->baseline = "clean";
  const std::vector<CellData> others = {scored("none", 0.5, 5), scored("fgm", 0.6, 9),
                                        scored("pgd", 0.55, 12)};
  for (CellData cell : others) {
    cell.measured_time->baseline = "clean_4096";
    data.cells.push_back(cell);
  }
  const Figure figure = *cost_front_figure(data);
  EXPECT_EQ(figure.data.substr(figure.data.find("# front, by time")),
            "# front, by time: time score\n1.0000 71.5000\n1.5000 76.5000\n\n\n"
            "# front, by time: time score\n5.0000 51.5000\n9.0000 61.5000\n");
  EXPECT_NE(figure.plot.find("index 5 using 1:2 with lines"), std::string::npos) << figure.plot;
  EXPECT_NE(figure.caption.find("One line for each of the 2 baselines"), std::string::npos);
  EXPECT_NE(figure.caption.find("its ratio is 1 by definition"), std::string::npos);
  for (CellData& cell : data.cells) {
    cell.measured_time.reset();
    cell.training.first_clean = 0;
  }
  const std::string one = cost_front_figure(data)->data;
  EXPECT_EQ(one.find("# front, by time"), one.rfind("# front, by time")) << "one baseline";
}

// Networks of two sizes in one figure: milliseconds compare them, on a scale of decades.
TEST(CostFront, TimesFarApartStandOnAScaleOfDecades) {
  ReportData data = front_sample();
  data.cells.push_back(scored("smart", 0.9, 40));
  const Figure figure = *cost_front_figure(data);
  EXPECT_NE(figure.settings.find("set logscale x"), std::string::npos);
  EXPECT_NE(figure.settings.find("set xtics (1,2,5,10,20,50)"), std::string::npos)
      << figure.settings;
  EXPECT_NE(figure.data.find("\n40.0000 39.9500 40.0500 "), std::string::npos) << figure.data;
  const TemporaryFolder folder;
  std::ofstream(folder / "cost_front.dat") << figure.data;
  std::ofstream(folder / "cost_front.gp") << complete_script(figure);
  EXPECT_EQ(draw_figures(folder.path(), {figure.name}).problems, std::vector<std::string>{});
}

TEST(CostFront, WithoutAMeasurementIsIndicativeAndSaysWhy) {
  ReportData data = front_sample();
  for (CellData& cell : data.cells) cell.measured_time.reset();
  data.costs[0].problem = "two identical arms came out different";
  const Figure figure = *cost_front_figure(data);
  EXPECT_NE(figure.settings.find("(indicative)"), std::string::npos);
  EXPECT_NE(figure.caption.find("unusable: two identical"), std::string::npos);
  EXPECT_NE(figure.data.find("\n4.5000 4.5000 4.5000 "), std::string::npos) << figure.data;
}

TEST(LabelPlacement, NoTextCoversAnotherOrAMarker) {
  // Ten markers in a heap of half a centimetre.
  std::vector<Spot2d> markers;
  for (int i = 0; i < 10; ++i) markers.push_back({5 + 0.05 * i, 5 + 0.07 * (i % 3)});
  const std::vector<double> widths(markers.size(), 0.46);
  const std::vector<LabelBox> boxes = place_labels(markers, widths, 0.42);
  ASSERT_EQ(boxes.size(), markers.size());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(overlap(boxes[i], boxes[j])) << i << " " << j;
    for (const Spot2d& marker : markers)
      EXPECT_FALSE(overlap(boxes[i], {marker.x, marker.y, 0.2, 0.2})) << i;
  }
  EXPECT_LT(place_labels(std::vector<Spot2d>{{1, 1}}, std::vector<double>{0.4}, 0.4)[0].x, 1.5);
}

// Two markers of a front that stood so near that each number was read as that of the other.
TEST(LabelPlacement, ATextIsNearestToItsOwnMarker) {
  const std::vector<Spot2d> markers = {{5, 5}, {5.55, 4.85}, {5.3, 5.6}};
  const std::vector<LabelBox> boxes = place_labels(markers, std::vector<double>(3, 0.48), 0.42);
  const auto distance = [](const LabelBox& box, const Spot2d& marker) {
    return std::hypot(std::max(0.0, std::abs(box.x - marker.x) - box.width / 2),
                      std::max(0.0, std::abs(box.y - marker.y) - box.height / 2));
  };
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t j = 0; j < markers.size(); ++j) {
      if (i == j) continue;
      EXPECT_LT(distance(boxes[i], markers[i]), distance(boxes[i], markers[j])) << i;
    }
}

TEST(CostFront, IsDrawnByGnuplotWithoutComplaint) {
  const TemporaryFolder folder;
  const Figure figure = *cost_front_figure(front_sample());
  std::ofstream(folder / "cost_front.dat") << figure.data;
  std::ofstream(folder / "cost_front.gp") << complete_script(figure);
  EXPECT_EQ(draw_figures(folder.path(), {figure.name}).problems, std::vector<std::string>{});
}

}  // namespace
}  // namespace ratbench::reports
