// Numbers and lines from the kernel's files, absent where there are none or they cannot be read.
// `root` stands for "/" so that tests can describe machines of their own.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::cost {

template <typename T>
std::optional<T> first_number(const std::filesystem::path& file) {
  std::ifstream in(file);
  T value{};
  if (in >> value) return value;
  return std::nullopt;
}

// "" when there is none.
std::string first_line(const std::filesystem::path& file);

// Online cores by number.
struct CoreFolder {
  int core = 0;
  std::filesystem::path folder;
};
std::vector<CoreFolder> core_folders(const std::filesystem::path& root);

}  // namespace ratbench::cost
