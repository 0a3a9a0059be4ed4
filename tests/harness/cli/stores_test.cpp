// Several databases: merge and compare as a user calls them.
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

class Stores : public ::testing::Test {
 protected:
  TinyProject project_;

  nlohmann::json json_of(const Finished& finished) {
    return nlohmann::json::parse(finished.out, nullptr, false);
  }
  // The tiny experiment with other seeds, as a file of its own.
  std::string with_seeds(const std::string& name, const std::string& seeds) {
    std::string text = read_text(project_.experiment());
    text.replace(text.find("\"seeds\": 10"), 11, "\"seeds\": " + seeds);
    const std::string file = (project_.folder() / name).string();
    std::ofstream(file) << text;
    return file;
  }
  void train(const std::string& experiment, const std::string& db,
             const std::vector<std::string>& more = {},
             const std::map<std::string, std::string>& variables = {}) {
    std::vector<std::string> words = {"run", experiment, "--db", project_.db(db), "--jobs", "2"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished finished = project_.call(words, variables);
    ASSERT_EQ(finished.status, 0) << finished.err;
  }
  Finished merge(const std::string& into, const std::vector<std::string>& from,
                 const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"merge", project_.db(into)};
    for (const std::string& name : from) words.push_back(project_.db(name));
    words.insert(words.end(), more.begin(), more.end());
    return project_.call(words);
  }
  Finished compare(const std::string& a, const std::string& b,
                   const std::vector<std::string>& more = {"--margin", "0.01"}) {
    std::vector<std::string> words = {"compare", project_.db(a), project_.db(b)};
    words.insert(words.end(), more.begin(), more.end());
    return project_.call(words);
  }
  std::map<std::string, std::string> exported(const std::string& db) {
    const auto out = project_.folder() / (db + ".csv");
    const Finished finished =
        project_.call({"export", "--db", project_.db(db), "--out", out.string()});
    EXPECT_EQ(finished.status, 0) << finished.err;
    std::map<std::string, std::string> views;
    for (const char* view :
         {"v_cell", "v_class", "v_epoch", "v_factor", "v_metric", "v_prediction"})
      views[view] = read_text(out / (std::string(view) + ".csv"));
    return views;
  }
};

TEST_F(Stores, TwoHalvesMergedExportTheRowsOfTheWholeSweep) {
  train(with_seeds("first.json", "[0, 1, 2, 3]"), "first.db");
  train(with_seeds("second.json", "[4, 5, 6, 7, 8, 9]"), "second.db");
  train(project_.experiment(), "whole.db");
  const Finished merged = merge("all.db", {"first.db", "second.db"}, {"--json"});
  ASSERT_EQ(merged.status, 0) << merged.err;
  EXPECT_EQ(json_of(merged)["sources"][0]["added"], 16);
  EXPECT_EQ(json_of(merged)["sources"][1]["added"], 24);
  EXPECT_EQ(exported("all.db"), exported("whole.db"));
  // Nothing is left to train, and nothing to merge.
  const Finished rest = project_.call(project_.run_words(project_.db("all.db"), {"--json"}));
  EXPECT_EQ(json_of(rest)["already_done"], 40);
  const Finished again = merge("all.db", {"first.db", "second.db"}, {"--json"});
  EXPECT_EQ(json_of(again)["sources"][1]["added"], 0);
  EXPECT_EQ(json_of(again)["sources"][1]["present"], 24);
}

