// Full and read-only places, with real file systems: each test runs in a child with a mount name
// space of its own, so that nothing outlives it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "harness/store/export.hpp"
#include "harness/store/file_system.hpp"
#include "src/base/error.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

constexpr int kReadOnly = 8;
constexpr int kFull = 13;
// Exit status of a child that has no right to mount.
constexpr int kNoMount = 77;

std::vector<Dataset> datasets() { return {small_dataset()}; }

// True when `folder` is now a fresh tmpfs of `size` that only this process sees.
bool mount_private(const std::filesystem::path& folder, const char* size) {
  const int flags = CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER);
  if (::unshare(flags) != 0) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return ::mount("tmpfs", folder.c_str(), "tmpfs", 0, (std::string("size=") + size).c_str()) == 0;
}

void expect_in_child(const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 1;
    try {
      status = holds() ? 0 : 1;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoMount) GTEST_SKIP() << "this machine lets nobody mount a tmpfs";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// Code of the StoreError that `action` throws, 0 without one; what it says goes to stderr.
int store_error_code(const std::function<void()>& action) {
  try {
    action();
  } catch (const StoreError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.code();
  }
  return 0;
}

// Writes zeros until the file system takes no more.
void fill(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT, 0644);
  const std::string zeros(4096, '\0');
  while (::write(descriptor, zeros.data(), zeros.size()) > 0) {
  }
  ::close(descriptor);
}

TEST(Places, FullDiskIsSaidAndTheSweepGoesOnWhenThereIsSpace) {
  const TemporaryFolder folder;
  expect_in_child([&] {
    if (!mount_private(folder.path(), "2m")) ::_exit(kNoMount);
    const auto file = folder / "ratbench.db";
    const grid::Sweep sweep = small_sweep("small", 30);
    const auto keys = run_keys(sweep);
    {
      Writer writer(file);
      Recorder recorder(writer, codec());
      writer.register_sweep(sweep, datasets());
      writer.begin_attempts(starts_of(keys));
      recorder.record(results_of({keys[0]}));
      fill(folder / "ballast");
      const int code = store_error_code([&] {
        for (const auto& key : keys) recorder.record(results_of({key}));
      });
      if (code != kFull) return false;
    }
    std::filesystem::remove(folder / "ballast");
    Writer writer(file);
    Recorder recorder(writer, codec());
    recorder.recover();
    const std::size_t kept = Reader(file).experiment("small")->progress.done;
    if (kept < 1 || kept == keys.size()) return false;
    recorder.record(results_of(keys));
    return Reader(file).experiment("small")->progress.done == keys.size();
  });
}

TEST(Places, FullDiskAtTheStartIsSaid) {
  const TemporaryFolder folder;
  expect_in_child([&] {
    if (!mount_private(folder.path(), "64k")) ::_exit(kNoMount);
    fill(folder / "ballast");
    return store_error_code([&] { Writer writer(folder / "ratbench.db"); }) == kFull;
  });
}

TEST(Places, WhatCanBeNoDatabaseIsRefusedAndKeepsItsNeighboursAway) {
  const TemporaryFolder folder;
  std::ofstream(folder / "notes.txt") << "a text, and surely not a database";
  const auto before = std::distance(std::filesystem::directory_iterator(folder.path()), {});
  for (const auto& place :
       {folder.path(), folder / "notes.txt", std::filesystem::path("/dev/null")}) {
    EXPECT_THROW(check_place(place), StoreError) << place;
    EXPECT_THROW(Writer{place}, StoreError) << place;
    EXPECT_THROW(Reader{place}, StoreError) << place;
  }
  EXPECT_THROW(check_place(""), UsageError);
  EXPECT_THROW(Reader(""), UsageError);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), before);
  std::ofstream(folder / "empty.db");
  check_place(folder / "empty.db");
  check_place(folder / "new.db");
  { const Writer writer(folder / "new.db"); }
  check_place(folder / "new.db");
}

