#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/harness/cli/program.hpp"
#include "tests/unmappable_file.hpp"

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

TEST_F(Cli, BlamesTheMachineWhenMemorySufficesForNoRunAtAll) {
  const auto words = project_.run_words(project_.db(), {"--seeds", "1"});
  const Finished none = project_.call(words, {{"RATBENCH_ECHO", "0:oom,1:oom"}});
  EXPECT_EQ(none.status, 4) << none.err;
  EXPECT_NE(none.err.find("ratbench: no run could be trained, memory ran out: out of memory"),
            std::string::npos)
      << none.err;
  EXPECT_EQ(project_.call(words).status, 0);
}

TEST_F(Cli, BlamesTheMachineWhenAFeatureFileCannotBeMapped) {
  const UnmappableFile unmappable;
  const std::string path = unmappable.path().string();
  const Finished done =
      project_.call(project_.run_words(project_.db(), {"--set", "data.train=" + path}));
  EXPECT_EQ(done.status, 4) << done.err;
  EXPECT_EQ(done.err, "ratbench: " + path +
                          ": cannot be mapped: not enough memory (Cannot allocate memory)\n");
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
  if (counts["done"] > 0) {
    // A run takes at least 0.2 s and two are trained at once; the clock of starts and ends is apart
    // from the one that the run sleeps by.
    EXPECT_GT(counts["runs_per_s"], 0);
    EXPECT_LT(counts["runs_per_s"], 1.25 * 2 / 0.2);
    EXPECT_DOUBLE_EQ(counts["left_s"].get<double>(),
                     counts["queued"].get<double>() / counts["runs_per_s"].get<double>());
  }
  const Finished rest = project_.call(project_.run_words(project_.db(), {"--json"}));
  EXPECT_EQ(rest.status, 0);
  EXPECT_EQ(json_of(rest)["done"], counts["queued"]);
}

TEST_F(Cli, CallsRunsOfAKilledEngineInterrupted) {
  const Program program =
      project_.start(project_.run_words(project_.db()), {{"RATBENCH_ECHO", "0:hang,1:hang"}});
  const auto counts = [&] {
    const Finished status = project_.call({"status", "--db", project_.db(), "--json"});
    return status.status == 0 ? json_of(status)["experiments"][0] : nlohmann::json();
  };
  nlohmann::json now = counts();
  for (int waited = 0; waited < 200 && (now.is_null() || now["running"] != 2); ++waited) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    now = counts();
  }
  ASSERT_EQ(now["running"], 2) << now.dump();
  EXPECT_EQ(now["interrupted"], 0);
  program.signal(SIGKILL);
  program.wait();
  now = counts();
  EXPECT_EQ(now["running"], 0);
  EXPECT_EQ(now["interrupted"], 2);
  const std::string text = project_.call({"status", "--db", project_.db()}).out;
  EXPECT_NE(text.find("tiny: 4 cells, 40 runs: "), std::string::npos) << text;
  EXPECT_NE(text.find(" 0 running, 2 interrupted, "), std::string::npos) << text;
  EXPECT_EQ(project_.call(project_.run_words(project_.db())).status, 0);
  EXPECT_EQ(counts()["interrupted"], 0);
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
  const TemporaryFolder elsewhere;
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
  EXPECT_EQ(other.status, 1);
  const Finished drifted =
      project_.call({"replay", key, "--db", project_.db()}, {{"RATBENCH_ECHO", "0:diverge"}});
  EXPECT_EQ(drifted.status, 1);
  EXPECT_NE(drifted.out.find("stored: trained to its end"), std::string::npos) << drifted.out;
  EXPECT_NE(drifted.out.find("now: diverged at step"), std::string::npos) << drifted.out;
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

