#include "harness/cost/system_files.hpp"

#include <algorithm>
#include <charconv>

namespace ratbench::cost {

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::vector<CoreFolder> core_folders(const std::filesystem::path& root) {
  std::vector<CoreFolder> found;
  std::error_code missing;
  for (const auto& entry :
       std::filesystem::directory_iterator(root / "sys/devices/system/cpu", missing)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("cpu")) continue;
    int core = 0;
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + 3, end, core);
    if (parsed.ec == std::errc() && parsed.ptr == end) found.push_back({core, entry.path()});
  }
  std::sort(found.begin(), found.end(),
            [](const CoreFolder& a, const CoreFolder& b) { return a.core < b.core; });
  return found;
}

}  // namespace ratbench::cost
