// What the worker says about the machine it runs on: devices, their names, driver, memory use.
// No CUDA header is needed: LibTorch's hooks and the kernel's files answer.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::worker {

// "cpu", then "cuda:0", ... for every GPU that LibTorch can use (CUDA_VISIBLE_DEVICES honoured).
std::vector<std::string> device_list();

// The device called `name`. Throws EnvironmentError listing the devices there are.
at::Device device_named(const std::string& name);

// Model name of the processor or GPU; "unknown" when the system does not tell.
std::string device_model(const at::Device& device);

// Version line of the NVIDIA driver; "" for the CPU.
std::string driver_version(const at::Device& device);

// Largest resident size of this process so far.
std::int64_t peak_memory_bytes();

// Seconds that the threads of this process could have run and waited for a core instead, so far;
// absent where the system does not tell.
std::optional<double> waited_for_cores_s();

}  // namespace ratbench::worker