TEST_F(Stores, ConflictingResultsAreRefusedUnlessTheFirstIsKept) {
  train(project_.experiment(), "a.db");
  train(project_.experiment(), "b.db", {}, {{"RATBENCH_ECHO", "3:diverge"}});
  const Finished refused = merge("a.db", {"b.db"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(refused.out.empty());
  EXPECT_NE(refused.err.find("4 conflicts"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("seed 3"), std::string::npos);
  const Finished fresh = merge("new.db", {"a.db", "b.db"});
  EXPECT_EQ(fresh.status, 2);
  EXPECT_FALSE(std::filesystem::exists(project_.db("new.db")));
  const Finished kept = merge("a.db", {"b.db"}, {"--keep-first"});
  EXPECT_EQ(kept.status, 0) << kept.err;
  EXPECT_NE(kept.err.find("kept the first"), std::string::npos);
  const Finished status = project_.call({"status", "--db", project_.db("a.db"), "--json"});
  EXPECT_EQ(json_of(status)["experiments"][0]["done"], 40);
}

TEST_F(Stores, MergeSaysWhatItCannotReadOrWrite) {
  train(project_.experiment(), "a.db");
  EXPECT_EQ(merge("a.db", {}).status, 2);
  EXPECT_EQ(merge("a.db", {"a.db"}).status, 2);
  EXPECT_EQ(merge("b.db", {"a.db", "missing.db"}).status, 4);
  EXPECT_FALSE(std::filesystem::exists(project_.db("b.db")));
  const Program writer =
      project_.start(project_.run_words(project_.db("busy.db")), {{"RATBENCH_ECHO_MS", "100"}});
  std::this_thread::sleep_for(std::chrono::milliseconds(800));
  const TemporaryFolder elsewhere;
  const Program second({"merge", project_.db("busy.db"), project_.db("a.db")}, elsewhere.path());
  const Finished held = second.wait();
  EXPECT_EQ(held.status, 4);
  EXPECT_NE(held.err.find("held by another writer"), std::string::npos) << held.err;
  EXPECT_EQ(writer.wait().status, 0);
}

TEST_F(Stores, ComparesEveryCellAndListsThoseOfOneStoreAlone) {
  train(project_.experiment(), "a.db");
  train(project_.experiment(), "b.db", {"--set", "attack.epsilon=0.1,0.2,0.5"});
  const Finished text = compare("a.db", "b.db");
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("only in A: tiny: attack.epsilon=0.3"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("only in B: tiny: attack.epsilon=0.5"), std::string::npos);
  const auto document = json_of(compare("a.db", "b.db", {"--margin", "0.01", "--json"}));
  EXPECT_EQ(document["equivalent"], 2);
  EXPECT_EQ(document["cells"].size(), 2u);
  EXPECT_EQ(document["cells"][0]["test"], "paired by seed");
  EXPECT_EQ(document["cells"][0]["identical_runs"], 10);
  EXPECT_EQ(document["only_in_a"].size(), 2u);
}

TEST_F(Stores, SaysWhereConfigurationsAndSeedsDiffer) {
  train(project_.experiment(), "a.db");
  train(with_seeds("other.json", "7"), "b.db", {"--set", "model.hidden=5"});
  const Finished text =
      compare("a.db", "b.db", {"--margin", "0.001", "--metric", "accuracy,recall/yes,macro_f1"});
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("model.hidden 4 / 5"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("unpaired"), std::string::npos);
  EXPECT_NE(text.out.find("recall/yes"), std::string::npos);
  EXPECT_NE(text.out.find("10 / 7"), std::string::npos);
}

TEST_F(Stores, RunsThatDidNotEndLeaveTheirCellUndecided) {
  train(project_.experiment(), "a.db");
  train(project_.experiment(), "b.db", {}, {{"RATBENCH_ECHO", "3:diverge"}});
  const auto document = json_of(compare("a.db", "b.db", {"--margin", "0.5", "--json"}));
  EXPECT_EQ(document["undecided"], 4);
  const std::string reason = document["cells"][0]["reason"];
  EXPECT_NE(reason.find("1 diverged"), std::string::npos) << reason;
}

TEST_F(Stores, CompareNeedsAMarginAndKnownNames) {
  train(project_.experiment(), "a.db");
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--margin", "0"},
      {"--margin", "1"},
      {"--margin", "much"},
      {"--margin", "0.01", "--metric", "macro_f2"},
      {"--margin", "0.01", "--metric", "f1/nobody"},
      {"--margin", "0.01", "--metric", "f1/yes,no"},
      {"--margin", "0.01", "--metric", ""},
      {"--margin", "0.01", "--experiment", "other"}};
  for (const auto& words : wrong) {
    const Finished finished = compare("a.db", "a.db", words);
    EXPECT_EQ(finished.status, 2) << ::testing::PrintToString(words) << finished.out;
    EXPECT_FALSE(finished.err.empty());
    EXPECT_TRUE(finished.out.empty());
  }
  EXPECT_EQ(compare("a.db", "missing.db").status, 4);
}

}  // namespace
}  // namespace ratbench::cli
