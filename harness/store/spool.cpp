#include "harness/store/spool.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/store/fault.hpp"
#include "harness/store/file_system.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::store {
namespace {

constexpr std::string_view kMagic = "RBSPOOL1";
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kChecksumBytes = 64;
constexpr std::size_t kHeadBytes = kLengthBytes + kChecksumBytes;
constexpr std::uint32_t kMaxPayloadBytes = 1u << 30;

std::string length_field(std::uint32_t length) {
  std::string field(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    field[i] = static_cast<char>((length >> (8 * i)) & 0xff);
  }
  return field;
}

std::uint32_t length_of(std::string_view field) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(field[i])) << (8 * i);
  }
  return length;
}

std::string checksum(std::string_view field, std::string_view payload) {
  Sha256 hash;
  hash.update(field);
  hash.update(payload);
  return hash.hex();
}

// Fills `buffer` from `offset`; false at the end of the file.
bool read_at(int descriptor, std::uint64_t offset, std::string& buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t got = ::pread(descriptor, buffer.data() + done, buffer.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

int sqlite_code(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return SQLITE_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
      return SQLITE_READONLY;
    case ENOENT:
      return SQLITE_CANTOPEN;
    default:
      return SQLITE_IOERR;
  }
}

}  // namespace

Spool::Spool(std::filesystem::path file) : file_(std::move(file)) {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail("open the spool", errno);
  struct stat info {};
  try {
    if (::fstat(descriptor_, &info) != 0) fail("read the spool", errno);
    size_bytes_ = static_cast<std::uint64_t>(info.st_size);
    // A file shorter than its own mark is what a crash during creation leaves.
    if (size_bytes_ < kMagic.size()) {
      truncate();
      sync_folder_of(file_);
    }
    std::string magic(kMagic.size(), '\0');
    if (!read_at(descriptor_, 0, magic) || magic != kMagic) {
      throw StoreError(file_.string(), SQLITE_NOTADB, "this is not a spool file of this program");
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

Spool::~Spool() { ::close(descriptor_); }

ReplayReport Spool::replay(const std::function<void(std::string_view payload)>& visit) {
  ReplayReport report;
  std::uint64_t offset = kMagic.size();
  std::string head(kHeadBytes, '\0');
  std::string payload;
  while (read_at(descriptor_, offset, head)) {
    const std::string_view field = std::string_view(head).substr(0, kLengthBytes);
    const std::uint32_t length = length_of(field);
    if (length > size_bytes_ - offset - kHeadBytes) break;
    payload.resize(length);
    if (!read_at(descriptor_, offset + kHeadBytes, payload)) break;
    if (checksum(field, payload) != std::string_view(head).substr(kLengthBytes)) break;
    visit(payload);
    ++report.records;
    offset += kHeadBytes + length;
  }
  report.torn_bytes = size_bytes_ - offset;
  if (report.torn_bytes > 0) {
    if (::ftruncate(descriptor_, static_cast<off_t>(offset)) != 0) fail("repair the spool", errno);
    size_bytes_ = offset;
  }
  return report;
}

void Spool::append(std::span<const std::string> payloads) {
  const std::uint64_t before = size_bytes_;
  try {
    for (const std::string& payload : payloads) {
      RB_CHECK_LE(payload.size(), kMaxPayloadBytes);
      const std::string field = length_field(static_cast<std::uint32_t>(payload.size()));
      std::string record = field + checksum(field, payload) + payload;
      fault_point("spool.before_write");
      const std::string_view half = std::string_view(record).substr(0, record.size() / 2);
      write_all(half);
      fault_point("spool.mid_write");
      write_all(std::string_view(record).substr(half.size()));
      fault_point("spool.after_write");
    }
    if (::fdatasync(descriptor_) != 0) fail("write the spool", errno);
  } catch (...) {
    // The records before this batch stay readable whether or not this succeeds.
    if (::ftruncate(descriptor_, static_cast<off_t>(before)) == 0) size_bytes_ = before;
    throw;
  }
  fault_point("spool.after_sync");
}

void Spool::truncate() {
  fault_point("spool.before_truncate");
  if (::ftruncate(descriptor_, 0) != 0) fail("empty the spool", errno);
  size_bytes_ = 0;
  write_all(kMagic);
  if (::fdatasync(descriptor_) != 0) fail("empty the spool", errno);
  fault_point("spool.after_truncate");
}

bool Spool::empty() const { return size_bytes_ <= kMagic.size(); }

void Spool::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_bytes_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write the spool", errno);
    size_bytes_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Spool::fail(const std::string& what, int error_number) const {
  std::string problem = "cannot " + what + ": " + std::strerror(error_number);
  if (sqlite_code(error_number) == SQLITE_FULL) {
    problem += "; free some space and run the same command again, finished runs are kept";
  }
  throw StoreError(file_.string(), sqlite_code(error_number), problem);
}

}  // namespace ratbench::store
