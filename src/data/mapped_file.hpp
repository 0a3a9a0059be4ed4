// A read-only memory map of a whole file. The pages stay valid for the life of the object and are
// shared with every other process that maps the same file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace ratbench::data {

class MappedFile {
 public:
  // Throws DataError when the file is missing, unreadable or not a regular file, EnvironmentError
  // when the system refuses the mapping or another open file.
  static MappedFile open(const std::filesystem::path& path);

  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // Empty for an empty file. The address does not change when the object is moved.
  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ratbench::data
