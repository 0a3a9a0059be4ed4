#include "src/base/file_identity.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "src/base/error.hpp"

namespace ratbench {

FileIdentity file_identity(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    throw DataError(path.string(), "",
                    "cannot be examined: " + std::generic_category().message(errno));
  return {status.st_dev,         status.st_ino,          status.st_size,
          status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
          status.st_ctim.tv_nsec};
}

}  // namespace ratbench
