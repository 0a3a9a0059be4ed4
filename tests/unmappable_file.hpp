// A regular file that can be opened and never mapped: it is larger than any address space, and
// holds nothing. What the system then says is what it says when memory is exhausted.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "src/base/check.hpp"

namespace ratbench {

class UnmappableFile {
 public:
  UnmappableFile() : descriptor_(::memfd_create("ratbench_unmappable", MFD_CLOEXEC)) {
    constexpr off_t kBeyondAddresses = off_t{1} << 60;
    RB_CHECK_GE(descriptor_, 0);
    RB_CHECK_EQ(::ftruncate(descriptor_, kBeyondAddresses), 0);
  }
  ~UnmappableFile() { ::close(descriptor_); }
  UnmappableFile(const UnmappableFile&) = delete;
  UnmappableFile& operator=(const UnmappableFile&) = delete;

  // Also for programs that this process starts, as long as this lives.
  std::filesystem::path path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

}  // namespace ratbench