TEST_F(Cli, PlanPrintsTheRealisedCountsThatRunPrints) {
  const std::vector<std::string> drawn = {"--set", "data.split.name=stratified",
                                          "--set", "data.split.fraction=0.25",
                                          "--set", "train.warmup=1"};
  std::vector<std::string> words = {"plan", project_.experiment(), "--db", project_.db()};
  words.insert(words.end(), drawn.begin(), drawn.end());
  const Finished plan = project_.call(words);
  ASSERT_EQ(plan.status, 0) << plan.err;
  const std::size_t begin = plan.out.find("a stratified split of 0.25, seed 0:");
  ASSERT_NE(begin, std::string::npos) << plan.out;
  const std::string counts = plan.out.substr(begin);
  EXPECT_NE(counts.find("train originals"), std::string::npos);
  EXPECT_TRUE(plan.out.substr(0, begin).ends_with("train.safetensors:\n")) << plan.out;
  EXPECT_NE(counts.find("note: train.warmup 1 takes all"), std::string::npos) << counts;
  const Finished run = project_.call(project_.run_words(project_.db(), drawn));
  EXPECT_NE(run.err.find(counts), std::string::npos) << run.err;
}

TEST_F(Cli, PlanAndRunRefuseWhatTheDataCannotGive) {
  for (const char* command : {"plan", "run"}) {
    const auto call = [&](std::vector<std::string> settings) {
      std::vector<std::string> words = {command, project_.experiment(), "--db", project_.db()};
      for (std::string& setting : settings) words.insert(words.end(), {"--set", setting});
      return project_.call(words);
    };
    const Finished profile = call({R"(data.profile={"maybe":3})"});
    EXPECT_EQ(profile.status, 2);
    EXPECT_NE(profile.err.find("/data/profile"), std::string::npos) << profile.err;
    EXPECT_NE(profile.err.find("there are: no; yes"), std::string::npos) << profile.err;
    EXPECT_NE(profile.err.find("tiny.json with --set: at /data/profile"), std::string::npos)
        << profile.err;
    for (const char* loss : {"loss.name=ldam", "loss.name=focal"}) {
      const Finished boosted = call({loss, "loss.boost_classes=maybe"});
      EXPECT_EQ(boosted.status, 2) << loss;
      EXPECT_NE(boosted.err.find("/loss/boost_classes"), std::string::npos) << boosted.err;
    }
    const Finished weightless = call({"loss.name=focal", "loss.alpha=[0,0]"});
    EXPECT_EQ(weightless.status, 2);
    EXPECT_NE(weightless.err.find("found 0 for every class"), std::string::npos) << weightless.err;
    const Finished deferred =
        call({"loss.name=ldam", "loss.defer_epochs=9", "train.epochs=null", "train.steps=1"});
    EXPECT_EQ(deferred.status, 2);
    EXPECT_NE(deferred.err.find("/loss/defer_epochs"), std::string::npos) << deferred.err;
    const Finished folds =
        call({"data.split.name=kfold", "data.split.folds=999", "data.split.fold=0"});
    EXPECT_EQ(folds.status, 2);
    EXPECT_NE(folds.err.find("fewer than the 999 folds"), std::string::npos) << folds.err;
  }
  EXPECT_FALSE(std::filesystem::exists(project_.db()));
}

TEST_F(Cli, ReportRefusesADatabaseThatHoldsOtherSettings) {
  ASSERT_EQ(project_.call(project_.run_words(project_.db())).status, 0);
  const std::vector<std::string> report = {
      "report", project_.experiment(), "--db", project_.db(), "--format", "md",
      "--out",  project_.db() + ".out"};
  EXPECT_EQ(project_.call(report).status, 0);
  const Finished again =
      project_.call(project_.run_words(project_.db(), {"--set", "train.lr=0.5"}));
  EXPECT_EQ(again.status, 0);
  EXPECT_NE(again.err.find("with other settings; its runs stay stored"), std::string::npos)
      << again.err;
  const Finished refused = project_.call(report);
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("/train"), std::string::npos) << refused.err;
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
  for (const char* name : {"compare", "completion", "cost", "export", "merge", "plan", "replay",
                           "report", "run", "status", "verify"}) {
    help += std::string("\n=== ") + name + "\n" + project_.call({name, "--help"}).out;
  }
  const std::filesystem::path golden = "tests/harness/cli/help.txt";
  if (std::getenv("RATBENCH_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << help;
  EXPECT_EQ(help, read_text(golden));
}

}  // namespace
}  // namespace ratbench::cli
