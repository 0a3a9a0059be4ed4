// What the machine tells: counters of energy that start over or are forbidden, heat, batteries,
// idle cores, a device that another measurement holds. Machines are folders of the test.
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "harness/cost/device_lock.hpp"
#include "harness/cost/energy.hpp"
#include "harness/cost/host_machine.hpp"
#include "harness/cost/nvml.hpp"
#include "harness/cost/pinning.hpp"
#include "src/base/error.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::cost {
namespace {

namespace fs = std::filesystem;

class FakeRoot : public ::testing::Test {
 protected:
  FakeRoot() { ::setenv("RATBENCH_FAKE_WORKERS", "", 1); }

  void put(const std::string& file, const std::string& text) const {
    const fs::path path = root() / file;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  }
  void put_zone(const std::string& zone, const std::string& name, const std::string& energy_uj) {
    const std::string folder = "sys/class/powercap/" + zone + "/";
    put(folder + "name", name);
    put(folder + "energy_uj", energy_uj);
    put(folder + "max_energy_range_uj", "1000000");
  }
  fs::path root() const { return folder_.path(); }

  TemporaryFolder folder_;
};

TEST_F(FakeRoot, EnergyIsThatOfPackagesAndMemoryAcrossAStartOver) {
  put_zone("intel-rapl:0", "package-0", "900000");
  put_zone("intel-rapl:0:0", "core", "5");
  put_zone("intel-rapl:0:1", "dram", "100000");
  put_zone("intel-rapl:1", "psys", "7");
  const Energy energy = rapl_energy(root());
  ASSERT_TRUE(energy.meter) << energy.source;
  EXPECT_EQ(energy.source, "RAPL (package-0, dram)");
  energy.meter->begin();
  put_zone("intel-rapl:0", "package-0", "300000");  // 100000 to its end and 300000 beyond
  put_zone("intel-rapl:0:0", "core", "999999");
  put_zone("intel-rapl:0:1", "dram", "150000");
  EXPECT_DOUBLE_EQ(energy.meter->joules().value(), 0.45);
  fs::remove(root() / "sys/class/powercap/intel-rapl:0:1/energy_uj");
  EXPECT_FALSE(energy.meter->joules()) << "a counter that vanishes is no 0";
}

TEST_F(FakeRoot, MissingEnergySaysWhy) {
  EXPECT_EQ(rapl_energy(root()).meter, nullptr);
  EXPECT_NE(rapl_energy(root()).source.find("not available: this system has no"),
            std::string::npos);
  put_zone("intel-rapl:0", "psys", "7");
  EXPECT_NE(rapl_energy(root()).source.find("has no package"), std::string::npos);
  put_zone("intel-rapl:1", "package-1", "");  // as unreadable as a file of root's
  const Energy forbidden = rapl_energy(root());
  EXPECT_EQ(forbidden.meter, nullptr);
  EXPECT_NE(forbidden.source.find("intel-rapl:1/energy_uj may not be read"), std::string::npos)
      << forbidden.source;
}

TEST_F(FakeRoot, ConditionsAreThoseOfTheCoreInUse) {
  const std::string cpu = "sys/devices/system/cpu/";
  for (const char* core : {"cpu0/", "cpu3/"})
    put(cpu + core + "thermal_throttle/core_throttle_count", "10");
  put(cpu + "cpu3/cpufreq/scaling_cur_freq", "2400000");
  put(cpu + "cpufreq/boost", "1");
  put("sys/class/thermal/thermal_zone0/temp", "45000");
  put("sys/class/thermal/thermal_zone1/temp", "71500");
  put("sys/class/power_supply/BAT0/type", "Battery");
  put("sys/class/power_supply/BAT0/status", "Discharging");
  put("proc/loadavg", "1.25 0.5 0.25 1/100 99");
  put("proc/stat", "cpu 300 0 0 2700 0 0 0 9\ncpu0 200 0 0 1800 0 0 0 9\ncpu3 100 0 0 900 0 0 0 0");
  HostMachine machine({"cpu", 3, root()});
  machine.block_begins();
  put("proc/stat",
      "cpu 400 0 0 2700 0 0 0 99\ncpu0 220 0 0 1800 0 0 0 79\ncpu3 180 0 0 900 0 0 0 20\n"
      "ctxt 5\nprocs_running 7");
  put(cpu + "cpu0/thermal_throttle/core_throttle_count", "99");
  put(cpu + "cpu3/thermal_throttle/core_throttle_count", "12");
  const Conditions found = machine.block_ended();
  EXPECT_EQ(found.load, 1.25);
  EXPECT_EQ(found.steal_share, 0.2);
  EXPECT_EQ(found.frequency_mhz, 2400);
  EXPECT_EQ(found.temperature_c, 71.5);
  EXPECT_EQ(found.throttled, 2) << "core 0 is another's";
  EXPECT_EQ(found.on_battery, true);
  EXPECT_EQ(found.running, 7);
  EXPECT_FALSE(found.energy_j) << "not available is not 0";
}

TEST_F(FakeRoot, WhatTheMachineDoesNotTellIsAbsent) {
  HostMachine machine({"cpu", std::nullopt, root()});
  machine.block_begins();
  const Conditions found = machine.block_ended();
  EXPECT_FALSE(found.load || found.steal_share || found.frequency_mhz || found.temperature_c ||
               found.throttled || found.on_battery || found.running || found.device_processes ||
               found.energy_j);
  put("sys/class/power_supply/mouse/type", "Battery");
  put("sys/class/power_supply/mouse/scope", "Device");
  put("sys/class/power_supply/mouse/status", "Discharging");
  EXPECT_FALSE(on_battery(root()));
}

TEST_F(FakeRoot, ADeviceIsHeldByOneMeasurement) {
  const DeviceLock gpu("cuda:0", root());
  {
    const DeviceLock first("cpu", root());
    try {
      const DeviceLock second("cpu", root());
      FAIL() << "two measurements on one device";
    } catch (const EnvironmentError& error) {
      EXPECT_NE(std::string(error.what()).find("pid " + std::to_string(::getpid())),
                std::string::npos)
          << error.what();
    }
  }
  EXPECT_NO_THROW(DeviceLock("cpu", root()));
}

TEST_F(FakeRoot, TheIdlestCoreIsTheOneThatIdledMostMeanwhile) {
  put("proc/stat", "cpu 9 9 9 9\ncpu0 5 0 0 1000 0\ncpu1 5 0 0 10 0\nintr 1");
  const IdleTicks before = idle_ticks(root());
  EXPECT_EQ(before, (IdleTicks{{0, 1000}, {1, 10}}));
  EXPECT_EQ(idlest_core(before, {{0, 1001}, {1, 90}}), 1);
  EXPECT_EQ(idlest_core(before, {{0, 1090}, {1, 11}, {2, 5000}}), 0) << "core 2 was not there";
  EXPECT_EQ(idlest_core(before, {{0, 1050}, {1, 60}}), 1) << "interrupts favour the first";
  EXPECT_FALSE(idlest_core({}, {}));
}

TEST(Pinning, KeepsAProcessOnOneCoreOrSaysWhyNot) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  const Pinning pinned = pin_to_idlest(0, idle_ticks());
  if (pinned.core) {
    cpu_set_t now;
    ASSERT_EQ(::sched_getaffinity(0, sizeof now, &now), 0);
    EXPECT_EQ(CPU_COUNT(&now), 1);
    EXPECT_TRUE(CPU_ISSET(*pinned.core, &now));
    ::sched_setaffinity(0, sizeof before, &before);
  } else {
    EXPECT_FALSE(pinned.why_not.empty());
  }
  const Pinning nobody = pin_to_idlest(-1, idle_ticks());
  EXPECT_FALSE(nobody.core);
  EXPECT_FALSE(nobody.why_not.empty());
}

