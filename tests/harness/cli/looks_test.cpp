// Sweeps by looks as a user runs them, with the echo worker: where they stop, how they go on after
// failures and kills, and what verify and plan say of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/harness/cli/program.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::cli {
namespace {

using nlohmann::json;

// An experiment of two cells and looks at 3, 5 and 8 seeds. Echo predictions are right in four of
// five rows in every cell, so the arms do not differ.
class Looks : public ::testing::Test {
 protected:
  Looks() : files_(sched::write_tiny_data(folder_.path(), 200)) {}

  // `claims`: the list as JSON text. The echo worker draws predictions by seed and configuration;
  // with these two epsilons arms lie near enough and far enough for the claims below.
  std::string experiment(const std::string& claims) const {
    const auto file = folder_.path() / "looks.json";
    std::ofstream(file) << R"({"name": "looks", "data": {"format": "features", "train": ")"
                        << files_.paths.at("train") << R"(", "val": ")" << files_.paths.at("val")
                        << R"(", "test": ")" << files_.paths.at("test") << R"("},
      "model": {"name": "mlp", "hidden": 4}, "train": {"epochs": 1, "select": "last"},
      "attack": {"name": "fgm", "p_rat": 0.5}, "grid": {"attack.epsilon": [0.1, 0.05]},
      "seeds": {"looks": [3, 5, 8], "until": "decided"},
      "arms": {"a": {"attack.epsilon": 0.1}, "b": {"attack.epsilon": 0.05}},
      "claims": )" << claims
                        << "}";
    return file.string();
  }
  std::string db(const std::string& name = "r.db") const {
    return (folder_.path() / name).string();
  }

  Finished call(std::vector<std::string> words,
                const std::map<std::string, std::string>& variables = {}) const {
    return Program(words, folder_.path(), variables).wait();
  }
  std::vector<std::string> run_words(const std::string& file, const std::string& database) const {
    return {"run", file, "--db", database, "--jobs", "2", "--json"};
  }
  json run(const std::string& file, const std::map<std::string, std::string>& variables = {}) {
    const Finished finished = call(run_words(file, db()), variables);
    status_ = finished.status;
    EXPECT_TRUE(json::accept(finished.out)) << finished.err;
    return json::parse(finished.out, nullptr, false);
  }

  TemporaryFolder folder_;
  protocol::DataFiles files_;
  int status_ = -1;
};

// Nobody differs by 90 points: shown at the first look.
constexpr const char* kClear =
    R"([{"name": "close", "kind": "equivalence", "arms": ["a", "b"], "margin": 0.9},
        {"name": "far", "kind": "difference", "arms": ["a", "b"], "effect": 0.9}])";
// The arms of one seed differ by about 4 points, so 3 points of margin need seeds.
constexpr const char* kOpen =
    R"([{"name": "same", "kind": "equivalence", "arms": ["a", "b"], "margin": 0.1}])";

TEST_F(Looks, StopWhenEveryClaimIsDecided) {
  const json report = run(experiment(kClear));
  EXPECT_EQ(status_, 0);
  EXPECT_EQ(report["done"], 6);
  ASSERT_EQ(report["looks"].size(), 1U);
  EXPECT_EQ(report["looks"][0]["claims"][0]["verdict"], "supported");
  EXPECT_EQ(report["looks"][0]["claims"][1]["verdict"], "refuted");
  // A second call finds the look reached and trains nothing.
  const json again = run(experiment(kClear));
  EXPECT_EQ(again["done"], 0);
  EXPECT_EQ(again["already_done"], 6);
  EXPECT_EQ(again["stopped_by"], report["stopped_by"]);
  const Finished verdicts = call({"verify", experiment(kClear), "--db", db(), "--json"});
  EXPECT_EQ(verdicts.status, 5);
  const json claims = json::parse(verdicts.out)["claims"];
  EXPECT_EQ(claims[0]["seeds"], 3);
  EXPECT_NEAR(claims[0]["alpha"].get<double>(), 0.05 * 3 / (3 + 5 + 8), 1e-12);
}

TEST_F(Looks, GoOnWhileAClaimIsOpen) {
  const json report = run(experiment(kOpen));
  EXPECT_EQ(status_, 0);
  ASSERT_GT(report["looks"].size(), 1U);
  EXPECT_EQ(report["looks"][0]["claims"][0]["prospect"], "open");
  const auto last = report["looks"].back()["seeds"].get<int>();
  EXPECT_EQ(report["done"], 2 * last);
  EXPECT_EQ(report["runs"], 2 * last);
}

TEST_F(Looks, WaitForThePrimaryClaimsAlone) {
  std::string claims = kClear;
  claims.insert(claims.find("\"name\": \"far\""), "\"primary\": true, ");
  claims.insert(claims.size() - 1, "," + std::string(kOpen + 1, std::string(kOpen).size() - 2));
  const json report = run(experiment(claims));
  EXPECT_EQ(report["done"], 6);
  EXPECT_EQ(report["looks"][0]["claims"][2]["prospect"], "open");
}

