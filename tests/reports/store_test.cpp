// From a store written through its Writer to the finished report.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "harness/store/connection.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "reports/load.hpp"
#include "reports/report.hpp"
#include "reports/tables/cautions.hpp"
#include "src/base/error.hpp"
#include "src/stats/summary.hpp"
#include "tests/reports/written_store.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::reports {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(LoadReportData, ReadsCellsScoresAndStates) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  ASSERT_EQ(data.cells.size(), 4u);
  EXPECT_EQ(data.main.factors, (std::vector<std::string>{"augmentation.lambda", "attack.p_rat"}));
  EXPECT_EQ(data.cells[3].done(), 1u);
  EXPECT_EQ(data.cells[3].diverged(), 1u);
  EXPECT_EQ(data.cells[3].failed(), 1u);
  EXPECT_EQ(data.cells[3].values("macro_f1").size(), 1u);
  EXPECT_EQ(data.cells[0].inactive, std::vector<std::string>{"attack.epsilon"});
  EXPECT_TRUE(data.cells[1].inactive.empty());
  EXPECT_EQ(data.minority_classes, std::vector<std::string>{"<RARE>"});
  ASSERT_EQ(data.classes.size(), 3u);
  EXPECT_EQ(data.classes[1].support, 11);
  EXPECT_TRUE(data.classes[2].rare());
  EXPECT_FALSE(data.cells[2].paper_number("macro_f1"));
  EXPECT_DOUBLE_EQ(data.cells[3].paper_number("macro_f1")->value, 0.9032);
  EXPECT_TRUE(data.cells[0].training.clean());
  EXPECT_EQ(data.cells[1].training.p_rat, "0.5");
  EXPECT_DOUBLE_EQ(*data.cells[1].training.attacked_share, 0.5);
  ASSERT_EQ(data.cells[1].training.epochs.size(), 1u);
  EXPECT_EQ(data.cells[1].training.epochs[0].train_loss.size(), 3u);
  EXPECT_EQ(data.provenance.runs, 12u);
  EXPECT_EQ(data.provenance.method_versions.size(), 1u);
}

// The store's own metric rows, averaged here by hand.
TEST(LoadReportData, TakesTestScoresOfTheSelectedEpoch) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  std::vector<double> stored;
  for (const store::MetricRow& row : reader.metrics("synthetic", "test", "best", "macro_f1"))
    if (row.cell == 1) stored.push_back(row.value);
  ASSERT_EQ(stored.size(), 3u);
  EXPECT_EQ(data.cells[1].values("macro_f1"), stored);
}

// The estimate of predictions is the mean of the store's scores; one finished seed has no interval.
TEST(LoadReportData, CountsTestRowsFromThePredictions) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  EXPECT_EQ(data.baseline, 0u);
  for (std::size_t i = 0; i < 3; ++i) {
    const TwoWayMetric* found = data.cells[i].two_way_of("macro_f1");
    ASSERT_NE(found, nullptr) << i;
    EXPECT_NEAR(found->estimate, stats::mean(data.cells[i].values("macro_f1")), 1e-12);
    EXPECT_LT(found->t95.low, found->estimate);
  }
  EXPECT_EQ(data.cells[3].two_way_of("macro_f1"), nullptr);
  EXPECT_FALSE(data.cells[0].against_baseline);
  EXPECT_FALSE(data.cells[3].against_baseline);
  const auto& difference = data.cells[1].against_baseline;
  ASSERT_TRUE(difference);
  EXPECT_NEAR(
      difference->estimate,
      stats::mean(data.cells[1].values("macro_f1")) - stats::mean(data.cells[0].values("macro_f1")),
      1e-12);
  EXPECT_EQ(difference->seeds, 3u);
  EXPECT_GE(difference->p_holm, difference->p);
}

