// Reports over several sets of test rows: folds, and tasks side by side.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/store/reader.hpp"
#include "reports/data_sets.hpp"
#include "reports/load.hpp"
#include "reports/tables/tables.hpp"
#include "src/base/sha256.hpp"
#include "src/stats/summary.hpp"
#include "tests/reports/written_store.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::reports {
namespace {

// Cells 0 and 1 are clean and attacked on fold 0, cells 2 and 3 on fold 1, whose test rows have two
// FALLS fewer and two of the others more.
ReportData two_folds(const TemporaryFolder& folder) {
  grid::Sweep runs = sweep({"0", "1"}, {"0", "0.5"}, 3);
  store::Dataset other = dataset();
  other.files.sha256["test"] = sha256_hex("fold 1");
  other.labels["test"][0] = 1;
  other.labels["test"][1] = 2;
  std::vector<store::Dataset> sets;
  for (grid::Cell& cell : runs.cells) {
    const bool second = cell.index >= 2;
    cell.factors[0] = {"data.split.fold", second ? "1" : "0"};
    cell.config.set("augmentation.lambda", *Decimal::parse("0"));
    cell.config.set("augmentation.name", std::string("none"));
    sets.push_back(second ? other : dataset());
    runs.data[cell.index] = sets.back().files;
  }
  write_finished(folder / "a.db", runs, sets, [](std::size_t, protocol::RunResult&) {});
  const store::Reader reader(folder / "a.db");
  spec::Experiment folds = experiment();
  folds.paper.numbers.clear();
  return load_report_data(reader, folds, folder / "a.db");
}

std::string all_notes(const Table& table) {
  std::string text;
  for (const TableNote& note : table.notes) text += note.mark + note.text + "\n";
  return text;
}

TEST(Folds, CellsAreComparedWithTheCleanCellOfTheirOwnTestRows) {
  const TemporaryFolder folder;
  const ReportData data = two_folds(folder);
  EXPECT_EQ(data.cells[1].baseline, 0u);
  EXPECT_EQ(data.cells[2].baseline, 2u);
  EXPECT_EQ(data.cells[3].baseline, 2u);
  EXPECT_FALSE(data.cells[2].against_baseline);
  for (const std::size_t cell : {1, 3}) {
    ASSERT_TRUE(data.cells[cell].against_baseline) << cell;
    EXPECT_NEAR(data.cells[cell].against_baseline->estimate,
                stats::mean(data.cells[cell].values("macro_f1")) -
                    stats::mean(data.cells[cell - 1].values("macro_f1")),
                1e-12);
  }
  EXPECT_NE(all_notes(*ablation_table(data)).find("of its own test rows"), std::string::npos);
  const Table appendix = *appendix_table(data);
  EXPECT_EQ(appendix.rows[2].cells.front().mark, kDagger);
  EXPECT_NE(appendix.rows[3].cells[4].text, kDash);
}

TEST(Folds, HaveAMeanAndAnIntervalThatAllowsForSharedTrainingRows) {
  const TemporaryFolder folder;
  const ReportData data = two_folds(folder);
  const Table table = *folds_table(data);
  ASSERT_EQ(table.rows.size(), 2u);
  const std::vector<TableCell>& clean = table.rows[0].cells;
  const double first = stats::mean(data.cells[0].values("macro_f1"));
  const double second = stats::mean(data.cells[2].values("macro_f1"));
  const std::size_t splits = clean.size() - 4;
  EXPECT_EQ(clean[splits].text, "2");
  EXPECT_NEAR(*clean[splits + 1].number, (first + second) / 2, 1e-12);
  // Two splits, 24 test rows to 5 training rows: t with one degree of freedom, sd^2 (1/2 + 24/5).
  const double sd = std::abs(first - second) / std::sqrt(2.0);
  const double half = 12.7062047 * sd * std::sqrt(0.5 + 24.0 / 5);
  const stats::Interval expected =
      stats::clipped({(first + second) / 2 - half, (first + second) / 2 + half}, {0, 1});
  EXPECT_NEAR(clean[splits + 2].interval->low, expected.low, 1e-6);
  EXPECT_NEAR(clean[splits + 2].interval->high, expected.high, 1e-6);
  EXPECT_NEAR(*clean[splits + 3].number, sd, 1e-12);
}

TEST(Folds, SupportIsThatOfAllFolds) {
  const TemporaryFolder folder;
  const ReportData data = two_folds(folder);
  EXPECT_EQ(data.classes[0].support, 10);
  EXPECT_EQ(data.classes[0].most_support, 12);
  const Table table = *per_class_table(data);
  EXPECT_EQ(table.rows[0].cells[1].text, "10 to 12");
}

TEST(Folds, WithoutSplitsThereIsNoSuchTable) {
  const TemporaryFolder folder;
  write_store(folder / "a.db");
  const store::Reader reader(folder / "a.db");
  EXPECT_FALSE(folds_table(load_report_data(reader, experiment(), folder / "a.db")));
}

// Entities lead with entity F1 and relations with micro-F1, in one column.
TEST(MixedTasks, EachCellShowsItsOwnLeadingMetricFirst) {
  ReportData data;
  data.title = "Entities and relations";
  data.task = "ner";
  data.metrics = {"entity_f1", "micro_f1", "accuracy"};
  for (const char* task : {"ner", "relation"}) {
    CellData cell;
    const bool entities = std::string(task) == "ner";
    cell.factors = {{"task", task},
                    {"data.train", entities ? "/d/chem/train.tsv" : "/d/re/train.txt"},
                    {"train.epochs", entities ? "4" : "–"},
                    {"train.steps", entities ? "–" : "600"}};
    cell.task = task;
    cell.runs = {{0, "a", "done", ""}, {1, "b", "done", ""}};
    const bool ner = cell.task == "ner";
    cell.scores[ner ? "entity_f1" : "micro_f1"] = {{0, ner ? 0.75 : 0.5}, {1, ner ? 0.77 : 0.54}};
    if (!ner) cell.scores["accuracy"] = cell.scores["micro_f1"];
    data.cells.push_back(std::move(cell));
  }
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  name_data_sets(data);
  complete_layout(data);
  data.cells[1].baseline = 1;
  const Table table = *ablation_table(data);
  const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                               [](const Column& column) { return column.key == "f1"; });
  ASSERT_NE(at, table.columns.end());
  const auto column = static_cast<std::size_t>(at - table.columns.begin());
  EXPECT_EQ(at->title, "F1");
  EXPECT_EQ(table.rows[0].cells[column].text, "76.00");
  EXPECT_EQ(table.rows[1].cells[column].text, "52.00");
  for (const TableRow& row : table.rows)
    EXPECT_EQ(row.cells[column].emphasis, Emphasis::kBold) << "best of its own test rows";
  for (const Column& other : table.columns)
    EXPECT_TRUE(other.key != "micro_f1" || other.shown == Shown::kCsvOnly) << "stands under F1";
  EXPECT_NE(all_notes(table).find("Training by data set: chem: epochs 4; re: steps 600."),
            std::string::npos)
      << all_notes(table);
  for (const Column& other : table.columns)
    EXPECT_TRUE(other.key != "train.steps" || other.shown == Shown::kCsvOnly) << "in the note";
  EXPECT_NE(all_notes(table).find("entity F1 for ner, micro-F1 for relation"), std::string::npos);
}

}  // namespace
}  // namespace ratbench::reports
