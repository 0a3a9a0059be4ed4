// Reports on fine-tuning: data sets as a factor, entities and labels instead of classes, bands of
// classes by training rows, confusion between groups.
#include <gtest/gtest.h>

#include <algorithm>

#include "reports/data_sets.hpp"
#include "reports/honesty.hpp"
#include "reports/registry.hpp"
#include "reports/tables/tables.hpp"
#include "reports/task_words.hpp"
#include "src/base/sha256.hpp"
#include "tests/reports/sample.hpp"

namespace ratbench::reports {
namespace {

using Factors = std::vector<std::pair<std::string, std::string>>;

// Scores of three seeds around a level, without randomness.
void add_scores(CellData& cell, const std::string& metric, double level) {
  constexpr double kSteps[] = {-0.01, 0, 0.016};
  for (std::uint64_t seed = 0; seed < 3; ++seed)
    cell.scores[metric].push_back({seed, level + kSteps[seed]});
}

CellData make_cell(Factors factors) {
  CellData cell;
  cell.factors = std::move(factors);
  cell.selection = "best";
  std::string text;
  for (const auto& [path, value] : cell.factors) text += path + value;
  for (std::uint64_t seed = 0; seed < 3; ++seed)
    cell.runs.push_back({seed, sha256_hex(text + std::to_string(seed)), "done", ""});
  return cell;
}

void finish(ReportData& data) {
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  name_data_sets(data);
  complete_layout(data);
  data.warnings = find_doubts(data);
}

// RanAT4BIE's layout: data sets x attacks x {AT, RAT}.
ReportData entities() {
  ReportData data;
  data.experiment = "ranat4bie_ner";
  data.title = "Named entities";
  data.citation = "RanAT4BIE, arXiv 2509.11191";
  data.task = "ner";
  data.metrics = {"entity_f1", "entity_precision", "entity_recall"};
  double level = 0.88;
  for (const char* set : {"BC5CDR-chem-IOB", "NCBI-disease-IOB"}) {
    const auto file = [&](const char* split) {
      return std::string("/data/ner/") + set + "/" + split + ".tsv";
    };
    const auto add = [&](const char* attack, const char* p, double gain, double time) {
      CellData cell = make_cell({{"data.train", file("train")},
                                 {"data.val", file("devel")},
                                 {"data.test", file("test")},
                                 {"attack.name", attack},
                                 {"attack.p_rat", p}});
      for (const std::string& metric : data.metrics) add_scores(cell, metric, level + gain);
      cell.training.attack = attack;
      cell.training.p_rat = cell.training.clean() ? "0" : p;
      cell.training.attacked_share = cell.training.clean() ? 0 : std::stod(p);
      cell.untreated = cell.training.clean();
      if (cell.untreated) cell.inactive = {"attack.p_rat"};
      cell.training.time_to_first_clean = time;
      data.cells.push_back(std::move(cell));
    };
    add("none", "0.5", 0, 1);
    add("fgm", "0.5", 0.003, 1.5);
    add("fgm", "1", 0.0028, 1.98);
    add("pgd", "0.5", 0.001, 2.4);
    add("pgd", "1", -0.004, 3.9);
    add("random", "1", 0.0005, 1.95);
    level -= 0.05;
  }
  data.cells[0].paper["entity_f1"] = {0.9333, "BC5-chem, no attack"};
  data.cells[1].paper["entity_f1"] = {0.936, "BC5-chem, FGM as RAT"};
  finish(data);
  for (std::size_t i = 6; i < data.cells.size(); ++i) data.cells[i].baseline = 6;
  return data;
}

// Classes of very unequal frequency, two named groups.
ReportData long_tail() {
  ReportData data;
  data.experiment = "longtail";
  data.title = "Long tail";
  data.citation = "KvochurHegel, AbjadMed shared task";
  data.metrics = {"macro_f1", "accuracy", "hierarchical_f1"};
  const std::pair<const char*, int> classes[] = {
      {"Addiction", 600},      {"Diabetes", 480},        {"Child Health", 130}, {"Dentistry", 100},
      {"Dental Diseases", 99}, {"Vascular Surgery", 20}, {"Biochemistry", 7}};
  for (const auto& [name, rows] : classes) data.classes.push_back({name, rows / 12 + 1, rows});
  data.groups = {{"Dental", {"Dentistry", "Dental Diseases"}}, {"Pediatric", {"Child Health"}}};
  double level = 0.6;
  for (const char* loss : {"ce", "ldam"}) {
    for (const char* p : {"0", "1"}) {
      CellData cell = make_cell({{"loss.name", loss}, {"attack.p_rat", p}});
      for (const std::string& metric : data.metrics) add_scores(cell, metric, level);
      for (std::size_t c = 0; c < data.classes.size(); ++c) {
        const double own = std::max(0.02, level - 0.05 * static_cast<double>(c));
        add_scores(cell, "f1/" + data.classes[c].name, own);
        add_scores(cell, "recall/" + data.classes[c].name, own);
      }
      const auto interval = [&](const std::string& metric, double centre) {
        cell.two_way[metric] = {centre, {centre - 0.03, centre + 0.03}, 0.4, 0.5, 0.1};
      };
      interval("f1/Addiction", level);
      interval("f1/Biochemistry", 0.3);
      interval("band_f1/head", level - 0.08);
      interval("band_f1/all", level - 0.15);
      interval("group_recall/Dental", level);
      cell.group_shares = {{level, 0.9 - level, 0.02, 0.08}, {level, 0.05, 0, 0.95 - level}};
      cell.training.attack = std::string(p) == "0" ? "none" : "fgm";
      cell.training.p_rat = p;
      cell.untreated = std::string(p) == "0" && std::string(loss) == "ce";
      data.cells.push_back(std::move(cell));
      level += 0.02;
    }
  }
  data.cells.back().paper["macro_f1"] = {0.4028, "private test"};
  data.cells.back().paper["f1/Addiction"] = {0.86, "validation"};
  data.cells.back().paper["f1/Biochemistry"] = {0, "validation"};
  finish(data);
  return data;
}

std::vector<std::string> column_titles(const Table& table) {
  std::vector<std::string> titles;
  for (const Column& column : table.columns) titles.push_back(column.title);
  return titles;
}

TEST(ShortPathNames, AreTheComponentInWhichPathsDiffer) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(short_path_names({"/d/ner/A/train.tsv", "/d/ner/B/train.tsv"}), (Names{"A", "B"}));
  EXPECT_EQ(short_path_names({"/d/a.csv", "/d/b.csv", "/d/a.csv"}), (Names{"a", "b", "a"}));
  EXPECT_EQ(short_path_names({"/d/x/A/t.csv", "/d/y/A/t.csv"}), (Names{"x", "y"}));
  EXPECT_EQ(short_path_names({"/d/A/t.csv", "/d/A/t.csv"}), (Names{"A", "A"}));
  EXPECT_EQ(short_path_names({"/d/A/1/t.csv", "/d/B/1/t.csv", "/d/B/2/t.csv"}),
            (Names{"A/1", "B/1", "B/2"}));
  EXPECT_EQ(short_path_names({"/d/A/train.tsv", "/e/B/t.csv"}), (Names{"train", "t"}));
  EXPECT_EQ(short_path_names({}), Names{});
}

TEST(DataSets, AreOneFactorWithReadableNames) {
  const ReportData data = entities();
  EXPECT_EQ(layout_factors(data),
            (std::vector<std::string>{"data", "attack.name", "attack.p_rat"}));
  EXPECT_EQ(data.cells[0].shown("data"), "BC5CDR-chem-IOB");
  EXPECT_EQ(data.cells[6].shown("data"), "NCBI-disease-IOB");
  const Table runs = runs_table(data);
  EXPECT_TRUE(std::any_of(
      runs.rows.front().cells.begin(), runs.rows.front().cells.end(),
      [](const TableCell& cell) { return cell.text == "/data/ner/BC5CDR-chem-IOB/train.tsv"; }));
}

TEST(DataSets, KeepTestFilesThatDoNotFollowTheTrainingFile) {
  ReportData data = entities();
  data.object_factors.clear();
  for (CellData& cell : data.cells) cell.levels.clear();
  data.cells[1].factors[2].second = "/data/other/test.tsv";
  name_data_sets(data);
  const auto layout = layout_factors(data);
  EXPECT_NE(std::find(layout.begin(), layout.end(), "data.test"), layout.end());
}

TEST(AttacksTable, HasOneBlockPerDataSetWithGainsOverItsOwnCleanCell) {
  const Table table = *attacks_table(entities());
  ASSERT_EQ(table.rows.size(), 8u);
  EXPECT_EQ(table.rows[0].cells[0].text, "BC5CDR-chem-IOB");
  EXPECT_EQ(table.rows[4].cells[0].text, "NCBI-disease-IOB");
  EXPECT_TRUE(table.rows[4].rule_before);
  const auto column = [&](const std::string& key) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].key == key) return i;
    ADD_FAILURE() << "no column " << key;
    return std::size_t{0};
  };
  const TableCell& gain = table.rows[5].cells[column("entity_f1_gain@p_rat=1")];
  ASSERT_TRUE(gain.number);
  EXPECT_NEAR(*gain.number, 0.0028, 1e-12);
}