class NvmlTest : public ::testing::Test {
 protected:
  void TearDown() override { ::unsetenv("FAKE_NVML_DENIES"); }

  const char* library_ = RATBENCH_FAKE_NVML;  // the build's stand-in for the driver's library
};

TEST_F(NvmlTest, TellsWhatTheDriverTells) {
  const Nvml gpu("cuda:0", library_);
  ASSERT_EQ(gpu.problem(), "");
  const Energy energy = nvml_energy(gpu);
  ASSERT_TRUE(energy.meter) << energy.source;
  energy.meter->begin();
  EXPECT_DOUBLE_EQ(energy.meter->joules().value(), 0.25);
  EXPECT_EQ(gpu.temperature_c(), 61);
  EXPECT_EQ(gpu.slowed_by_heat(), true);
  EXPECT_EQ(gpu.processes(), (std::vector<int>{17, 18}));
  EXPECT_FALSE(gpu.frequency_mhz()) << "this driver has no such function";
}

TEST_F(NvmlTest, RefusalsAreSaid) {
  ::setenv("FAKE_NVML_DENIES", "energy", 1);
  const Nvml silent("cuda:0", library_);
  EXPECT_NE(nvml_energy(silent).source.find("does not tell the energy"), std::string::npos);
  ::setenv("FAKE_NVML_DENIES", "init", 1);
  EXPECT_NE(Nvml("cuda:0", library_).problem().find("no permission"), std::string::npos);
  ::setenv("FAKE_NVML_DENIES", "device", 1);
  EXPECT_NE(Nvml("cuda:0", library_).problem().find("no permission"), std::string::npos);
  ::unsetenv("FAKE_NVML_DENIES");
  EXPECT_NE(Nvml("cuda:5", library_).problem().find("no GPU 5"), std::string::npos);
}

TEST(Nvml, AMachineWithoutItLacksOnlyItsFigures) {
  const Nvml none("cuda:0", "libratbench-no-such-library.so");
  EXPECT_NE(none.problem().find("has no NVML"), std::string::npos);
  EXPECT_FALSE(none.energy_mj() || none.processes());
  EXPECT_EQ(nvml_energy(none).meter, nullptr);
  EXPECT_EQ(nvml_energy(none).source.find("not available: "), 0u);
}

}  // namespace
}  // namespace ratbench::cost
