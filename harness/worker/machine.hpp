// What the worker says about the machine it runs on: devices, their names, driver, memory use.
// No CUDA header is needed: LibTorch's hooks and the kernel's files answer.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
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

// Makes the present resident size the peak that the next function starts from. False where the
// system does not let a process do so.
bool reset_peak_memory();
// Largest resident size since then; -1 when the system does not tell.
std::int64_t peak_memory_since_reset_bytes();

}  // namespace ratbench::worker
