#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "src/base/error.hpp"
#include "tests/harness/sched/tiny_sweep.hpp"

namespace ratbench::sched {
namespace {

class SchedulerTest : public ::testing::Test {
 protected:
  SchedulerTest() : data_(write_tiny_data(folder_.path(), 10)) {
    options_.worker = echo_worker();
    options_.device = {DeviceRequest::Kind::kCpu, 0};
    options_.jobs = 2;
    options_.log_dir = folder_.path() / "logs";
  }

  std::string key(std::uint64_t seed) const { return sha256_hex(std::to_string(seed)); }

  ScheduleReport train(std::uint64_t runs) {
    std::vector<QueuedRun> queue;
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
      queue.push_back({key(seed), seed, "cell", &config_, &data_});
    }
    Progress progress(Progress::Style::kSilent);
    return Scheduler(options_, journal_, progress).run(std::move(queue));
  }

  // Of the latest attempt.
  std::string log_of(std::uint64_t seed) {
    std::ifstream in(journal_.provenance.at(key(seed)).log_file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  // Runs 0..2 where run 1 does `action`; returns the kind it failed with.
  std::string kind_after(const std::string& action) {
    const ScopedVariable echo("RATBENCH_ECHO", "1:" + action);
    const ScheduleReport report = train(3);
    EXPECT_EQ(report.counts.done, 2U) << action;
    EXPECT_EQ(report.failures.size(), 1U) << action;
    return report.failures.empty() ? "" : report.failures.front().kind;
  }

  TemporaryFolder folder_;
  protocol::DataFiles data_;
  specs::Config config_;
  ScheduleOptions options_;
  MemoryJournal journal_;
};

TEST_F(SchedulerTest, TrainsEveryRunOnce) {
  const ScheduleReport report = train(20);
  EXPECT_EQ(report.counts.done, 20U);
  EXPECT_EQ(journal_.results.size(), 20U);
  for (const auto& [run, attempts] : journal_.attempts) EXPECT_EQ(attempts, 1) << run;
}

TEST_F(SchedulerTest, GivesEqualResultsWithOneAndWithFourWorkers) {
  options_.jobs = 1;
  train(8);
  const auto alone = std::exchange(journal_.results, {});
  options_.jobs = 4;
  train(8);
  for (const auto& [run, result] : alone) {
    EXPECT_EQ(journal_.results.at(run).weights_sha256, result.weights_sha256);
    EXPECT_EQ(journal_.results.at(run).outcomes.at(0).predictions,
              result.outcomes.at(0).predictions);
  }
}

TEST_F(SchedulerTest, TrainsOneRunAtATimeWhereMemoryHoldsNoSecond) {
  options_.kernels["cpu"] = "mkl";
  options_.system_root = folder_.path() / "machine";
  std::filesystem::create_directories(options_.system_root / "proc");
  std::ofstream(options_.system_root / "proc/meminfo") << "MemAvailable: 1000000 kB\n";
  const auto at_a_time = [&](const char* peak_bytes) {
    const ScopedVariable peak("RATBENCH_ECHO_PEAK", peak_bytes);
    const ScopedVariable slow("RATBENCH_ECHO_MS", "50");
    EXPECT_EQ(train(8).counts.done, 8U);
    std::map<int, int> runs;
    for (const auto& [run, provenance] : journal_.provenance) ++runs[provenance.concurrent_runs];
    return runs;
  };
  // What a run takes is known once the first has ended, beside which one more may have begun.
  EXPECT_GE(at_a_time("600000000")[1], 7);
  EXPECT_GT(at_a_time("100000000")[2], 1);
}

TEST_F(SchedulerTest, StartsNoWorkerWithoutRuns) {
  options_.worker = "/nowhere/at/all";
  EXPECT_EQ(train(0).counts.done, 0U);
}

TEST_F(SchedulerTest, CallsADivergedRunDone) {
  const ScopedVariable echo("RATBENCH_ECHO", "1:diverge");
  const ScheduleReport report = train(3);
  EXPECT_EQ(report.counts.done, 3U);
  EXPECT_EQ(report.counts.diverged, 1U);
  EXPECT_TRUE(report.failures.empty());
  EXPECT_NE(log_of(1).find("diverged after batch "), std::string::npos) << log_of(1);
}

TEST_F(SchedulerTest, NamesTheKindOfEveryFailureAndTriesAgainAsItDeserves) {
  const std::vector<std::tuple<std::string, std::string, int>> cases = {
      {"error", "error", 1},  {"data", "data", 1},   {"silent-end", "error", 1},
      {"oom", "oom", 2},      {"kill", "killed", 3}, {"term", "preempted", 3},
      {"abort", "error", 1},  {"exit", "error", 1},  {"quit", "lost", 3},
      {"garbage", "error", 1}};
  for (const auto& [action, kind, attempts] : cases) {
    journal_ = {};
    EXPECT_EQ(kind_after(action), kind) << action;
    EXPECT_EQ(journal_.attempts[key(1)], attempts) << action;
    EXPECT_EQ(journal_.failures.back().then, store::AfterFailure::kStayFailed) << action;
  }
}

TEST_F(SchedulerTest, TriesARunThatRanOutOfMemoryAgainInAFreshWorker) {
  options_.jobs = 1;
  const ScopedVariable marks("RATBENCH_ECHO_MARKS", folder_.path().string());
  const ScopedVariable echo("RATBENCH_ECHO", "1:once-oom");
  EXPECT_EQ(train(3).counts.done, 3U);
  ASSERT_EQ(journal_.failures.size(), 1U);
  EXPECT_EQ(journal_.failures.front().kind, "oom");
  EXPECT_EQ(journal_.attempts[key(1)], 2);
  const auto worker_of = [&](std::uint64_t seed) {
    return journal_.provenance.at(key(seed)).worker_pid;
  };
  EXPECT_NE(worker_of(1), worker_of(0));
  EXPECT_EQ(worker_of(2), worker_of(1)) << "the fresh worker stays";
}

TEST_F(SchedulerTest, FinishesARunWhoseWorkerWasKilledOnce) {
  const ScopedVariable echo("RATBENCH_ECHO", "1:once-kill,2:once-quit");
  const ScopedVariable marks("RATBENCH_ECHO_MARKS", folder_.path().string());
  const ScheduleReport report = train(4);
  EXPECT_EQ(report.counts.done, 4U);
  EXPECT_TRUE(report.failures.empty());
  EXPECT_EQ(journal_.attempts[key(1)], 2);
  EXPECT_EQ(journal_.failures.at(0).then, store::AfterFailure::kRequeue);
}

TEST_F(SchedulerTest, EndsARunThatTakesTooLong) {
  options_.run_timeout_s = 0.5;
  EXPECT_EQ(kind_after("hang"), "timeout");
}

TEST_F(SchedulerTest, EndsAWorkerThatShowsNoSignOfLife) {
  options_.silence_timeout_s = 1.5;
  const ScopedVariable marks("RATBENCH_ECHO_MARKS", folder_.path().string());
  const ScopedVariable echo("RATBENCH_ECHO", "1:once-freeze");
  EXPECT_EQ(train(2).counts.done, 2U);
  EXPECT_EQ(journal_.failures.at(0).kind, "lost");
}

TEST_F(SchedulerTest, StartsNothingNewAfterTheAllowedFailures) {
  const ScopedVariable echo("RATBENCH_ECHO", "0:error,1:error");
  options_.jobs = 1;
  options_.stop_after_failures = 2;
  const ScheduleReport report = train(10);
  EXPECT_TRUE(report.stopped_early);
  EXPECT_EQ(report.failures.size(), 2U);
  EXPECT_EQ(journal_.attempts.size(), 2U);
}

TEST_F(SchedulerTest, RefusesAWorkerOfAnotherVersion) {
  for (const char* what : {"protocol", "method", "version"}) {
    const ScopedVariable greeting("RATBENCH_ECHO_GREETING", what);
    try {
      train(1);
      FAIL() << what;
    } catch (const EnvironmentError& error) {
      EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
    }
  }
  EXPECT_TRUE(journal_.attempts.empty());
}

TEST_F(SchedulerTest, RefusesAProgramThatIsNoWorker) {
  options_.worker = "/bin/true";
  EXPECT_THROW(train(1), EnvironmentError);
  options_.worker = "/bin/nothing-of-the-kind";
  EXPECT_THROW(train(1), EnvironmentError);
  options_.worker = echo_worker();
  options_.greeting_timeout_s = 0.2;
  const ScopedVariable greeting("RATBENCH_ECHO_GREETING", "none");
  EXPECT_THROW(train(1), EnvironmentError);
}

TEST_F(SchedulerTest, GivesWorkersDistinctDevices) {
  const ScopedVariable fake("RATBENCH_FAKE_DEVICES", "cuda:0,cuda:1");
  const ScopedVariable slow("RATBENCH_ECHO_MS", "20");
  options_.device = {DeviceRequest::Kind::kAll, 0};
  options_.jobs = 8;
  train(12);
  std::map<std::string, std::set<std::int64_t>> workers;
  for (const auto& [run, provenance] : journal_.provenance) {
    workers[provenance.device].insert(provenance.worker_pid);
  }
  ASSERT_EQ(workers.size(), 2U);
  for (const auto& [device, pids] : workers) EXPECT_EQ(pids.size(), 1U) << device;
}

TEST_F(SchedulerTest, LetsOneWorkerChooseTheKernelForAll) {
  options_.jobs = 4;
  train(8);
  ASSERT_EQ(journal_.kernels.size(), 1U);
  EXPECT_EQ(journal_.kernels[0].first, "cpu");
  for (const auto& [run, result] : journal_.results) EXPECT_EQ(result.kernel, "echo");
  options_.kernels["cpu"] = "mkl";
  train(2);
  EXPECT_EQ(journal_.kernels.size(), 1U);
  EXPECT_EQ(journal_.results.at(key(0)).kernel, "mkl");
}

TEST_F(SchedulerTest, DoesNotWaitForTheFirstRunsEndOnceItsKernelIsKnown) {
  const ScopedVariable echo("RATBENCH_ECHO_MS", "2000");
  train(2);
  EXPECT_EQ(std::max(journal_.provenance.at(key(0)).concurrent_runs,
                     journal_.provenance.at(key(1)).concurrent_runs),
            2);
}

TEST_F(SchedulerTest, KeepsWhatTheWorkerPrintedInTheLogOfTheAttempt) {
  kind_after("abort");
  EXPECT_NE(log_of(1).find("told to abort"), std::string::npos) << log_of(1);
  EXPECT_NE(log_of(1).find("signal 6"), std::string::npos) << log_of(1);
}

TEST_F(SchedulerTest, KeepsWhatBefellARunInTheLogOfTheAttempt) {
  const ScopedVariable echo("RATBENCH_ECHO", "1:tell");
  EXPECT_EQ(train(2).counts.done, 2U);
  EXPECT_NE(log_of(1).find("told to tell\n"), std::string::npos) << log_of(1);
  EXPECT_EQ(log_of(0).find("told to tell"), std::string::npos);
}

TEST_F(SchedulerTest, ForgetsTheCheckpointsOfARunOnceItsResultIsKept) {
  const auto checkpoints = options_.log_dir / "checkpoints";
  for (const std::uint64_t seed : {0, 1}) {
    std::filesystem::create_directories(checkpoints / key(seed));
    std::ofstream(checkpoints / key(seed) / "checkpoint_0.safetensors") << "progress";
  }
  const ScopedVariable echo("RATBENCH_ECHO", "1:error");
  train(2);
  EXPECT_FALSE(std::filesystem::exists(checkpoints / key(0)));
  EXPECT_TRUE(std::filesystem::exists(checkpoints / key(1))) << "it may still go on from there";
}

TEST_F(SchedulerTest, PutsRunsBackWhenInterrupted) {
  const ScopedVariable echo("RATBENCH_ECHO", "2:hang,3:hang");
  std::thread user([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    ::kill(::getpid(), SIGINT);
  });
  const ScheduleReport report = train(10);
  user.join();
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.counts.done, 2U);
  EXPECT_TRUE(report.failures.empty());
  ASSERT_EQ(journal_.failures.size(), 2U);
  for (const auto& failure : journal_.failures) {
    EXPECT_EQ(failure.kind, "preempted");
    EXPECT_EQ(failure.then, store::AfterFailure::kRequeue);
  }
}

}  // namespace
}  // namespace ratbench::sched
