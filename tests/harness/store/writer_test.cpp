// One writer, any number of readers, and databases that are refused.
#include "harness/store/writer.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "harness/store/connection.hpp"
#include "harness/store/file_system.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/write_lock.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

// Primary result codes of SQLite (sqlite.org/rescode.html).
constexpr int kBusy = 5;
constexpr int kCantOpen = 14;
constexpr int kMismatch = 20;
constexpr int kNotADatabase = 26;

template <typename Action>
StoreError store_error(const Action& action) {
  try {
    action();
  } catch (const StoreError& error) {
    return error;
  }
  ADD_FAILURE() << "no StoreError";
  return {"", -1, ""};
}

std::vector<Dataset> datasets() { return {small_dataset()}; }

class WriterFile : public testing::Test {
 protected:
  WriterFile() : file_(folder_ / "deep/er/ratbench.db") {}
  TemporaryFolder folder_;
  std::filesystem::path file_;
};

TEST_F(WriterFile, SecondWriterIsRefusedNamingTheHoldersPid) {
  const Writer first(file_);
  const StoreError error = store_error([&] { Writer second(file_); });
  EXPECT_EQ(error.code(), kBusy);
  EXPECT_EQ(error.status(), ExitStatus::kEnvironment);
  EXPECT_NE(std::string(error.what()).find("pid " + std::to_string(::getpid())), std::string::npos)
      << error.what();
}

TEST_F(WriterFile, WhetherItIsHeldCanBeAskedAndKeepsNoWriterOut) {
  EXPECT_EQ(is_held(file_), false) << "there is no such file";
  {
    const Writer writer(file_);
    EXPECT_EQ(is_held(file_), true);
  }
  EXPECT_EQ(is_held(file_), false);
  std::atomic<bool> done = false;
  std::thread asking([&] {
    for (; !done; std::this_thread::sleep_for(std::chrono::milliseconds(1))) is_held(file_);
  });
  for (int opened = 0; opened < 20; ++opened) EXPECT_NO_THROW(Writer{file_}) << opened;
  done = true;
  asking.join();
}

