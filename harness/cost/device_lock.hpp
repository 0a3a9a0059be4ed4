// One cost measurement per device and machine: two at once would time each other. The lock vanishes
// with the process, however it ends.
#pragma once

#include <filesystem>
#include <string>

namespace ratbench::cost {

class DeviceLock {
 public:
  // Throws EnvironmentError naming the holder when another measurement holds `device` ("cpu",
  // "cuda:0"), or when the file in `folder` cannot be made.
  explicit DeviceLock(const std::string& device,
                      const std::filesystem::path& folder = std::filesystem::temp_directory_path());
  ~DeviceLock();
  DeviceLock(const DeviceLock&) = delete;
  DeviceLock& operator=(const DeviceLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace ratbench::cost
