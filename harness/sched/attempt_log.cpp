#include "harness/sched/attempt_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "src/base/error.hpp"

namespace ratbench::sched {

AttemptLog::AttemptLog(const std::filesystem::path& dir, const std::string& run_key) {
  for (int number = 1; fd_ < 0; ++number) {
    file_ = (dir / (run_key.substr(0, 16) + "." + std::to_string(number) + ".log")).string();
    fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd_ < 0 && errno != EEXIST) {
      throw EnvironmentError("the log " + file_ + " cannot be created: " + std::strerror(errno));
    }
  }
}

AttemptLog::~AttemptLog() {
  if (fd_ >= 0) ::close(fd_);
}

AttemptLog::AttemptLog(AttemptLog&& other) noexcept
    : file_(std::move(other.file_)), fd_(std::exchange(other.fd_, -1)) {
  other.file_.clear();
}

AttemptLog& AttemptLog::operator=(AttemptLog&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(fd_, other.fd_);
  return *this;
}

void AttemptLog::write(std::string_view text) noexcept {
  while (fd_ >= 0 && !text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace ratbench::sched