TEST(Wording, NeverSpeaksOfClassesWhereEntitiesAreMeant) {
  ReportData data = entities();
  data.classes = {{"Chemical", 5385, 5203}, {"Rare", 3, 4}};
  data.cells.resize(6);
  for (CellData& cell : data.cells)
    for (const ClassData& klass : data.classes) {
      add_scores(cell, "f1/" + klass.name, 0.8);
      add_scores(cell, "recall/" + klass.name, 0.3);
    }
  const Table table = *per_class_table(data);
  EXPECT_EQ(table.title, "Test F1 per entity type (%), mean over seeds");
  EXPECT_EQ(table.columns[0].title, "entity type");
  EXPECT_EQ(table.columns[1].unit, "test entities");
  EXPECT_EQ(table.rows[0].cells[2].text, "80.2");
  EXPECT_EQ(rare_classes_table(data)->title, "Entity types with fewer than 10 test entities");
  for (const std::string& doubt : find_doubts(data)) {
    EXPECT_EQ(doubt.find("macro-F1"), std::string::npos) << doubt;
    EXPECT_EQ(doubt.find("class"), std::string::npos) << doubt;
  }
}

TEST(Wording, LeadsWithTheMetricOfTheTask) {
  EXPECT_EQ(default_metrics("classification").front(), "macro_f1");
  EXPECT_EQ(default_metrics("ner").front(), "entity_f1");
  EXPECT_EQ(default_metrics("multilabel").front(), "micro_f1");
  EXPECT_EQ(default_metrics("relation").front(), "micro_f1");
  for (const char* task : {"classification", "ner", "multilabel", "relation"})
    for (const std::string_view metric : default_metrics(task))
      EXPECT_TRUE(metric == "accuracy" || metric_title(metric) != metric) << metric;
}