// Two classes have two training rows, one has one.
TEST(LoadReportData, GivesBandsOfClassesAnIntervalOfTheirMeanF1) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  spec::Experiment banded = experiment();
  banded.settings =
      spec::parse_experiment(
          R"({"name": "a", "report": {"bands": [2, 1], "groups": ["Fall: FALLS"]}, "data": {"format": "features",
                            "train": "a", "val": "b", "test": "c"}})",
          "a.json", ".")
          .settings;
  const ReportData data = load_report_data(reader, banded, folder / "a.db");
  for (std::size_t i = 0; i < 3; ++i) {
    const CellData& cell = data.cells[i];
    const auto mean_f1 = [&](const std::string& name) {
      return stats::mean(cell.values("f1/" + name));
    };
    const double falls = mean_f1("FALLS"), fires = mean_f1("FIRES, EXPLOSIONS");
    const TwoWayMetric* head = cell.two_way_of("band_f1/head");
    ASSERT_NE(head, nullptr) << i;
    EXPECT_NEAR(head->estimate, (falls + fires) / 2, 1e-12);
    EXPECT_LT(head->t95.low, head->estimate);
    EXPECT_NEAR(cell.two_way_of("band_f1/all")->estimate, (falls + fires + mean_f1("<RARE>")) / 3,
                1e-12);
    EXPECT_NEAR(cell.two_way_of("f1/FALLS")->estimate, falls, 1e-12);
    EXPECT_NEAR(cell.two_way_of("group_recall/Fall")->estimate, cell.group_shares[0][0], 1e-12);
  }
}

TEST(LoadReportData, SaysWhereMissingPredictionsLeaveNoInterval) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  {
    store::Connection raw((folder / "a.db").string(), folder / "a.db", SQLite::OPEN_READWRITE);
    raw.execute(
        "UPDATE evaluation SET predictions = NULL WHERE run_id = (SELECT r.run_id FROM run r JOIN "
        "v_run v ON v.run_key = r.run_key WHERE v.cell_index = 1 AND v.seed = 0)");
  }
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  EXPECT_EQ(data.cells[1].values("macro_f1").size(), 3u) << "scores are records of their own";
  EXPECT_EQ(data.cells[1].two_way_of("macro_f1"), nullptr);
  EXPECT_NE(data.cells[0].two_way_of("macro_f1"), nullptr);
  EXPECT_TRUE(std::any_of(data.warnings.begin(), data.warnings.end(), [](const std::string& text) {
    return text.find("1 finished run in 1 of 4 cells lacks a usable test prediction") == 0;
  }));
}

TEST(LoadReportData, RefusesLabelsThatWereAltered) {
  for (const char* label : {"-1", "3", "'abc'", "NULL"}) {
    SCOPED_TRACE(label);
    const TemporaryFolder folder;
    write_store(folder / "a.db");
    {
      store::Connection raw((folder / "a.db").string(), folder / "a.db", SQLite::OPEN_READWRITE);
      try {
        raw.execute(std::string("UPDATE label SET label = ") + label +
                    " WHERE split = 'test' AND row = 2");
      } catch (const std::exception&) {
        continue;  // the schema does not let it in
      }
    }
    const store::Reader reader(folder / "a.db");
    EXPECT_THROW(load_report_data(reader, experiment(), folder / "a.db"), StoreError);
  }
}

TEST(LoadReportData, RefusesClassNamesThatAreNoList) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  {
    store::Connection raw((folder / "a.db").string(), folder / "a.db", SQLite::OPEN_READWRITE);
    raw.execute("UPDATE dataset SET class_names = '[\"a\"'");
  }
  const store::Reader reader(folder / "a.db");
  EXPECT_THROW(load_report_data(reader, experiment(), folder / "a.db"), StoreError);
}

TEST(LoadReportData, ComparesTrainingTimeWithTheFirstCleanCellEverywhere) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  EXPECT_DOUBLE_EQ(*data.cells[0].training.time_to_first_clean, 1);
  EXPECT_DOUBLE_EQ(*data.cells[1].training.time_to_first_clean, 1.5);
  EXPECT_DOUBLE_EQ(*data.cells[2].training.time_to_first_clean, 1) << "a clean cell of its own";
  EXPECT_DOUBLE_EQ(*data.cells[3].training.time_to_first_clean, 1.5);
  const std::string note = train_time_note(data);
  EXPECT_NE(note.find("relative to \"lambda 0, p_rat 0\""), std::string::npos) << note;
  EXPECT_NE(note.find("in 1 of 4 cells a run took more than 3 times the median of its cell, at "
                      "most 1000 times"),
            std::string::npos)
      << note;
}

