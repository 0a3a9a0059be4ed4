#include "harness/sched/device.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "src/base/error.hpp"

namespace ratbench::sched {
namespace {

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

int usable_cores() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

std::vector<std::string> cuda_devices(const std::vector<std::string>& available) {
  std::vector<std::string> devices;
  for (const std::string& name : available) {
    if (device_family(name) == "cuda") devices.push_back(name);
  }
  return devices;
}

}  // namespace

DeviceRequest parse_device(std::string_view text) {
  using Kind = DeviceRequest::Kind;
  if (text == "auto") return {Kind::kAuto, 0};
  if (text == "cpu") return {Kind::kCpu, 0};
  if (text == "all") return {Kind::kAll, 0};
  if (text == "cuda") return {Kind::kCuda, 0};
  if (text.starts_with("cuda:")) {
    int index = -1;
    const char* begin = text.data() + 5;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(begin, end, index);
    if (parsed.ec == std::errc() && parsed.ptr == end && index >= 0) return {Kind::kCuda, index};
  }
  throw UsageError("--device: found \"" + std::string(text) +
                   "\", allowed are auto, cpu, cuda, cuda:K and all");
}

std::vector<std::string> available_devices(const std::vector<std::string>& reported) {
  const char* fake = std::getenv("RATBENCH_FAKE_DEVICES");
  if (fake == nullptr) return reported;
  std::vector<std::string> cuda = cuda_devices(split_at_commas(fake));
  if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) {
    // The runtime stops at the first entry that is no device and numbers the rest from 0.
    std::size_t count = 0;
    for (const std::string& entry : split_at_commas(visible)) {
      if (std::find(cuda.begin(), cuda.end(), "cuda:" + entry) == cuda.end()) break;
      ++count;
    }
    cuda.clear();
    for (std::size_t i = 0; i < count; ++i) cuda.push_back("cuda:" + std::to_string(i));
  }
  std::vector<std::string> devices = {"cpu"};
  devices.insert(devices.end(), cuda.begin(), cuda.end());
  return devices;
}

std::vector<std::string> assign_devices(const DeviceRequest& request,
                                        const std::vector<std::string>& available,
                                        std::optional<int> jobs) {
  using Kind = DeviceRequest::Kind;
  const std::vector<std::string> cuda = cuda_devices(available);
  const bool on_cpu = request.kind == Kind::kCpu || (request.kind == Kind::kAuto && cuda.empty());
  if (on_cpu) {
    return std::vector<std::string>(static_cast<std::size_t>(jobs.value_or(usable_cores())), "cpu");
  }
  if (request.kind == Kind::kCuda) {
    const std::string wanted = "cuda:" + std::to_string(request.index);
    if (std::find(cuda.begin(), cuda.end(), wanted) == cuda.end()) {
      throw EnvironmentError("--device " + wanted + ": no such device; the worker sees " +
                             join(available));
    }
    return {wanted};
  }
  if (cuda.empty()) {
    throw EnvironmentError("--device all: no CUDA device; the worker sees " + join(available));
  }
  const auto limit = static_cast<std::size_t>(jobs.value_or(static_cast<int>(cuda.size())));
  return {cuda.begin(), cuda.begin() + static_cast<std::ptrdiff_t>(std::min(limit, cuda.size()))};
}

std::string device_family(std::string_view device) {
  return std::string(device.substr(0, device.find(':')));
}

}  // namespace ratbench::sched
