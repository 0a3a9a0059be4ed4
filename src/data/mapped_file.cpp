#include "src/data/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "src/base/error.hpp"

namespace ratbench::data {
namespace {

std::string reason(int code) { return std::generic_category().message(code); }

// The file is as it should be; the system has nothing left to give.
bool system_exhausted(int code) { return code == ENOMEM || code == EMFILE || code == ENFILE; }

// The words by which a worker's engine knows a lack of memory.
[[noreturn]] void refuse_mapping(const std::filesystem::path& path, int code) {
  throw EnvironmentError(
      path.string() + ": cannot be mapped: " +
      (code == ENOMEM ? "not enough memory (" + reason(code) + ")" : reason(code)));
}

// Closes the descriptor on every way out; a mapping does not need it.
struct Descriptor {
  explicit Descriptor(int fd) : value(fd) {}
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value;
};

}  // namespace

MappedFile MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.value < 0 && system_exhausted(errno))
    throw EnvironmentError(path.string() + ": cannot be opened: " + reason(errno));
  if (file.value < 0)
    throw DataError(path.string(), "",
                    errno == ENOENT ? "is missing" : "cannot be opened: " + reason(errno));
  struct stat status {};
  if (::fstat(file.value, &status) != 0)
    throw DataError(path.string(), "", "cannot be examined: " + reason(errno));
  if (!S_ISREG(status.st_mode)) throw DataError(path.string(), "", "is not a regular file");

  MappedFile map;
  map.size_ = static_cast<std::size_t>(status.st_size);
  if (map.size_ == 0) return map;
  void* address = ::mmap(nullptr, map.size_, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (address == MAP_FAILED) {
    map.size_ = 0;
    refuse_mapping(path, errno);
  }
  map.data_ = static_cast<const std::byte*>(address);
  return map;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace ratbench::data