TEST(LoadReportData, ReadsTheIntervalOfIdenticalArmsAndTheBaselineOfEachTime) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  std::vector<store::CostRow> rows(3);
  for (store::CostRow& row : rows) {
    row.arm = row.baseline = "clean";
    row.ratio = row.ci_low = row.ci_high = 1;
    row.step_s = 0.001;
    row.device = "cpu";
  }
  const std::string first = store::Reader(folder / "a.db").cells("synthetic").at(0).name;
  const std::string second = store::Reader(folder / "a.db").cells("synthetic").at(1).name;
  rows[0].cells_json = "[\"" + first + "\"]";
  rows[1].aa = true;
  rows[1].ci999_low = 0.99;
  rows[1].ci999_high = 1.02;
  rows[2].arm = "rat";
  rows[2].ratio = 1.5;
  rows[2].cells_json = "[\"" + second + "\"]";
  store::Writer(folder / "a.db").store_costs("synthetic", rows);
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  ASSERT_EQ(data.costs.size(), 1u);
  std::size_t judged = 0;
  for (const CostLine& line : data.costs[0].lines)
    if (const auto agreement = line.agreement()) {
      ++judged;
      EXPECT_EQ(*agreement, stats::Agreement::kAgree);
      EXPECT_DOUBLE_EQ(line.ci999->high, 1.02);
    }
  EXPECT_EQ(judged, 1u);
  ASSERT_TRUE(data.cells[0].measured_time && data.cells[1].measured_time);
  EXPECT_FALSE(data.cells[0].measured_time->ci95) << "the baseline is 1 by definition";
  EXPECT_EQ(data.cells[0].measured_time->baseline, "clean");
  EXPECT_EQ(data.cells[1].measured_time->baseline, "clean");
  EXPECT_DOUBLE_EQ(data.cells[1].measured_time->step_s, 0.0015);
}

// The second data set has longer texts.
TEST(LoadReportData, ComparesTrainingTimeWithinADataSet) {
  const TemporaryFolder folder;
  grid::Sweep runs = sweep({"0", "20"}, {"0", "0.5"}, 2);
  for (grid::Cell& cell : runs.cells)
    cell.factors[0] = {"data.train", cell.index < 2 ? "/d/short/train" : "/d/long/train"};
  write_finished(folder / "a.db", runs, [](std::size_t cell, protocol::RunResult& run) {
    if (cell >= 2) run.train_s *= 10;
  });
  const store::Reader reader(folder / "a.db");
  spec::Experiment two = experiment();
  two.paper.numbers.clear();
  const ReportData loaded = load_report_data(reader, two, folder / "a.db");
  for (const std::size_t cell : {0, 1, 2, 3})
    EXPECT_DOUBLE_EQ(*loaded.cells[cell].training.time_to_first_clean, cell % 2 == 0 ? 1 : 1.5);
  const std::string note = train_time_note(loaded);
  EXPECT_NE(note.find("the first cell of the same data set without attack"), std::string::npos)
      << note;
}

TEST(LoadReportData, MarksTheBatchesOfTheFirstFinishedRun) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  const ReportData data = load_report_data(reader, experiment(), folder / "a.db");
  const TrainingData& attacked = data.cells[1].training;
  EXPECT_DOUBLE_EQ(*attacked.batches, 10);
  EXPECT_EQ(attacked.marks.seed, 0u);
  EXPECT_EQ(attacked.marks.every, 1u);
  ASSERT_EQ(attacked.marks.batches.size(), 1u);
  EXPECT_TRUE(attacked.marks.batches[0].attacked);
  EXPECT_DOUBLE_EQ(attacked.marks.batches[0].epoch, 1);
  EXPECT_DOUBLE_EQ(attacked.marks.batches[0].loss, 0.5);
  EXPECT_FALSE(data.cells[0].training.marks.batches.at(0).attacked);
}

