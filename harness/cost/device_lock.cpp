#include "harness/cost/device_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "src/base/error.hpp"

namespace ratbench::cost {

DeviceLock::DeviceLock(const std::string& device, const std::filesystem::path& folder) {
  std::string name = "ratbench-cost-" + device + ".lock";
  std::replace(name.begin(), name.end(), ':', '-');
  const std::filesystem::path file = folder / name;
  // Readable by every user, because the device is everybody's; O_CLOEXEC: workers must not inherit
  // it. Never removed: two programs could then lock two files of the same name.
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor_ < 0 && errno == EACCES)
    descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor_ < 0)
    throw EnvironmentError(fmt::format("cannot open {} ({}), which keeps two measurements off {}",
                                       file.string(), std::strerror(errno), device));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 64> holder{};
    const ssize_t got = ::pread(descriptor_, holder.data(), holder.size() - 1, 0);
    ::close(descriptor_);
    throw EnvironmentError(fmt::format(
        "another cost measurement runs on {} ({}), and times on a shared device mean nothing: wait "
        "for it or stop it",
        device, got > 0 ? holder.data() : "an unknown process"));
  }
  // The text only informs; the lock holds without it.
  const std::string text = fmt::format("pid {}", ::getpid());
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return;
}

DeviceLock::~DeviceLock() { ::close(descriptor_); }

}  // namespace ratbench::cost
