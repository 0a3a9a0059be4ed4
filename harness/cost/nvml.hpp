// What NVIDIA's management library tells about one GPU. Loaded at run time: a machine without it
// lacks these figures and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::cost {

inline constexpr const char* kNvmlLibrary = "libnvidia-ml.so.1";

class Nvml {
 public:
  // `device` is "cuda:K"; `library` is what dlopen is asked for. Never throws: see problem().
  explicit Nvml(const std::string& device, const char* library = kNvmlLibrary);
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  // Why nothing is known; "" when the GPU is open.
  const std::string& problem() const { return problem_; }

  // Each absent where the library or the GPU does not tell.
  std::optional<std::uint64_t> energy_mj() const;  // since the driver was loaded
  std::optional<double> temperature_c() const;
  std::optional<double> frequency_mhz() const;  // of the multiprocessors
  std::optional<bool> slowed_by_heat() const;   // at this moment
  // Processes that compute on the GPU.
  std::optional<std::vector<int>> processes() const;

 private:
  struct Library;
  std::unique_ptr<Library> library_;
  std::string problem_;
};

}  // namespace ratbench::cost