TEST(LoadReportData, RefusesAnExperimentThatTheStoreDoesNotKnow) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  spec::Experiment other = experiment();
  other.name = "other";
  EXPECT_THROW(load_report_data(reader, other, folder / "a.db"), UsageError);
  EXPECT_EQ(terminal_table(reader, other), "");
}

TEST(LoadReportData, RefusesASweepOfWhichNothingFinished) {
  const TemporaryFolder folder;
  const grid::Sweep runs = sweep({"0"}, {"0", "0.5"}, 1);
  const store::Dataset data = dataset();
  store::Writer(folder / "a.db").register_sweep(runs, {&data, 1});
  const store::Reader reader(folder / "a.db");
  EXPECT_THROW(load_report_data(reader, experiment(), folder / "a.db"), UsageError);
}

// Divergence is an outcome: the report counts it and states no score.
TEST(Report, OfASweepWhoseRunsAllDivergedHasTheAblationTable) {
  const TemporaryFolder folder;
  const grid::Sweep runs = sweep({"0"}, {"0", "0.5"}, 2);
  write_finished(folder / "a.db", runs, [](std::size_t, protocol::RunResult& run) {
    run.diverged = true;
    run.diverged_reason = "loss is not a number";
  });
  const store::Reader reader(folder / "a.db");
  const std::string shown = terminal_table(reader, experiment());
  EXPECT_NE(shown.find("0/2"), std::string::npos) << shown;
  EXPECT_NE(shown.find("note: No run finished (4 diverged, 0 failed, 0 not finished)"),
            std::string::npos)
      << shown;
  const ReportFiles report =
      write_report(reader, experiment(),
                   {.out_dir = folder / "out", .formats = {}, .database = folder / "a.db"});
  const std::string table = read_text(folder / "out/ablation.md");
  EXPECT_NE(table.find("| 0/2 | 2 | 0 | – |"), std::string::npos) << table;
  EXPECT_FALSE(fs::exists(folder / "out/figures")) << "there is nothing to draw";
  for (const std::string& warning : report.warnings)
    EXPECT_EQ(warning.find("gnuplot"), std::string::npos) << warning;
}

TEST(Report, ComesFromTheStoreAlone) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  const ReportFiles report =
      write_report(reader, experiment(),
                   {.out_dir = folder / "out", .formats = {}, .database = folder / "a.db"});
  const std::string table = read_text(folder / "out/ablation.md");
  EXPECT_NE(table.find("| 1/3 |"), std::string::npos) << table;
  EXPECT_NE(table.find("90.32"), std::string::npos) << table;
  EXPECT_NE(read_text(report.page).find("&lt;RARE&gt;"), std::string::npos);
  const std::string runs = read_text(folder / "out/runs.csv");
  for (const grid::PlannedRun& run : sweep({"0", "20"}, {"0", "0.5"}, 3).runs)
    EXPECT_NE(runs.find(run.run_key), std::string::npos);
}

// RATBENCH_LONG asks for 10,000 runs; the time is printed, not judged.
TEST(Report, OfALargeStoreNamesEveryRun) {
  const std::uint64_t seeds = std::getenv("RATBENCH_LONG") == nullptr ? 12 : 250;
  const TemporaryFolder folder;
  const grid::Sweep runs =
      sweep({"0", "1", "2", "3", "5", "10", "15", "20"}, {"0", "0.3", "0.5", "0.7", "1"}, seeds);
  write_finished(folder / "a.db", runs, [](std::size_t, protocol::RunResult&) {});
  const auto begin = std::chrono::steady_clock::now();
  const store::Reader reader(folder / "a.db");
  write_report(reader, experiment(),
               {.out_dir = folder / "out", .formats = {}, .database = folder / "a.db"});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("report of %zu runs: %.2f s\n", runs.runs.size(), took.count());
  const std::string written = read_text(folder / "out/runs.csv");
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'),
            static_cast<std::ptrdiff_t>(runs.runs.size() + 1));
}

}  // namespace
}  // namespace ratbench::reports
