// Append-only file of checksummed records beside the database: a finished result is on disk here
// before the database is touched. After a crash the valid records are replayed, a torn tail
// ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace ratbench::store {

struct ReplayReport {
  std::size_t records = 0;
  std::uint64_t torn_bytes = 0;  // unreadable bytes after the last valid record, dropped
};

// File: 8 bytes "RBSPOOL1", then records of u32 length (little-endian), 64 hexadecimal digits of
// SHA-256 over length and payload, payload. Payloads are opaque. Guarded by the writer's lock; not
// safe for several threads.
class Spool {
 public:
  // Opens or creates `file`. Throws StoreError when the place cannot be written.
  explicit Spool(std::filesystem::path file);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Calls `visit` for every valid record in order, then cuts off what follows the last one.
  ReplayReport replay(const std::function<void(std::string_view payload)>& visit);
  // Writes all payloads and waits until they are on disk. On failure (disk full) the file is as
  // before and StoreError is thrown. A payload is at most 1 GiB.
  void append(std::span<const std::string> payloads);
  // Forgets every record; only after the database has them on disk.
  void truncate();

  std::uint64_t size_bytes() const { return size_bytes_; }
  bool empty() const;
  const std::filesystem::path& file() const { return file_; }

 private:
  void write_all(std::string_view bytes);
  [[noreturn]] void fail(const std::string& what, int error_number) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace ratbench::store