std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::stringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files[entry.path().filename().string()] = text.str();
  }
  return files;
}

void train_small(const std::filesystem::path& file, std::size_t seeds) {
  Writer writer(file);
  Recorder recorder(writer, codec());
  const grid::Sweep sweep = small_sweep("small", seeds);
  writer.register_sweep(sweep, datasets());
  writer.begin_attempts(starts_of(run_keys(sweep)));
  recorder.record(results_of(run_keys(sweep)));
  recorder.finish();
}

// The later views are larger than the limit, the first ones are not.
TEST(Places, ExportThatFailsOnTheWayLeavesTheFolderAsItWas) {
  const TemporaryFolder folder;
  train_small(folder / "one.db", 1);
  train_small(folder / "many.db", 30);
  const auto out = folder / "csv";
  export_views(Reader(folder / "one.db"), out);
  const auto before = files_in(out);
  const auto reader = Reader(folder / "many.db");
  ASSERT_GE(before.size(), 10U);
  expect_in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{8192, 8192};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (store_error_code([&] { export_views(reader, out); }) == 0) return false;
    if (store_error_code([&] { export_views(reader, folder / "fresh"); }) == 0) return false;
    return files_in(out) == before && !std::filesystem::exists(folder / "fresh");
  });
  std::filesystem::remove(out / "v_metric.csv");
  std::filesystem::create_directory(out / "v_metric.csv");
  const auto blocked = files_in(out);
  EXPECT_NE(store_error_code([&] { export_views(reader, out); }), 0);
  EXPECT_EQ(files_in(out), blocked);
  std::filesystem::remove(out / "v_metric.csv");
  export_views(reader, out);
  EXPECT_NE(files_in(out).at("v_metric.csv"), before.at("v_metric.csv"));
}

// Needs no right to mount: the size limit stands in for the disk.
TEST(Places, SpoolThatCannotGrowKeepsItsRecords) {
  const TemporaryFolder folder;
  expect_in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    Spool spool(folder / "x.spool");
    spool.append(std::vector<std::string>{"kept"});
    const rlimit limit{4096, 4096};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    const std::vector<std::string> large = {std::string(3000, 'a'), std::string(3000, 'b')};
    if (store_error_code([&] { spool.append(large); }) != kFull) return false;
    std::vector<std::string> found;
    Spool(folder / "x.spool").replay([&](std::string_view p) { found.emplace_back(p); });
    return found == std::vector<std::string>{"kept"};
  });
}

TEST(Places, ReadOnlyPlaceIsRefusedForWritingAndCanBeRead) {
  const TemporaryFolder folder;
  expect_in_child([&] {
    if (!mount_private(folder.path(), "4m")) ::_exit(kNoMount);
    const auto file = folder / "with space?.db";
    {
      Writer writer(file);
      writer.register_sweep(small_sweep(), datasets());
    }
    if (::mount(nullptr, folder.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
      ::_exit(kNoMount);
    }
    if (store_error_code([&] { Writer writer(file); }) != kReadOnly) return false;
    if (store_error_code([&] { Writer writer(folder / "new/ratbench.db"); }) != kReadOnly)
      return false;
    return Reader(file).cells("small").size() == 3;
  });
}

TEST(Places, DatabaseFileThatCannotBeWrittenIsRefused) {
  const TemporaryFolder folder;
  expect_in_child([&] {
    if (!mount_private(folder.path(), "4m")) ::_exit(kNoMount);
    const auto file = folder / "ratbench.db";
    { const Writer writer(file); }
    // The file alone becomes read-only: a read-only bind mount over itself holds for root too.
    if (::mount(file.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        ::mount(nullptr, file.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      ::_exit(kNoMount);
    }
    return store_error_code([&] { Writer writer(file); }) == kReadOnly;
  });
}

}  // namespace
}  // namespace ratbench::store
