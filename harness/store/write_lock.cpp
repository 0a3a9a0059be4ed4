#include "harness/store/write_lock.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "harness/store/process.hpp"
#include "src/base/error.hpp"

namespace ratbench::store {
namespace {

std::string holder(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t got = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return got > 0 ? std::string(text.data()) : "an unknown process";
}

// Somebody who asks whether the file is locked holds it for some microseconds, a writer for longer.
bool take(int descriptor) {
  constexpr int kTries = 5;
  for (int tried = 1; ::flock(descriptor, LOCK_EX | LOCK_NB) != 0; ++tried) {
    if (tried == kTries) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

std::filesystem::path lock_file(const std::filesystem::path& database) {
  return database.string() + ".lock";
}

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& database) {
  const std::filesystem::path file = lock_file(database);
  // O_CLOEXEC: workers must not inherit the lock. The file is never removed: two programs could
  // then lock two files of the same name.
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    const bool read_only = errno == EROFS || errno == EACCES || errno == EPERM;
    throw StoreError(
        database.string(),
        errno == ENOSPC ? SQLITE_FULL : (read_only ? SQLITE_READONLY : SQLITE_CANTOPEN),
        "cannot create " + file.string() + ": " + std::strerror(errno) +
            "; choose a writable place with --db");
  }
  if (!take(descriptor_)) {
    const std::string other = holder(descriptor_);
    ::close(descriptor_);
    throw StoreError(database.string(), SQLITE_BUSY,
                     "held by another writer, " + other +
                         "; wait for it, stop it, or use another database with --db");
  }
  const ProcessIdentity self = current_process();
  const std::string text =
      "pid " + std::to_string(self.pid) + " on " + self.host + " since " + utc_now();
  // The text only informs; the lock holds without it (a full disk cannot prevent reading).
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return;
  }
}

WriteLock::~WriteLock() { ::close(descriptor_); }

std::optional<bool> is_held(const std::filesystem::path& database) {
  const int descriptor = ::open(lock_file(database).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT ? std::optional(false) : std::nullopt;
  const int code = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? 0 : errno;
  ::close(descriptor);
  if (code != 0 && code != EWOULDBLOCK) return std::nullopt;
  return code == EWOULDBLOCK;
}

}  // namespace ratbench::store
