// Which file lies at a path and when it was last written: two that are equal are one file that
// nobody replaced or wrote meanwhile.
#pragma once

#include <sys/types.h>

#include <compare>
#include <ctime>
#include <filesystem>

namespace ratbench {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  off_t bytes = 0;
  time_t written_s = 0;
  long written_ns = 0;
  time_t changed_s = 0;  // unlike the other time, nobody can set it back
  long changed_ns = 0;
  auto operator<=>(const FileIdentity&) const = default;

  // True for one file, whatever was written to it.
  bool same_file(const FileIdentity& other) const {
    return device == other.device && inode == other.inode;
  }
};

// Throws DataError when there is none.
FileIdentity file_identity(const std::filesystem::path& path);

}  // namespace ratbench
