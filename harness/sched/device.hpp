// Which devices the workers of a sweep use. The engine never touches a GPU: what there is, a worker
// says in its greeting.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::sched {

struct DeviceRequest {
  enum class Kind { kAuto, kCpu, kCuda, kAll };
  Kind kind = Kind::kAuto;
  int index = 0;  // of kCuda
};

// "auto", "cpu", "cuda", "cuda:K", "all". Throws UsageError.
DeviceRequest parse_device(std::string_view text);

// The devices a worker reported; for tests, RATBENCH_FAKE_DEVICES="cuda:0,cuda:1" stands for the
// machine's CUDA devices. CUDA_VISIBLE_DEVICES hides and renumbers them as the CUDA runtime does
// for real ones.
std::vector<std::string> available_devices(const std::vector<std::string>& reported);

// One device per worker. CPU: `jobs` times "cpu", by default as many as the process may use cores.
// CUDA: distinct devices, at most `jobs`. Throws EnvironmentError when a device asked for is
// absent.
std::vector<std::string> assign_devices(const DeviceRequest& request,
                                        const std::vector<std::string>& available,
                                        std::optional<int> jobs);

// "cpu" or "cuda": settings are stored per family.
std::string device_family(std::string_view device);

}  // namespace ratbench::sched
