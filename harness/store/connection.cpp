#include "harness/store/connection.hpp"

#include <sqlite3.h>
#include <sys/statvfs.h>

#include <charconv>

#include "harness/store/fault.hpp"

namespace ratbench::store {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

bool disk_is_full(const std::filesystem::path& file) {
  struct statvfs space {};
  return ::statvfs(file.parent_path().empty() ? "." : file.parent_path().c_str(), &space) == 0 &&
         space.f_bavail == 0;
}

const char* advice(int code) {
  switch (code) {
    case SQLITE_FULL:
      return "the disk is full; free some space and run the same command again, finished runs are "
             "kept";
    case SQLITE_READONLY:
      return "the file, its folder or the file system is read-only; choose a writable place with "
             "--db";
    case SQLITE_CANTOPEN:
      return "the file or its folder does not exist or is not accessible";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds a lock on the database; close it and try again";
    case SQLITE_NOTADB:
      return "this is not an SQLite database";
    case SQLITE_CORRUPT:
      return "the database file is damaged; restore a copy or start a new one with --db";
    default:
      return "";
  }
}

}  // namespace

void throw_store_error(const std::filesystem::path& file, const std::string& doing,
                       const SQLite::Exception& error) {
  int code = error.getErrorCode() & 0xff;
  // SQLite reports a full disk as an I/O error when the shared memory file cannot grow.
  if (code == SQLITE_IOERR && disk_is_full(file)) code = SQLITE_FULL;
  std::string problem = "cannot " + doing + ": " + error.what() + " (SQLite code " +
                        std::to_string(error.getExtendedErrorCode()) + ")";
  if (const std::string help = advice(code); !help.empty()) problem += "; " + help;
  throw StoreError(file.string(), code, problem);
}

std::optional<std::string> Query::shown(int column) const {
  const SQLite::Column value = statement_.getColumn(column);
  if (value.isNull()) return std::nullopt;
  if (!value.isFloat()) return value.getString();
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value.getDouble());
  return std::string(buffer, end.ptr);
}

Connection::Connection(const std::string& uri, std::filesystem::path file, int flags)
    : file_(std::move(file)), database_(uri, flags, kBusyTimeoutMs) {}

Query Connection::query(const std::string& sql) {
  auto place = statements_.find(sql);
  if (place == statements_.end()) {
    place = statements_
                .emplace(std::piecewise_construct, std::forward_as_tuple(sql),
                         std::forward_as_tuple(database_, sql))
                .first;
  }
  return Query(place->second);
}

std::int64_t Connection::number(const std::string& sql) {
  Query one = query(sql);
  return one.step() ? one.integer(0) : 0;
}

// IMMEDIATE, so that a lock held elsewhere is met here, under the busy time-out, and not halfway.
void Connection::begin() { database_.exec("BEGIN IMMEDIATE"); }

void Connection::commit(const char* before_commit, const char* after_commit) {
  if (before_commit != nullptr) fault_point(before_commit);
  database_.exec("COMMIT");
  if (after_commit != nullptr) fault_point(after_commit);
}

void Connection::roll_back() noexcept {
  // SQLite may have rolled back by itself (disk full); a second ROLLBACK is refused harmlessly.
  database_.tryExec("ROLLBACK");
}

}  // namespace ratbench::store
