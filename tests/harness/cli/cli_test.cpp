#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

class Cli : public ::testing::Test {
 protected:
  TinyProject project_;

  nlohmann::json json_of(const Finished& finished) {
    return nlohmann::json::parse(finished.out, nullptr, false);
  }
};

TEST_F(Cli, TrainsASweepOnceAndResumesToNothing) {
  const Finished first = project_.call(project_.run_words(project_.db(), {"--json"}));
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(json_of(first)["done"], 40);
  const Finished second = project_.call(project_.run_words(project_.db(), {"--json"}));
  EXPECT_EQ(second.status, 0);
  EXPECT_EQ(json_of(second)["done"], 0);
  EXPECT_EQ(json_of(second)["already_done"], 40);
}

TEST_F(Cli, ExitsWithOneWhenARunFailedAndTrainsItAgainOnRequest) {
  const Finished first = project_.call(project_.run_words(project_.db(), {"--json"}),
                                       {{"RATBENCH_ECHO", "1:oom,2:error,3:diverge"}});
  EXPECT_EQ(first.status, 1);
  EXPECT_EQ(json_of(first)["failed"], 8);
  EXPECT_EQ(json_of(first)["diverged"], 4);
  const Finished some =
      project_.call(project_.run_words(project_.db(), {"--json", "--only", "failed:oom"}));
  EXPECT_EQ(some.status, 0);
  EXPECT_EQ(json_of(some)["done"], 4);
  EXPECT_EQ(json_of(some)["left_out"], 4);
  const Finished status = project_.call({"status", "--db", project_.db(), "--json"});
  EXPECT_EQ(json_of(status)["experiments"][0]["failed"], 4);
  EXPECT_EQ(json_of(status)["experiments"][0]["failures"][0]["kind"], "error");
}

TEST_F(Cli, StopsCleanlyOnCtrlCAndGoesOnLater) {
  const Program program =
      project_.start(project_.run_words(project_.db()), {{"RATBENCH_ECHO_MS", "200"}});
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  program.signal(SIGINT);
  const Finished stopped = program.wait();
  EXPECT_EQ(stopped.status, 130) << stopped.err;
  const Finished status = project_.call({"status", "--db", project_.db(), "--json"});
  const auto counts = json_of(status)["experiments"][0];
  EXPECT_EQ(counts["running"], 0);
  EXPECT_GT(counts["queued"], 0);
  const Finished rest = project_.call(project_.run_words(project_.db(), {"--json"}));
  EXPECT_EQ(rest.status, 0);
  EXPECT_EQ(json_of(rest)["done"], counts["queued"]);
}

TEST_F(Cli, StopsAtOnceOnASecondCtrlC) {
  const Program program =
      project_.start(project_.run_words(project_.db()), {{"RATBENCH_ECHO", "0:freeze"}});
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  program.signal(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait().status, 130);
  EXPECT_EQ(project_.call(project_.run_words(project_.db())).status, 0);
}

