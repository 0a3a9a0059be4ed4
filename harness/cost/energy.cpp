#include "harness/cost/energy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/cost/system_files.hpp"

namespace ratbench::cost {
namespace {

namespace fs = std::filesystem;

struct Zone {
  std::string name;
  fs::path counter;
  std::uint64_t range_uj = 0;
  std::optional<std::uint64_t> before_uj;
};

class RaplMeter final : public EnergyMeter {
 public:
  explicit RaplMeter(std::vector<Zone> zones) : zones_(std::move(zones)) {}

  void begin() override {
    for (Zone& zone : zones_) zone.before_uj = first_number<std::uint64_t>(zone.counter);
  }
  std::optional<double> joules() override {
    double sum_j = 0;
    for (const Zone& zone : zones_) {
      const auto now_uj = first_number<std::uint64_t>(zone.counter);
      if (!now_uj || !zone.before_uj) return std::nullopt;
      sum_j += 1e-6 * static_cast<double>(counted(*zone.before_uj, *now_uj, zone.range_uj));
    }
    return sum_j;
  }

 private:
  std::vector<Zone> zones_;
};

class NvmlMeter final : public EnergyMeter {
 public:
  explicit NvmlMeter(const Nvml& nvml) : nvml_(nvml) {}

  void begin() override { before_mj_ = nvml_.energy_mj(); }
  std::optional<double> joules() override {
    const auto now_mj = nvml_.energy_mj();
    // The counter is that of the driver since it was loaded: when that happened anew, nothing
    // holds.
    if (!now_mj || !before_mj_ || *now_mj < *before_mj_) return std::nullopt;
    return 1e-3 * static_cast<double>(*now_mj - *before_mj_);
  }

 private:
  const Nvml& nvml_;
  std::optional<std::uint64_t> before_mj_;
};

// Cores and graphics are parts of their package; "psys" counts it a second time.
bool counts(const std::string& name) { return name.starts_with("package") || name == "dram"; }

std::vector<Zone> zones_of(const fs::path& powercap) {
  std::vector<Zone> zones;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(powercap, missing)) {
    if (!entry.path().filename().string().starts_with("intel-rapl:")) continue;
    const std::string name = first_line(entry.path() / "name");
    if (counts(name))
      zones.push_back(
          {name, entry.path() / "energy_uj",
           first_number<std::uint64_t>(entry.path() / "max_energy_range_uj").value_or(0),
           std::nullopt});
  }
  std::sort(zones.begin(), zones.end(),
            [](const Zone& a, const Zone& b) { return a.counter < b.counter; });
  return zones;
}

Energy unavailable(const std::string& reason) { return {nullptr, "not available: " + reason}; }

}  // namespace

std::uint64_t counted(std::uint64_t before, std::uint64_t now, std::uint64_t range) {
  return now >= before ? now - before : now + (range - std::min(before, range));
}

Energy rapl_energy(const fs::path& root) {
  const fs::path powercap = root / "sys/class/powercap";
  std::error_code error;
  if (!fs::exists(powercap, error))
    return unavailable("this system has no /sys/class/powercap (RAPL)");
  std::vector<Zone> zones = zones_of(powercap);
  if (zones.empty()) return unavailable("/sys/class/powercap has no package (RAPL)");
  std::vector<std::string> names;
  for (const Zone& zone : zones) {
    const std::string file = "/" + fs::relative(zone.counter, root, error).string();
    if (!first_number<std::uint64_t>(zone.counter))
      return unavailable(file + " may not be read (RAPL wants root)");
    if (zone.range_uj == 0) return unavailable(file + " does not say where it starts over (RAPL)");
    names.push_back(zone.name);
  }
  return {std::make_unique<RaplMeter>(std::move(zones)),
          fmt::format("RAPL ({})", fmt::join(names, ", "))};
}

Energy nvml_energy(const Nvml& nvml) {
  if (!nvml.problem().empty()) return unavailable(nvml.problem());
  if (!nvml.energy_mj())
    return unavailable("the driver does not tell the energy of this GPU (NVML)");
  return {std::make_unique<NvmlMeter>(nvml), "NVML (whole GPU)"};
}

}  // namespace ratbench::cost