TEST(Honesty, CountsManyRareClassesInOneSentence) {
  ReportData data = long_tail();
  for (int i = 0; i < 20; ++i) data.classes.push_back({"label " + std::to_string(i), 2, 9});
  const std::vector<std::string> doubts = find_doubts(data);
  ASSERT_EQ(doubts.size(), 1u);
  EXPECT_EQ(
      doubts.front(),
      "24 of 27 classes have fewer than 10 test rows: their scores are hardly known, and they "
      "make 89 % of macro-F1.");
}

TEST(BandsTable, AveragesTheClassesOfEachBandInEachSeed) {
  const ReportData data = long_tail();
  const Table table = *bands_table(data);
  EXPECT_EQ(column_titles(table),
            (std::vector<std::string>{"cell", "n", "head", "middle", "tail", "all"}));
  EXPECT_EQ(table.columns[2].unit, "4 classes, from 100 rows");
  EXPECT_EQ(table.columns[3].unit, "1 class, 20 to 100 rows, both excluded");
  EXPECT_EQ(table.columns[4].unit, "2 classes, up to 20 rows");
  // Head: levels 0.60, 0.55, 0.50, 0.45, each with seed steps of mean 0.002.
  EXPECT_NEAR(*table.rows[0].cells[2].number, 0.525 + 0.002, 1e-12);
  EXPECT_NEAR(*table.rows[0].cells[3].number, 0.40 + 0.002, 1e-12);
}