TEST_F(Cli, RefusesASecondWriterAndAWorkerThatIsNotThere) {
  const Program first =
      project_.start(project_.run_words(project_.db()), {{"RATBENCH_ECHO_MS", "100"}});
  std::this_thread::sleep_for(std::chrono::milliseconds(800));
  const sched::TemporaryFolder elsewhere;
  const Program second(project_.run_words(project_.db()), elsewhere.path());
  EXPECT_EQ(second.wait().status, 4);
  EXPECT_EQ(first.wait().status, 0);
  const Finished missing = project_.call(project_.run_words(project_.db("other.db")),
                                         {{"RATBENCH_WORKER", "/no/such/worker"}});
  EXPECT_EQ(missing.status, 4);
  EXPECT_NE(missing.err.find("/no/such/worker"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(project_.db("other.db")));
}

TEST_F(Cli, AnswersWrongUseWithTwoAndOneError) {
  const std::vector<std::vector<std::string>> cases = {
      {},
      {"bogus"},
      {"run"},
      {"run", "missing.json"},
      {"run", project_.experiment(), "--jobs", "0"},
      {"run", project_.experiment(), "--device", "gpu"},
      {"run", project_.experiment(), "--only", "done"},
      {"run", project_.experiment(), "--set", "attack.epsilom=1"},
      {"export", "--db", project_.db()}};
  for (const auto& words : cases) {
    const Finished finished = project_.call(words);
    EXPECT_EQ(finished.status, 2) << ::testing::PrintToString(words);
    EXPECT_FALSE(finished.err.empty());
    EXPECT_TRUE(finished.out.empty()) << finished.out;
  }
  EXPECT_FALSE(std::filesystem::exists(project_.db()));
  EXPECT_EQ(project_.call({"status", "--db", project_.db()}).status, 4);
}

TEST_F(Cli, KeepsRunsOfAnotherKindOfDeviceApart) {
  ASSERT_EQ(project_.call(project_.run_words(project_.db())).status, 0);
  const std::map<std::string, std::string> fake = {{"RATBENCH_FAKE_DEVICES", "cuda:0,cuda:1"}};
  const Finished refused =
      project_.call(project_.run_words(project_.db(), {"--device", "all"}), fake);
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("--reuse-any-device"), std::string::npos);
  EXPECT_EQ(project_.call(project_.run_words(project_.db()), fake).status, 0);
  EXPECT_EQ(
      project_
          .call(project_.run_words(project_.db(), {"--device", "all", "--reuse-any-device"}), fake)
          .status,
      0);
}

TEST_F(Cli, ReplaysARunByTheBeginningOfItsKey) {
  ASSERT_EQ(project_.call(project_.run_words(project_.db())).status, 0);
  const store::Reader reader(project_.db());
  const std::string key = reader.runs("tiny").at(0).run_key;
  const Finished same = project_.call({"replay", key.substr(0, 12), "--db", project_.db()});
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_NE(same.out.find("bit-identical"), std::string::npos);
  const Finished other = project_.call({"replay", key, "--db", project_.db(), "--json"},
                                       {{"RATBENCH_ECHO", "0:diverge"}});
  EXPECT_EQ(json_of(other)["identical"], false);
  EXPECT_EQ(project_.call({"replay", "zz", "--db", project_.db()}).status, 2);
}

TEST_F(Cli, PlansWithoutWritingAnything) {
  const Finished plan =
      project_.call({"plan", project_.experiment(), "--db", project_.db(), "--json"});
  ASSERT_EQ(plan.status, 0) << plan.err;
  EXPECT_EQ(json_of(plan)["left"], 40);
  const Finished dry = project_.call(project_.run_words(project_.db(), {"--dry-run", "--json"}));
  EXPECT_EQ(json_of(dry)["left"], 40);
  EXPECT_FALSE(std::filesystem::exists(project_.db()));
}

TEST_F(Cli, SaysItsVersions) {
  const Finished version = project_.call({"--version"});
  EXPECT_EQ(version.status, 0);
  for (const char* word :
       {"ratbench ", "git revision", "method version", "schema version", "LibTorch none"}) {
    EXPECT_NE(version.out.find(word), std::string::npos) << word;
  }
}

TEST_F(Cli, CompletesEverySubcommand) {
  const Finished script = project_.call({"completion", "bash"});
  EXPECT_EQ(script.status, 0);
  for (const char* word : {"export", "plan", "replay", "report", "run", "status", "--only"}) {
    EXPECT_NE(script.out.find(word), std::string::npos) << word;
  }
}

// Regenerate with RATBENCH_UPDATE_GOLDEN=1 and look at the difference.
TEST_F(Cli, HelpIsAsReviewed) {
  std::string help = project_.call({"--help"}).out;
  for (const char* name :
       {"compare", "completion", "export", "merge", "plan", "replay", "report", "run", "status", "verify"}) {
    help += std::string("\n=== ") + name + "\n" + project_.call({name, "--help"}).out;
  }
  const std::filesystem::path golden = "tests/harness/cli/help.txt";
  if (std::getenv("RATBENCH_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << help;
  EXPECT_EQ(help, read_text(golden));
}

}  // namespace
}  // namespace ratbench::cli
