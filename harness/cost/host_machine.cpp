#include "harness/cost/host_machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "harness/cost/system_files.hpp"

namespace ratbench::cost {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWorkerName = "ratbench-worker";

std::optional<pid_t> process_id(const std::string& name) {
  pid_t pid = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
  return pid;
}

// Parent and state from /proc/PID/stat; the name between the brackets may hold anything.
struct ProcessFacts {
  char state = 'Z';
  pid_t parent = 0;
};

ProcessFacts facts_of(const fs::path& folder) {
  const std::string line = first_line(folder / "stat");
  const std::size_t bracket = line.rfind(')');
  ProcessFacts facts;
  if (bracket == std::string::npos) return facts;
  std::istringstream rest(line.substr(bracket + 1));
  rest >> facts.state >> facts.parent;
  return facts;
}

}  // namespace

std::vector<pid_t> other_workers() {
  std::vector<pid_t> found;
  if (const char* fake = std::getenv("RATBENCH_FAKE_WORKERS")) {
    std::istringstream pids(fake);
    for (pid_t pid = 0; pids >> pid;) found.push_back(pid);
    return found;
  }
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator("/proc", missing)) {
    const auto pid = process_id(entry.path().filename().string());
    if (!pid || first_line(entry.path() / "comm") != kWorkerName) continue;
    const ProcessFacts facts = facts_of(entry.path());
    if (facts.state != 'Z' && facts.parent != ::getpid()) found.push_back(*pid);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<bool> on_battery(const fs::path& root) {
  std::optional<bool> found;
  std::error_code missing;
  for (const auto& supply : fs::directory_iterator(root / "sys/class/power_supply", missing)) {
    // "Device": the battery of a mouse.
    if (first_line(supply.path() / "type") != "Battery" ||
        first_line(supply.path() / "scope") == "Device")
      continue;
    found = found.value_or(false) || first_line(supply.path() / "status") == "Discharging";
  }
  return found;
}

HostMachine::HostMachine(WatchedDevice watched) : watched_(std::move(watched)) {
  for (const CoreFolder& core : core_folders(watched_.root))
    if (!watched_.core || core.core == *watched_.core) cores_.push_back(core.folder);
  if (watched_.device == "cpu") {
    energy_ = rapl_energy(watched_.root);
    return;
  }
  nvml_ = std::make_unique<Nvml>(watched_.device);
  energy_ = nvml_energy(*nvml_);
}

std::optional<HostMachine::Ticks> HostMachine::processor_ticks() const {
  const std::string wanted = watched_.core ? "cpu" + std::to_string(*watched_.core) : "cpu";
  std::ifstream in(watched_.root / "proc/stat");
  std::string name;
  while (in >> name && name != wanted) std::getline(in, name);
  if (!in) return std::nullopt;
  // user nice system idle iowait irq softirq steal
  constexpr int kFields = 8;
  Ticks ticks;
  for (int field = 0; field < kFields; ++field) {
    std::uint64_t value = 0;
    if (!(in >> value)) return std::nullopt;
    ticks.all += value;
    ticks.steal = value;
  }
  return ticks;
}

std::optional<int> HostMachine::running_tasks() const {
  std::ifstream in(watched_.root / "proc/stat");
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string name;
    int count = 0;
    if (fields >> name >> count && name == "procs_running") return count;
  }
  return std::nullopt;
}

std::optional<std::int64_t> HostMachine::throttle_count() const {
  std::optional<std::int64_t> sum;
  for (const fs::path& core : cores_)
    for (const char* counter : {"core_throttle_count", "package_throttle_count"})
      if (const auto count = first_number<std::int64_t>(core / "thermal_throttle" / counter))
        sum = sum.value_or(0) + *count;
  return sum;
}

std::optional<double> HostMachine::hottest_c() const {
  std::optional<double> hottest;
  std::error_code missing;
  for (const auto& zone : fs::directory_iterator(watched_.root / "sys/class/thermal", missing)) {
    const auto milli = first_number<double>(zone.path() / "temp");
    if (milli && (!hottest || *milli / 1000 > *hottest)) hottest = *milli / 1000;
  }
  return hottest;
}

void HostMachine::ask_gpu(Conditions& now) const {
  now.temperature_c = nvml_->temperature_c();
  now.frequency_mhz = nvml_->frequency_mhz();
  if (const auto slowed = nvml_->slowed_by_heat()) now.throttled = *slowed ? 1 : 0;
  // In a container the driver may name our worker by a number of another namespace, so that it is
  // counted, not looked for.
  if (const auto pids = nvml_->processes())
    now.device_processes = std::max(0, static_cast<int>(pids->size()) - 1);
}

void HostMachine::block_begins() {
  ticks_ = processor_ticks();
  throttled_ = throttle_count();
  if (energy_.meter) energy_.meter->begin();
}

Conditions HostMachine::block_ended() {
  Conditions now;
  if (energy_.meter) now.energy_j = energy_.meter->joules();
  now.load = first_number<double>(watched_.root / "proc/loadavg");
  const auto ticks = processor_ticks();
  if (ticks && ticks_ && ticks->all > ticks_->all && ticks->steal >= ticks_->steal)
    now.steal_share = static_cast<double>(ticks->steal - ticks_->steal) /
                      static_cast<double>(ticks->all - ticks_->all);
  now.running = running_tasks();
  now.on_battery = on_battery(watched_.root);
  now.other_workers = static_cast<int>(other_workers().size());
  if (nvml_) {
    ask_gpu(now);
    return now;
  }
  if (!cores_.empty())
    if (const auto khz = first_number<double>(cores_.front() / "cpufreq/scaling_cur_freq"))
      now.frequency_mhz = *khz / 1000;
  now.temperature_c = hottest_c();
  const auto throttled = throttle_count();
  if (throttled && throttled_) now.throttled = *throttled - *throttled_;
  return now;
}

}  // namespace ratbench::cost
