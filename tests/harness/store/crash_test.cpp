// SIGKILL at every named point and at odd passes of it: after recovery the store is that of a sweep
// that nobody interrupted, and nothing finished is repeated.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/store/fault.hpp"
#include "src/base/error.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

// A sweep in batches of two, as an engine would drive it, resuming whatever state it finds. Returns
// how many runs it had to train.
std::size_t drive(const std::filesystem::path& file, const std::string& fault) {
  arm_fault(fault);
  Writer writer(file);
  Recorder recorder(writer, codec());
  recorder.recover();
  const grid::Sweep sweep = small_sweep("small", 4);
  const std::vector<Dataset> datasets = {small_dataset()};
  writer.register_sweep(sweep, datasets);
  std::size_t trained = 0;
  std::vector<std::string> batch;
  const Reader reader(file);
  const auto known = reader.known_runs();
  for (const std::string& key : run_keys(sweep)) {
    if (known.at(key) == RunStatus::kQueued) batch.push_back(key);
    const bool last = key == run_keys(sweep).back();
    if (batch.size() < 2 && !(last && !batch.empty())) continue;
    writer.begin_attempts(starts_of(batch));
    recorder.record(results_of(batch));
    trained += batch.size();
    batch.clear();
  }
  recorder.finish();
  return trained;
}

// True when the child was killed by the fault, false when it came to its end.
bool killed_at(const std::filesystem::path& file, const std::string& fault) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      drive(file, fault);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s: %s\n", fault.c_str(), error.what());
      ::_exit(2);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    return true;
  }
  EXPECT_EQ(WEXITSTATUS(status), 0) << fault;
  return false;
}

class Crash : public testing::TestWithParam<std::string_view> {};

TEST_P(Crash, RecoversToAnUninterruptedSweep) {
  const TemporaryFolder folder;
  drive(folder / "whole.db", "");
  const auto whole = comparable_rows(folder / "whole.db");
  const std::string point(GetParam());
  std::size_t kills = 0;
  for (int pass = 1; pass <= 5; ++pass) {
    const auto file = folder / (std::to_string(pass) + ".db");
    if (!killed_at(file, point + ":" + std::to_string(pass))) break;
    ++kills;
    const std::size_t again = drive(file, "");
    EXPECT_EQ(comparable_rows(file), whole) << point << " pass " << pass;
    // What had reached the spool before the kill is not trained again: two runs a batch.
    if (point.starts_with("commit.") || point == "spool.after_sync") {
      const int batches = point == "commit.mid" ? (pass + 1) / 2 : pass;
      EXPECT_EQ(again, 8u - 2u * static_cast<std::size_t>(batches)) << point << " pass " << pass;
    }
  }
  EXPECT_GE(kills, 1u) << "the point was never passed";
}

TEST_P(Crash, RecoversWhenKilledAgainDuringRecovery) {
  const TemporaryFolder folder;
  drive(folder / "whole.db", "");
  const std::string point(GetParam());
  const auto file = folder / "twice.db";
  killed_at(file, "commit.mid:3");
  killed_at(file, point);
  killed_at(file, point + ":2");
  drive(file, "");
  EXPECT_EQ(comparable_rows(file), comparable_rows(folder / "whole.db"));
}

std::string test_name(const testing::TestParamInfo<std::string_view>& info) {
  std::string name(info.param);
  for (char& c : name) {
    if (c == '.') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(EveryPoint, Crash, testing::ValuesIn(kFaultPoints), test_name);

TEST(Fault, UnknownPointIsRefusedNamingTheKnownOnes) {
  try {
    arm_fault("spool.midwrite:3");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("spool.mid_write"), std::string::npos);
  }
  EXPECT_THROW(arm_fault("spool.mid_write:0"), UsageError);
}

TEST(Recovery, ResultsThatOnlyTheSpoolHasAreCountedAndStored) {
  const TemporaryFolder folder;
  const auto file = folder / "ratbench.db";
  ASSERT_TRUE(killed_at(file, "commit.before_begin:2"));
  Writer writer(file);
  Recorder recorder(writer, codec());
  const RecoveryReport report = recorder.recover();
  EXPECT_EQ(report.replayed, 2u);
  EXPECT_EQ(report.already_stored, 2u);
  EXPECT_EQ(report.stale_leases, 0u);
  EXPECT_EQ(Reader(file).experiment("small")->progress.done, 4u);
}

TEST(Recovery, TornSpoolIsSaidAndItsRunsReturnToTheQueue) {
  const TemporaryFolder folder;
  const auto file = folder / "ratbench.db";
  ASSERT_TRUE(killed_at(file, "spool.mid_write:4"));
  Writer writer(file);
  Recorder recorder(writer, codec());
  const RecoveryReport report = recorder.recover();
  EXPECT_GT(report.torn_bytes, 0u);
  // The first record of the torn batch was whole.
  EXPECT_EQ(report.replayed, 1u);
  EXPECT_EQ(report.stale_leases, 1u);
}

TEST(Recovery, ResultsOfADeletedDatabaseAreDroppedAndCounted) {
  const TemporaryFolder folder;
  const auto file = folder / "ratbench.db";
  ASSERT_TRUE(killed_at(file, "commit.mid"));
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  Writer writer(file);
  Recorder recorder(writer, codec());
  EXPECT_EQ(recorder.recover().dropped, 2u);
}

TEST(Recovery, RejectedResultIsNotRejectedAgainByItsReplay) {
  const TemporaryFolder folder;
  const auto file = folder / "ratbench.db";
  const std::vector<Dataset> datasets = {small_dataset()};
  {
    Writer writer(file);
    Recorder recorder(writer, codec());
    writer.register_sweep(small_sweep(), datasets);
    writer.begin_attempts(starts_of({"cell0-seed0"}));
    protocol::RunResult result = small_result("cell0-seed0");
    result.outcomes[0].predictions.pop_back();
    EXPECT_EQ(recorder.record(std::vector{result}).rejected.size(), 1u);
    writer.requeue(std::vector<std::string>{"cell0-seed0"});
  }
  Writer writer(file);
  Recorder(writer, codec()).recover();
  EXPECT_EQ(Reader(file).run("cell0-seed0")->status, RunStatus::kQueued);
  EXPECT_EQ(Reader(file).attempts("cell0-seed0").size(), 1u);
}

TEST(Recovery, SpoolOfAnotherProgramIsNamedAndKept) {
  const TemporaryFolder folder;
  const auto file = folder / "ratbench.db";
  Spool(file.string() + ".spool").append(std::vector<std::string>{"{}"});
  Writer writer(file);
  try {
    Recorder(writer, codec()).recover();
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_NE(std::string(error.what()).find("ratbench.db.spool"), std::string::npos);
  }
  EXPECT_FALSE(Spool(file.string() + ".spool").empty());
}

}  // namespace
}  // namespace ratbench::store