TEST(BandsTable, ShowsTheIntervalOverSeedsAndRows) {
  const Table bands = *bands_table(long_tail());
  EXPECT_EQ(bands.rows[0].cells[2].text, "52.7 ± 3.0");
  EXPECT_NEAR(bands.rows[0].cells[2].interval->low, 0.49, 1e-12);
  EXPECT_EQ(bands.rows[0].cells[3].text, "40.2") << "no interval is known";
  EXPECT_EQ(bands.rows[0].cells[5].text, "45.2 ± 3.0");
  const Table classes = *band_classes_table(long_tail());
  EXPECT_EQ(classes.rows[0].cells[5].text, "60.2 ± 3.0");
  EXPECT_EQ(classes.rows[6].cells[5].text, "30.2") << "one test row";
}

TEST(BandsTable, NeedsTrainingCountsAndTwoBands) {
  ReportData data = long_tail();
  data.bands = {5, 2};
  EXPECT_FALSE(bands_table(data));
  EXPECT_FALSE(band_classes_table(data));
  data.bands = {};
  data.classes[2].training.reset();
  EXPECT_FALSE(bands_table(data));
}

TEST(BandsTable, LeavesOutSeedsThatLackAClass) {
  ReportData data = long_tail();
  data.cells[0].scores["f1/Diabetes"].pop_back();
  const Table table = *bands_table(data);
  // Two seeds are left, at -0.01 and 0.
  EXPECT_NEAR(*table.rows[0].cells[2].number, 0.525 - 0.005, 1e-12);
}

TEST(BandClassesTable, SortsByTrainingRowsBesideThePapersNumbers) {
  const Table table = *band_classes_table(long_tail());
  ASSERT_EQ(table.rows.size(), 7u);
  EXPECT_EQ(table.rows[0].cells[1].text, "Addiction");
  EXPECT_EQ(table.rows[0].cells[4].text, "86.0 (validation)");
  EXPECT_EQ(table.rows[1].cells[4].text, kDash);
  EXPECT_EQ(table.rows[6].cells[4].text, "0.0 (validation)");
  EXPECT_EQ(table.rows[6].cells[1].mark, kDagger);
  EXPECT_TRUE(table.rows[4].rule_before);
  EXPECT_EQ(table.rows[4].cells[0].text, "middle");
}

TEST(ConfusionTable, HasEveryGroupInEveryCellAndRowsOfHundred) {
  const Table table = *confusion_table(long_tail());
  ASSERT_EQ(table.rows.size(), 8u);
  EXPECT_EQ(table.rows[0].cells[4].text, "60.0 ± 3.0");
  EXPECT_EQ(table.rows[4].cells[4].text, "60.0") << "no interval is known";
  EXPECT_EQ(table.rows[0].cells[0].text, "Dental");
  EXPECT_EQ(table.rows[0].cells[1].text, "18");
  for (const TableRow& row : table.rows) {
    double sum = 0;
    for (std::size_t k = 4; k < row.cells.size(); ++k) sum += *row.cells[k].number;
    EXPECT_NEAR(sum, 1, 1e-12);
  }
  EXPECT_FALSE(confusion_table(entities()));
}

TEST(GoldenFineTuning, TablesAndFiguresAreWhatTheyWere) {
  const std::pair<const char*, ReportData> samples[] = {{"ner", entities()},
                                                        {"longtail", long_tail()}};
  for (const auto& [name, data] : samples) {
    for (const TableEntry& entry : table_registry()) {
      const auto table = entry.make(data);
      if (!table) continue;
      for (const FormatEntry& format : format_registry()) {
        const std::string extension(format.extension.empty() ? ".html" : format.extension);
        expect_golden(format.render(*table), std::string(name) + "/" + table->name + extension);
      }
    }
    for (const FigureEntry& entry : figure_registry()) {
      const auto figure = entry.make(data);
      if (!figure) continue;
      expect_golden(complete_script(*figure), std::string(name) + "/" + figure->name + ".gp");
      expect_golden(figure->data, std::string(name) + "/" + figure->name + ".dat");
    }
  }
}

}  // namespace
}  // namespace ratbench::reports
