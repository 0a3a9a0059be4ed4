#include "harness/cost/host_machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace ratbench::cost {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWorkerName = "ratbench-worker";
constexpr const char* kFirstCore = "/sys/devices/system/cpu/cpu0/";

template <typename T>
std::optional<T> first_number(const fs::path& file) {
  std::ifstream in(file);
  T value{};
  if (in >> value) return value;
  return std::nullopt;
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

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

std::optional<double> hottest_c() {
  std::optional<double> hottest;
  std::error_code missing;
  for (const auto& zone : fs::directory_iterator("/sys/class/thermal", missing)) {
    const auto milli = first_number<double>(zone.path() / "temp");
    if (milli && (!hottest || *milli / 1000 > *hottest)) hottest = *milli / 1000;
  }
  return hottest;
}

std::optional<std::int64_t> throttle_count() {
  return first_number<std::int64_t>(fs::path(kFirstCore) / "thermal_throttle/core_throttle_count");
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

bool on_battery() {
  std::error_code missing;
  for (const auto& supply : fs::directory_iterator("/sys/class/power_supply", missing))
    if (first_line(supply.path() / "status") == "Discharging") return true;
  return false;
}

std::optional<HostMachine::Ticks> HostMachine::processor_ticks() {
  std::ifstream in("/proc/stat");
  std::string name;
  if (!(in >> name) || name != "cpu") return std::nullopt;
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

void HostMachine::block_begins() {
  ticks_ = processor_ticks();
  throttled_ = throttle_count();
}

Conditions HostMachine::block_ended() {
  Conditions now;
  now.load = first_number<double>("/proc/loadavg");
  const auto ticks = processor_ticks();
  if (ticks && ticks_ && ticks->all > ticks_->all)
    now.steal_share = static_cast<double>(ticks->steal - ticks_->steal) /
                      static_cast<double>(ticks->all - ticks_->all);
  if (const auto khz = first_number<double>(fs::path(kFirstCore) / "cpufreq/scaling_cur_freq"))
    now.frequency_mhz = *khz / 1000;
  now.temperature_c = hottest_c();
  const auto throttled = throttle_count();
  if (throttled && throttled_) now.throttled = *throttled - *throttled_;
  now.other_workers = static_cast<int>(other_workers().size());
  return now;
}

}  // namespace ratbench::cost