TEST_F(Looks, StopAtAFailedRunAndGoOnWhenItIsTrainedAgain) {
  const json failed = run(experiment(kOpen), {{"RATBENCH_ECHO", "1:error"}});
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(failed["stopped_by"], "failed runs");
  EXPECT_EQ(failed["failed"], 2);
  EXPECT_TRUE(failed["looks"].empty());
  const json rest = run(experiment(kOpen));
  EXPECT_EQ(status_, 0);
  EXPECT_GT(rest["looks"].size(), 1U);
}

TEST_F(Looks, DoNotWaitForAClaimWithADivergedRun) {
  const json report = run(experiment(kOpen), {{"RATBENCH_ECHO", "0:diverge"}});
  EXPECT_EQ(status_, 0);
  ASSERT_EQ(report["looks"].size(), 1U);
  EXPECT_EQ(report["looks"][0]["claims"][0]["prospect"], "undecidable");
}

// The rows that do not tell how often or how fast.
std::string results(const std::string& db) {
  const store::Reader reader(db);
  std::string text;
  for (const char* view : {"v_metric", "v_factor"})
    reader.visit_view(view, [&](const auto& values) {
      for (const auto& value : values) text += value.value_or("-") + "|";
      text += '\n';
    });
  return text;
}

TEST_F(Looks, KilledAnywhereEndWhereTheyWouldHaveEnded) {
  const std::string file = experiment(kOpen);
  const std::map<std::string, std::string> pace = {{"RATBENCH_ECHO_MS", "60"}};
  ASSERT_EQ(call(run_words(file, db("whole.db")), pace).status, 0);
  const std::string whole = results(db("whole.db"));
  for (const int after_ms : {120, 260, 420}) {
    const std::string database = db("killed" + std::to_string(after_ms) + ".db");
    const Program program(run_words(file, database), folder_.path(), pace);
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    program.signal(SIGKILL);
    program.wait();
    const Finished resumed = call(run_words(file, database), pace);
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(results(database), whole) << "killed after " << after_ms << " ms";
  }
}

TEST_F(Looks, ArePlannedWithTheirAlphasAndWhatTheyCanShow) {
  const std::string file = experiment(kOpen);
  const json before = json::parse(call({"plan", file, "--db", db(), "--json"}).out, nullptr, false);
  ASSERT_EQ(before["looks"].size(), 3U);
  EXPECT_EQ(before["looks"][1]["runs"], 10);
  EXPECT_EQ(before["claims"][0]["source"], "unknown");
  EXPECT_TRUE(before["claims"][0]["minimum_detectable_effect"].is_null());
  run(file);
  const json after = json::parse(call({"plan", file, "--db", db(), "--json"}).out, nullptr, false);
  EXPECT_EQ(after["claims"][0]["source"], "own runs");
  EXPECT_GT(after["claims"][0]["minimum_detectable_effect"], 0);
  EXPECT_GT(after["claims"][0]["at_first_look"], after["claims"][0]["minimum_detectable_effect"]);
}

TEST_F(Looks, ThatNeverWereCannotBeChecked) {
  const std::string file = experiment(kOpen);
  ASSERT_EQ(call(run_words(file, db())).status, 0);
  EXPECT_EQ(call({"verify", file, "--db", db(), "--noise-floor"}).status, 2);
  EXPECT_EQ(call({"verify", file, "--db", db(), "--noise-floor", "--aa"}).status, 2);
}

// Echo predictions follow from the configuration, so a moved run is as far off as another seed:
// with a worker that trains, rounding moves less.
TEST_F(Looks, OfMovedParametersGiveTheNoiseFloor) {
  const std::string file = experiment(kOpen);
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.end(), {file, "--db", db(), "--seeds", "6", "--json"});
    return call(words);
  };
  ASSERT_EQ(with({"run"}).status, 0);
  const Finished moved = with({"run", "--noise-floor"});
  ASSERT_EQ(moved.status, 0) << moved.err;
  const json floor = json::parse(moved.out)["noise_floor"][0];
  ASSERT_EQ(floor["cells"].size(), 2U);
  EXPECT_EQ(floor["cells"][0]["seeds"], 6);
  EXPECT_GT(floor["share"], 0);
  EXPECT_EQ(json::parse(with({"verify", "--noise-floor"}).out)["noise_floor"][0], floor);
  // The ordinary runs are untouched, and are not trained again.
  EXPECT_EQ(json::parse(with({"run"}).out)["already_done"], 12);
  const Finished aa = with({"verify", "--aa"});
  EXPECT_EQ(aa.status, 0);
  const json result = json::parse(aa.out)["aa"][0];
  EXPECT_EQ(result["comparisons"], 2);
  EXPECT_EQ(result["seeds_per_arm"], 3);
}

}  // namespace
}  // namespace ratbench::cli
