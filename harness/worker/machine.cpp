#include "harness/worker/machine.hpp"

#include <ATen/detail/CUDAHooksInterface.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "src/base/error.hpp"

namespace ratbench::worker {
namespace {

// Text after the colon in the first line of `file` that starts with `key`, or "".
std::string field_of(const std::filesystem::path& file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

int gpu_count() {
  const auto& hooks = at::detail::getCUDAHooks();
  return hooks.hasCUDA() ? hooks.deviceCount() : 0;
}

// The driver's folder of each GPU, in bus order. CUDA_VISIBLE_DEVICES may renumber devices; mixed
// models on one machine are therefore all named.
std::string gpu_models() {
  const std::filesystem::path root = "/proc/driver/nvidia/gpus";
  std::vector<std::string> models;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(root, missing)) {
    std::string model = field_of(entry.path() / "information", "Model");
    if (!model.empty() && std::find(models.begin(), models.end(), model) == models.end())
      models.push_back(std::move(model));
  }
  std::sort(models.begin(), models.end());
  std::string text;
  for (const std::string& model : models) text += (text.empty() ? "" : " or ") + model;
  return text;
}

}  // namespace

std::vector<std::string> device_list() {
  std::vector<std::string> devices = {"cpu"};
  for (int i = 0; i < gpu_count(); ++i) devices.push_back("cuda:" + std::to_string(i));
  return devices;
}

at::Device device_named(const std::string& name) {
  const std::vector<std::string> devices = device_list();
  if (std::find(devices.begin(), devices.end(), name) != devices.end()) return at::Device(name);
  std::string known;
  for (const std::string& device : devices) known += (known.empty() ? "" : ", ") + device;
  throw EnvironmentError("device " + name + " is not available to the worker; it has: " + known);
}

std::string device_model(const at::Device& device) {
  const std::string model =
      device.is_cpu() ? field_of("/proc/cpuinfo", "model name") : gpu_models();
  return model.empty() ? "unknown" : model;
}

std::string driver_version(const at::Device& device) {
  return device.is_cpu() ? "" : field_of("/proc/driver/nvidia/version", "NVRM version");
}

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::optional<double> waited_for_cores_s() {
  // Nanoseconds on a core and waiting for one, and the number of time slices (kernel
  // documentation, sched-stats).
  double ran = 0, waited = 0;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
    std::ifstream in(task.path() / "schedstat");
    double task_ran = 0, task_waited = 0;
    if (in >> task_ran >> task_waited) {
      ran += task_ran;
      waited += task_waited;
    }
  }
  // A kernel that does not count shows zeros.
  if (ran <= 0) return std::nullopt;
  return 1e-9 * waited;
}

}  // namespace ratbench::worker
