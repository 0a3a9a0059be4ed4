#include "harness/cost/nvml.hpp"

#include <dlfcn.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace ratbench::cost {
namespace {

// Names and layouts as in NVIDIA's NVML API reference; every function returns 0 for success.
using Device = void*;
constexpr int kSuccess = 0;
constexpr unsigned kTemperatureOfGpu = 0;
constexpr unsigned kClockOfMultiprocessors = 1;
constexpr unsigned long long kThermalReasons = 0x20 | 0x40;  // software and hardware, thermal
constexpr unsigned kMostProcesses = 64;

// nvmlProcessInfo_v2_t, which nvmlDeviceGetComputeRunningProcesses_v3 fills.
struct ProcessInfo {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance;
  unsigned compute_instance;
};

// The GPU's number for NVML, which counts in the order of the bus.
std::optional<unsigned> bus_number(const std::string& device, unsigned gpus, std::string& problem) {
  unsigned number = 0;
  const std::size_t colon = device.find(':');
  if (colon != std::string::npos)
    std::from_chars(device.data() + colon + 1, device.data() + device.size(), number);
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  const char* order = std::getenv("CUDA_DEVICE_ORDER");
  const bool by_bus = order != nullptr && std::strcmp(order, "PCI_BUS_ID") == 0;
  if (gpus > 1 && ((visible != nullptr && *visible != '\0') || !by_bus)) {
    problem = "which of " + std::to_string(gpus) + " GPUs is " + device +
              " is known only with CUDA_DEVICE_ORDER=PCI_BUS_ID and no CUDA_VISIBLE_DEVICES (NVML)";
    return std::nullopt;
  }
  if (number < gpus) return number;
  problem = "the driver lists no GPU " + std::to_string(number) + " (NVML)";
  return std::nullopt;
}

}  // namespace

struct Nvml::Library {
  void* handle = nullptr;
  bool started = false;
  Device device = nullptr;

  template <typename... Arguments>
  std::optional<int> call(const char* name, Arguments... arguments) const {
    void* const found = ::dlsym(handle, name);
    if (found == nullptr) return std::nullopt;
    return reinterpret_cast<int (*)(Arguments...)>(found)(arguments...);
  }
  ~Library() {
    if (started) call("nvmlShutdown");
    if (handle != nullptr) ::dlclose(handle);
  }
};

Nvml::Nvml(const std::string& device, const char* library) : library_(std::make_unique<Library>()) {
  library_->handle = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (library_->handle == nullptr) {
    problem_ = "this system has no NVML (" + std::string(library) + ")";
    return;
  }
  if (library_->call("nvmlInit_v2") != kSuccess) {
    problem_ = "NVML does not start: no driver or no permission";
    return;
  }
  library_->started = true;
  unsigned gpus = 0;
  if (library_->call("nvmlDeviceGetCount_v2", &gpus) != kSuccess) {
    problem_ = "NVML does not list the GPUs";
    return;
  }
  const auto number = bus_number(device, gpus, problem_);
  if (number &&
      library_->call("nvmlDeviceGetHandleByIndex_v2", *number, &library_->device) != kSuccess)
    problem_ = "NVML does not open GPU " + std::to_string(*number) + ": no permission";
}

Nvml::~Nvml() = default;

std::optional<std::uint64_t> Nvml::energy_mj() const {
  unsigned long long value = 0;
  if (!problem_.empty() ||
      library_->call("nvmlDeviceGetTotalEnergyConsumption", library_->device, &value) != kSuccess)
    return std::nullopt;
  return value;
}

std::optional<double> Nvml::temperature_c() const {
  unsigned value = 0;
  if (!problem_.empty() || library_->call("nvmlDeviceGetTemperature", library_->device,
                                          kTemperatureOfGpu, &value) != kSuccess)
    return std::nullopt;
  return value;
}

std::optional<double> Nvml::frequency_mhz() const {
  unsigned value = 0;
  if (!problem_.empty() || library_->call("nvmlDeviceGetClockInfo", library_->device,
                                          kClockOfMultiprocessors, &value) != kSuccess)
    return std::nullopt;
  return value;
}

std::optional<bool> Nvml::slowed_by_heat() const {
  unsigned long long reasons = 0;
  if (!problem_.empty() || library_->call("nvmlDeviceGetCurrentClocksThrottleReasons",
                                          library_->device, &reasons) != kSuccess)
    return std::nullopt;
  return (reasons & kThermalReasons) != 0;
}

std::optional<std::vector<int>> Nvml::processes() const {
  ProcessInfo infos[kMostProcesses];
  unsigned count = kMostProcesses;
  if (!problem_.empty() || library_->call("nvmlDeviceGetComputeRunningProcesses_v3",
                                          library_->device, &count, &infos[0]) != kSuccess)
    return std::nullopt;
  std::vector<int> pids;
  for (unsigned i = 0; i < count; ++i) pids.push_back(static_cast<int>(infos[i].pid));
  return pids;
}

}  // namespace ratbench::cost
