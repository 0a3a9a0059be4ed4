// What stands where a database, an experiment file or a worker should be, and what is left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

namespace fs = std::filesystem;

class Places : public ::testing::Test {
 protected:
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(project_.folder()))
      if (entry.path().filename() != "stdout.txt" && entry.path().filename() != "stderr.txt")
        found.insert(entry.path().filename());
    return found;
  }
  // A file where the program would make a folder: as good as a folder that may not be written,
  // also for the superuser.
  void block(const std::string& name) const { std::ofstream(project_.folder() / name) << "x"; }
  // An experiment whose texts are encoded.
  std::string text_experiment() const {
    const std::string file = (project_.folder() / "texts.json").string();
    std::ofstream(file) << R"({"data": {"format": "text", "release": "synthetic_reports"},
                               "encoder": {"name": "hashed"}})";
    return file;
  }

  TinyProject project_;
};

TEST_F(Places, WhatCanBeNoDatabaseIsSaidBeforeAnythingIsMade) {
  const std::string folder = (project_.folder() / "folder").string();
  fs::create_directory(folder);
  const std::string file = project_.experiment();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {folder, folder + ": is a folder; --db names a file, for example " + folder + "/ratbench.db"},
      {"/dev/null", "/dev/null: is no regular file, which a database must be"},
      {file, file + ": is not a database"},
      {"", "the name of the database is empty; --db names a file"}};
  const auto before = names();
  for (const auto& [db, problem] : cases) {
    for (const char* command : {"run", "plan", "status"}) {
      if (std::string(command) == "status" && db == file) continue;  // readers have their own words
      std::vector<std::string> words = {command, "--db", db};
      if (std::string(command) != "status") words.push_back(file);
      const Finished finished = project_.call(words);
      EXPECT_EQ(finished.status, db.empty() ? 2 : 4) << command << " " << db;
      EXPECT_EQ(finished.err.find("ratbench: " + problem), 0U) << finished.err;
      EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    }
  }
  EXPECT_EQ(project_.call({"merge", folder, file}).status, 4);
  EXPECT_EQ(names(), before);
  EXPECT_FALSE(fs::exists("/dev/null.lock"));
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(Places, WhatCanBeNoExperimentFileIsSaid) {
  const std::string folder = project_.folder().string();
  EXPECT_EQ(project_.call({"plan", folder}).err, "ratbench: " + folder + ": is a folder\n");
  EXPECT_EQ(project_.call({"plan", "/dev/null"}).err, "ratbench: /dev/null: is no regular file\n");
  EXPECT_EQ(project_.call({"plan", "/none.json"}).err,
            "ratbench: /none.json: does not exist or cannot be read\n");
}

TEST_F(Places, AReplayFindsAnotherFolderForItsLogs) {
  ASSERT_EQ(project_.call(project_.run_words(project_.db(), {"--seeds", "1"})).status, 0);
  const std::string key = store::Reader(project_.db()).runs("tiny").at(0).run_key;
  fs::remove_all(project_.folder() / "logs");
  block("logs");
  const fs::path temporary = project_.folder() / "tmp";
  fs::create_directory(temporary);
  const Finished replay =
      project_.call({"replay", key, "--db", project_.db()}, {{"TMPDIR", temporary.string()}});
  EXPECT_EQ(replay.status, 0) << replay.err;
  EXPECT_NE(replay.err.find("the logs of the replay are in " + temporary.string()),
            std::string::npos)
      << replay.err;
  EXPECT_FALSE(fs::is_empty(temporary));
}

TEST_F(Places, ACacheThatCannotBeWrittenNamesTheWayOut) {
  block("cache");
  const Finished plan = project_.call({"plan", text_experiment(), "--db", project_.db()});
  EXPECT_EQ(plan.status, 4);
  EXPECT_NE(plan.err.find((project_.folder() / "cache").string() + ": cannot be"),
            std::string::npos)
      << plan.err;
  EXPECT_NE(plan.err.find("name one in a folder that can be written with --db"), std::string::npos)
      << plan.err;
}

TEST_F(Places, AWorkerThatCannotBeUsedLeavesNoDatabase) {
  const auto before = names();
  for (const auto& [greeting, problem] :
       {std::pair("silent", "it did not greet; it wrote nothing\n"),
        std::pair("method", "build both from one revision\n"),
        std::pair("version", "has version 99.0.0, this program ")}) {
    const Finished run =
        project_.call(project_.run_words(project_.db()), {{"RATBENCH_ECHO_GREETING", greeting}});
    EXPECT_EQ(run.status, 4) << run.err;
    EXPECT_NE(run.err.find(problem), std::string::npos) << run.err;
    EXPECT_EQ(names(), before) << greeting;
  }
}

TEST_F(Places, AWorkerOfAnotherRevisionIsNotedOnce) {
  const std::string note = "was built from revision 0123456789ab, this program from ";
  const Finished run =
      project_.call(project_.run_words(project_.db()), {{"RATBENCH_ECHO_GREETING", "revision"}});
  EXPECT_EQ(run.status, 0) << run.err;
  const std::size_t first = run.err.find(note);
  EXPECT_NE(first, std::string::npos) << run.err;
  EXPECT_EQ(run.err.find(note, first + 1), std::string::npos) << run.err;
  const Finished same = project_.call(project_.run_words(project_.db("same.db")));
  EXPECT_EQ(same.err.find("was built from revision"), std::string::npos) << same.err;
}

TEST_F(Places, ControlCharactersOfAFileDoNotReachTheTerminal) {
  const std::string file = (project_.folder() / "red.json").string();
  std::ofstream(file) << R"({"\u001b[31mred\u009b": 1})";
  const Finished plan = project_.call({"plan", file});
  EXPECT_EQ(plan.status, 2);
  EXPECT_NE(plan.err.find("\\u001b[31mred\\u009b"), std::string::npos) << plan.err;
  EXPECT_EQ(plan.err.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace ratbench::cli