// The last program to leave a database deletes its WAL. A writer that has lost its locks would not
// count, and go on writing into a deleted file.
TEST_F(WriterFile, OtherProgramsLeaveItsLogAlone) {
  int to_writer[2], to_reader[2];
  ASSERT_EQ(::pipe(to_writer), 0);
  ASSERT_EQ(::pipe(to_reader), 0);
  const char* const runs_query = "SELECT count(*) FROM run";
  const grid::Sweep sweep = small_sweep("small", 4);
  const std::vector<std::string> keys = run_keys(sweep);
  const auto tell = [](const int* pipe) { return ::write(pipe[1], "x", 1) == 1; };
  const auto told = [](const int* pipe) {
    char byte = 0;
    return ::read(pipe[0], &byte, 1) == 1;
  };
  const pid_t child = ::fork();
  if (child == 0) {
    Writer writer(file_);
    writer.register_sweep(sweep, datasets());
    writer.begin_attempts(starts_of(keys));
    writer.sync();
    const bool read = tell(to_reader) && told(to_writer);
    writer.commit_results(results_of(keys));
    ::_exit(read && tell(to_reader) && told(to_writer) ? 0 : 1);
  }
  ASSERT_TRUE(told(to_reader));
  // As the sqlite3 shell opens it.
  EXPECT_GT(Connection(file_.string(), file_, SQLite::OPEN_READWRITE).number(runs_query), 0);
  ASSERT_TRUE(tell(to_writer));
  ASSERT_TRUE(told(to_reader));
  EXPECT_EQ(Reader(file_).known_runs().at(keys.front()), RunStatus::kDone);
  EXPECT_TRUE(std::filesystem::exists(file_.string() + "-wal"));
  ASSERT_TRUE(tell(to_writer));
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(WriterFile, LockOfAKilledWriterIsGone) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Writer writer(file_);
    if (::write(ready[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const StoreError error = store_error([&] { Writer refused(file_); });
  EXPECT_NE(std::string(error.what()).find("pid " + std::to_string(child)), std::string::npos);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(Writer{file_});
}

TEST_F(WriterFile, LeasesOfADeadEngineReturnToTheQueue) {
  {
    Writer writer(file_);
    writer.register_sweep(small_sweep(), datasets());
  }
  const pid_t child = ::fork();
  if (child == 0) {
    Writer writer(file_);
    writer.begin_attempts(starts_of({"cell0-seed0", "cell1-seed0"}));
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  Writer writer(file_);
  EXPECT_EQ(writer.recover_stale_leases(), 2u);
  EXPECT_EQ(writer.recover_stale_leases(), 0u);
  const Reader reader(file_);
  EXPECT_EQ(reader.run("cell0-seed0")->status, RunStatus::kQueued);
  EXPECT_EQ(reader.attempts("cell0-seed0").at(0).failure_kind, "lost");
  EXPECT_EQ(reader.attempts("cell0-seed0").at(0).pid, child);
}

TEST_F(WriterFile, LeaseOfALivingProcessIsKept) {
  Writer writer(file_);
  writer.register_sweep(small_sweep(), datasets());
  writer.begin_attempts(starts_of({"cell0-seed0"}));
  // Hands the lease to our parent, which certainly lives.
  Connection raw(file_.string(), file_, SQLite::OPEN_READWRITE);
  std::ifstream in("/proc/" + std::to_string(::getppid()) + "/stat");
  std::string stat((std::istreambuf_iterator<char>(in)), {});
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string start;
  for (int field = 3; field <= 22; ++field) fields >> start;
  raw.execute("UPDATE attempt SET pid = " + std::to_string(::getppid()) +
              ", process_start = " + start);
  EXPECT_EQ(writer.recover_stale_leases(), 0u);
  // The same pid started at another time is another process.
  raw.execute("UPDATE attempt SET process_start = process_start + 1");
  EXPECT_EQ(writer.recover_stale_leases(), 1u);
}

TEST_F(WriterFile, ReaderSeesAndHindersNoWriter) {
  Writer writer(file_);
  const grid::Sweep sweep = small_sweep("small", 40);
  writer.register_sweep(sweep, datasets());
  writer.begin_attempts(starts_of(run_keys(sweep)));
  const pid_t child = ::fork();
  if (child == 0) {
    // Reads without pause until the last run is there.
    try {
      const Reader reader(file_);
      while (reader.experiment("small")->progress.done < 80)
        reader.metrics("small", "test", "best", "accuracy");
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  const Reader own(file_);
  std::size_t done = 0;
  for (const auto& result : results_of(run_keys(sweep))) {
    writer.commit_results(std::vector{result});
    EXPECT_EQ(own.experiment("small")->progress.done, ++done);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(WriterFile, ReaderInTheMiddleOfAViewSeesOneMoment) {
  Writer writer(file_);
  const grid::Sweep sweep = small_sweep();
  writer.register_sweep(sweep, datasets());
  writer.begin_attempts(starts_of(run_keys(sweep)));
  const Reader reader(file_);
  std::size_t done = 0;
  bool committed = false;
  const auto columns = reader.view_columns("v_run");
  reader.visit_view("v_run", [&](const auto& row) {
    if (!committed) writer.commit_results(results_of(run_keys(sweep)));
    committed = true;
    done += *row[5] == "done" ? 1 : 0;
  });
  EXPECT_EQ(columns[5], "status");
  EXPECT_EQ(done, 0u);
  EXPECT_EQ(reader.experiment("small")->progress.done, 4u);
}

TEST_F(WriterFile, NewerSchemaIsRefusedByBothAndLeftAlone) {
  { const Writer writer(file_); }
  {
    Connection raw(file_.string(), file_, SQLite::OPEN_READWRITE);
    raw.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion + 1));
  }
  const StoreError error = store_error([&] { Writer writer(file_); });
  EXPECT_EQ(error.code(), kMismatch);
  EXPECT_NE(std::string(error.what()).find("newer program"), std::string::npos) << error.what();
  EXPECT_EQ(store_error([&] { Reader reader(file_); }).code(), kMismatch);
}

TEST_F(WriterFile, MissingDatabaseCannotBeRead) {
  EXPECT_EQ(store_error([&] { Reader reader(file_); }).code(), kCantOpen);
  EXPECT_FALSE(std::filesystem::exists(file_.parent_path()));
}

TEST_F(WriterFile, FileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  std::filesystem::create_directories(file_.parent_path());
  std::ofstream(file_) << std::string(5000, 'x');
  EXPECT_EQ(store_error([&] { Writer writer(file_); }).code(), kNotADatabase);
  EXPECT_EQ(store_error([&] { Reader reader(file_); }).code(), kNotADatabase);
  EXPECT_EQ(std::filesystem::file_size(file_), 5000u);
}

TEST_F(WriterFile, DatabaseOfAnotherProgramIsRefused) {
  std::filesystem::create_directories(file_.parent_path());
  {
    Connection raw(file_.string(), file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    raw.execute("CREATE TABLE notes (text)");
  }
  EXPECT_EQ(store_error([&] { Writer writer(file_); }).code(), kNotADatabase);
  EXPECT_EQ(store_error([&] { Reader reader(file_); }).code(), kNotADatabase);
}

TEST_F(WriterFile, NetworkFileSystemIsRefusedWithTheWayOut) {
  for (const std::uint64_t magic : {0x6969ull, 0xfe534d42ull, 0x0bd00bd0ull, 0x65735546ull}) {
    const StoreError error = store_error([&] { refuse_network_file_system(file_, magic); });
    EXPECT_NE(std::string(error.what()).find("--db /tmp/ratbench.db"), std::string::npos);
  }
  // ext4, xfs, btrfs, tmpfs, overlayfs.
  for (const std::uint64_t magic :
       {0xef53ull, 0x58465342ull, 0x9123683eull, 0x01021994ull, 0x794c7630ull}) {
    EXPECT_FALSE(network_file_system(magic));
  }
}

}  // namespace
}  // namespace ratbench::store
