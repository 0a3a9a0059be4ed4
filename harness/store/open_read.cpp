#include "harness/store/open_read.hpp"

#include <sqlite3.h>

#include "harness/store/file_system.hpp"
#include "harness/store/schema.hpp"

namespace ratbench::store {
namespace {

std::string percent_encoded(const std::string& path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      encoded += '%';
      encoded += kHex[static_cast<unsigned char>(c) >> 4];
      encoded += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      encoded += c;
    }
  }
  return encoded;
}

std::unique_ptr<Connection> connect(const std::filesystem::path& file) {
  auto connection = std::make_unique<Connection>(file.string(), file, SQLite::OPEN_READONLY);
  connection->number("SELECT count(*) FROM sqlite_master");
  return connection;
}

// On a read-only medium SQLite cannot make its shared memory file. Without a WAL nobody writes, and
// the file can be read as it stands.
std::unique_ptr<Connection> connect_anywhere(const std::filesystem::path& file) {
  try {
    return connect(file);
  } catch (const SQLite::Exception& error) {
    const int code = error.getErrorCode() & 0xff;
    std::error_code missing;
    const auto waiting = std::filesystem::file_size(file.string() + "-wal", missing);
    if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || (!missing && waiting > 0)) throw;
  }
  const std::string uri =
      "file:" + percent_encoded(std::filesystem::absolute(file).string()) + "?immutable=1";
  auto connection =
      std::make_unique<Connection>(uri, file, SQLite::OPEN_READONLY | SQLite::OPEN_URI);
  connection->number("SELECT count(*) FROM sqlite_master");
  return connection;
}

void check_origin(Connection& connection) {
  const std::string file = connection.file().string();
  if (connection.number("PRAGMA application_id") != kApplicationId) {
    throw StoreError(file, SQLITE_NOTADB, "is not a database of this program");
  }
  const int version = schema_version(connection);
  if (version > kSchemaVersion) {
    throw StoreError(file, SQLITE_MISMATCH,
                     "has schema version " + std::to_string(version) + ", this program knows " +
                         std::to_string(kSchemaVersion) + "; use the newer program");
  }
}

}  // namespace

int schema_version(Connection& connection) {
  return static_cast<int>(connection.number("PRAGMA user_version"));
}

std::unique_ptr<Connection> open_to_read(const std::filesystem::path& file) {
  refuse_impossible_place(file);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw StoreError(file.string(), SQLITE_CANTOPEN,
                     "there is no such database; `ratbench run` makes one, --db names another");
  }
  refuse_network_file_system(file, file_system_magic(file));
  try {
    auto connection = connect_anywhere(file);
    check_origin(*connection);
    return connection;
  } catch (const SQLite::Exception& error) {
    throw_store_error(file, "open the database for reading", error);
  }
}

}  // namespace ratbench::store
