#include "harness/sched/memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace ratbench::sched {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

// A machine of our own below a folder.
class MemoryTest : public ::testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / file).parent_path());
    std::ofstream(folder_.path() / file) << text;
  }
  void set_free(std::int64_t mib) {
    write("proc/meminfo", "MemTotal:  9000000 kB\nMemAvailable:  " + std::to_string(mib * 1024) +
                              " kB\nBuffers: 1 kB\n");
  }
  void set_process(pid_t pid, std::int64_t resident_mib, std::int64_t peak_mib) {
    write("proc/" + std::to_string(pid) + "/status",
          "Name:\tworker\nVmHWM:\t" + std::to_string(peak_mib * 1024) + " kB\nVmRSS:\t" +
              std::to_string(resident_mib * 1024) + " kB\n");
  }

  TemporaryFolder folder_;
};

TEST_F(MemoryTest, FreeIsWhatBothTheKernelAndTheControlGroupAllow) {
  EXPECT_FALSE(free_memory_bytes(folder_.path()).has_value());
  set_free(1000);
  EXPECT_EQ(free_memory_bytes(folder_.path()), 1000 * kMiB);
  write("proc/self/cgroup", "0::/jobs/one\n");
  write("sys/fs/cgroup/jobs/one/memory.max", "max\n");
  write("sys/fs/cgroup/jobs/one/memory.current", std::to_string(100 * kMiB));
  EXPECT_EQ(free_memory_bytes(folder_.path()), 1000 * kMiB) << "a group without a limit";
  write("sys/fs/cgroup/jobs/one/memory.max", std::to_string(400 * kMiB));
  EXPECT_EQ(free_memory_bytes(folder_.path()), 300 * kMiB);
  write("sys/fs/cgroup/jobs/one/memory.max", std::to_string(50 * kMiB));
  EXPECT_EQ(free_memory_bytes(folder_.path()), 0);
}

TEST_F(MemoryTest, RealProcessesAreRead) {
  const ProcessMemory own = process_memory("/", ::getpid());
  EXPECT_GT(own.resident_bytes, kMiB);
  EXPECT_GE(own.peak_bytes, own.resident_bytes);
  EXPECT_GT(free_memory_bytes("/").value_or(0), kMiB);
}

TEST_F(MemoryTest, AdmitsWhatTheRestOfAllWorkersFitsInto) {
  const std::array<pid_t, 1> busy = {10};
  set_free(1000);
  set_process(10, 300, 700);  // will take 400 more
  set_process(11, 100, 100);  // will take 600 more
  MemoryAdmission memory(folder_.path());
  EXPECT_TRUE(memory.admits(11, busy));
  set_free(999);
  EXPECT_FALSE(memory.admits(11, busy));
  EXPECT_TRUE(memory.admits(11, {})) << "one run is always tried";
  set_free(1500);
  EXPECT_TRUE(memory.admits(11, busy));
  memory.learn(1000 * kMiB);
  EXPECT_FALSE(memory.admits(11, busy)) << "an earlier run took more";
}

TEST_F(MemoryTest, ReasonIsToldOnce) {
  const std::array<pid_t, 1> busy = {10};
  set_free(512);
  MemoryAdmission memory(folder_.path());
  memory.learn(1024 * kMiB);
  EXPECT_FALSE(memory.admits(11, busy));
  EXPECT_EQ(memory.take_reason(),
            "a worker waits for memory: runs of this sweep take up to 1.0 GiB, 0.5 GiB are free "
            "beside 1 in progress");
  EXPECT_FALSE(memory.admits(11, busy));
  EXPECT_EQ(memory.take_reason(), "");
}

TEST_F(MemoryTest, AdmitsWhereTheSystemDoesNotTell) {
  const std::array<pid_t, 1> busy = {10};
  MemoryAdmission memory(folder_.path());
  memory.learn(1024 * kMiB);
  EXPECT_TRUE(memory.admits(11, busy));
}

}  // namespace
}  // namespace ratbench::sched
