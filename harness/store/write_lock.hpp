// The right to write a database, held through a locked file beside it. The kernel drops the lock
// with the process, so a SIGKILL leaves nothing to clean up.
#pragma once

#include <filesystem>
#include <optional>

namespace ratbench::store {

class WriteLock {
 public:
  // Locks "FILE.lock". Throws StoreError naming the holder's pid when another writer has it.
  explicit WriteLock(const std::filesystem::path& database);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  int descriptor_ = -1;
};

// True while a process, of any container of this machine, may write the database; nothing where
// that cannot be told. Leaves no trace and keeps no writer out.
std::optional<bool> is_held(const std::filesystem::path& database);

}  // namespace ratbench::store
