// A file that appears under its name whole or not at all. Bytes go to a temporary file in the same
// folder; `commit` makes them durable and renames, anything else removes the temporary file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace ratbench::data {

class AtomicFile {
 public:
  // Creates missing folders. Throws EnvironmentError, as all members do.
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void commit();

 private:
  [[noreturn]] void fail(const char* doing, int code) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  bool committed_ = false;
};

}  // namespace ratbench::data
