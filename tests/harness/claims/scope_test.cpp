#include "harness/claims/scope.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/claims/evidence.hpp"
#include "src/base/folder_name.hpp"

namespace ratbench::claims {
namespace {

using Paths = std::vector<std::pair<const char*, const char*>>;

specs::Config config_of(const Paths& paths) {
  specs::Config config;
  for (const auto& [path, value] : paths) config.set(path, std::string(value));
  return config;
}

std::string scope(const std::vector<specs::Config>& configs,
                  const store::StoredRun* trained = nullptr) {
  std::vector<TestedCell> cells;
  for (const specs::Config& config : configs) cells.push_back({&config, trained});
  return scope_of(cells, 0, 2);
}

specs::Config tested_on(const char* file) {
  return config_of({{"data.test", file}, {"model.name", "mlp"}});
}

TEST(Scope, NamesEveryDataSetUpToThree) {
  const auto a = tested_on("/d/a/test.tsv"), b = tested_on("/d/b/test.tsv"),
             c = tested_on("/d/c/test.tsv");
  const std::string rest = ", features as given, model mlp, 2 seeds";
  EXPECT_EQ(scope({a, a}), "on a/test.tsv" + rest);
  EXPECT_EQ(scope({a, b}), "on a/test.tsv and b/test.tsv" + rest);
  EXPECT_EQ(scope({a, b, a, c}), "on a/test.tsv, b/test.tsv and c/test.tsv" + rest);
  EXPECT_EQ(scope({a, b, c, tested_on("/d/e/test.tsv"), tested_on("/d/f/test.tsv")}),
            "on a/test.tsv, b/test.tsv, c/test.tsv and 2 more" + rest);
  EXPECT_EQ(scope({tested_on("/x/d/test.tsv"), tested_on("/y/d/test.tsv")}),
            "on x/d/test.tsv and y/d/test.tsv" + rest)
      << "as many folders as tell them apart";
}

TEST(Scope, LeavesOutTheVariablesOfPaths) {
  const auto start = [](const specs::Config& config, const store::StoredRun* trained = nullptr) {
    const std::string text = scope({config}, trained);
    return text.substr(0, text.find(", "));
  };
  EXPECT_EQ(start(config_of(
                {{"data.train", "${RATBENCH_DATA}/mentalqa"}, {"data.split.name", "stratified"}})),
            "on the stratified split of mentalqa");
  EXPECT_EQ(start(config_of({{"data.train", "${RATBENCH_DATA}/mentalqa"},
                             {"data.split.name", "val_from_train"}})),
            "on the test split of mentalqa");
  specs::Config folds = config_of({{"data.train", "${RATBENCH_DATA}/osha/train.json"},
                                   {"data.test", "${RATBENCH_DATA}/osha/test.json"},
                                   {"data.split.name", "kfold"}});
  folds.set("data.split.folds", *Decimal::parse("5"));
  EXPECT_EQ(start(folds), "on the 5-fold split of osha/train.json with the other files")
      << "the rows of all files are dealt anew";
  EXPECT_EQ(start(tested_on("${RATBENCH_DATA}/ner/a/test.tsv")), "on a/test.tsv");
  store::StoredRun run;
  run.config = tested_on("/data/osha/test.csv");
  EXPECT_EQ(start(tested_on("${TEST_FILE}"), &run), "on osha/test.csv");
  EXPECT_EQ(start(tested_on("${TEST_FILE}")), "on the test split");
}

TEST(Scope, NamesTheRowsThatAllCellsLeaveOut) {
  specs::Config few = tested_on("/d/a/test.tsv"), more = few;
  few.set("data.train_rows", *Decimal::parse("1000"));
  more.set("data.train_rows", *Decimal::parse("2000"));
  EXPECT_EQ(scope({few, few}),
            "on a/test.tsv with data.train_rows 1000, features as given, model mlp, 2 seeds");
  EXPECT_EQ(scope({few, more}), "on a/test.tsv, features as given, model mlp, 2 seeds")
      << "what is compared is named by the arms";
}

TEST(Scope, CountsTheClassesOfALongProfile) {
  specs::Config thinned = tested_on("/d/a/test.tsv");
  specs::Counts counts;
  for (const char* name : {"A", "B", "C", "D"}) counts[name] = *Decimal::parse("5");
  thinned.set("data.profile", counts);
  EXPECT_EQ(
      scope({thinned}),
      "on a/test.tsv with data.profile (of 4 classes), features as given, model mlp, 2 seeds");
  counts.erase("B");
  specs::Config other = thinned;
  other.set("data.profile", counts);
  EXPECT_EQ(scope({thinned, other}), "on a/test.tsv, features as given, model mlp, 2 seeds");
}

TEST(Scope, NamesTheModelByTheFolderAndTheWeightsThatWereRead) {
  const specs::Config file =
      config_of({{"data.test", "a/b.csv"}, {"model.name", "bert"}, {"model.path", "${MODEL}"}});
  store::StoredRun run;
  run.config = config_of({{"model.path", "/models/PubMedBERT/"}});
  EXPECT_EQ(scope({file}, &run), "on a/b.csv, model bert (PubMedBERT), 2 seeds");
  EXPECT_EQ(folder_name(with_model_folder({&file, &run}).text("model.path")), "PubMedBERT");
  run.data.paths["model"] = "/cache/ratbench/minilm-0.1.0";
  run.data.sha256["model"] = "d162db6459764055663f0dc5cb3d138f";
  EXPECT_EQ(scope({file}, &run),
            "on a/b.csv, model bert (minilm-0.1.0, weights d162db64), 2 seeds");
  EXPECT_EQ(scope({file}), "on a/b.csv, model bert (${MODEL}), 2 seeds") << "nothing is stored";
}

TEST(Scope, NamesEveryModelThatIsCompared) {
  const specs::Config bert =
      config_of({{"data.test", "a/b.csv"}, {"model.name", "bert"}, {"model.path", "/m/BERT"}});
  const specs::Config mlp = config_of({{"data.test", "a/b.csv"},
                                       {"model.name", "mlp"},
                                       {"encoder.name", "bert"},
                                       {"encoder.path", "minilm"}});
  EXPECT_EQ(scope({bert, mlp, bert}),
            "on a/b.csv, model bert (BERT) and encoder bert (minilm), model mlp, 2 seeds");
}

// Row 0 has two entities, row 1 none; or three labels of which two, none hold.
Evidence rows_of(const char* task, std::vector<std::string> classes,
                 std::vector<std::int32_t> labels) {
  auto rows = std::make_shared<store::SplitRows>();
  rows->setting.task = task;
  rows->setting.class_names = std::move(classes);
  rows->labels = std::move(labels);
  rows->starts = {0, 3, 6};
  Evidence out;
  out.rows = rows;
  out.table.rows = {{0}, {1}};
  return out;
}

TEST(Evidence, SaysInASentenceWhatARowHolds) {
  const Evidence words = rows_of("ner", {"O", "B-Chem", "I-Chem"}, {1, 2, 1, 0, 0, 0});
  EXPECT_EQ(words.row_in_words(0, 0), "a sentence with 2 Chem");
  EXPECT_EQ(words.row_in_words(1, 1), "a sentence without entities");
  const Evidence labels = rows_of("multilabel", {"A", "B", "C"}, {1, 0, 1, 0, 0, 0});
  EXPECT_EQ(labels.row_in_words(0, 0), "labels A, C");
  EXPECT_EQ(labels.row_in_words(1, 1), "no label");
}

}  // namespace
}  // namespace ratbench::claims
