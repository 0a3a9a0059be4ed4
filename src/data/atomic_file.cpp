#include "src/data/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "src/base/error.hpp"

namespace ratbench::data {

AtomicFile::AtomicFile(const std::filesystem::path& path) : path_(path) {
  // Process and count make the name unique among concurrent writers of the same file.
  static std::atomic<unsigned> count{0};
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error)
    throw EnvironmentError(path.parent_path().string() + ": cannot be created: " + error.message());
  temporary_ = path;
  temporary_ += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("created", errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!committed_) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("written", errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail("written", errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("written", errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("put in place", errno);
  committed_ = true;
}

void AtomicFile::fail(const char* doing, int code) const {
  throw EnvironmentError(path_.string() + ": cannot be " + doing + ": " +
                         std::generic_category().message(code));
}

}  // namespace ratbench::data
