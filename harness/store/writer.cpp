#include "harness/store/writer.hpp"

#include <sqlite3.h>

#include "harness/store/file_system.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/writer_impl.hpp"

namespace ratbench::store {
namespace {

// Checks place and creates the folder; runs before anything is created or locked.
const std::filesystem::path& prepared(const std::filesystem::path& file) {
  check_place(file);
  refuse_network_file_system(file, file_system_magic(file));
  if (file.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) {
      throw StoreError(
          file.string(),
          error == std::errc::read_only_file_system ? SQLITE_READONLY : SQLITE_CANTOPEN,
          "cannot create the folder: " + error.message() + "; choose a writable place with --db");
    }
  }
  return file;
}

// Version of the database, after refusing what is not ours or newer.
int checked_version(Connection& connection) {
  const auto version = static_cast<int>(connection.number("PRAGMA user_version"));
  const auto application = connection.number("PRAGMA application_id");
  const auto tables = connection.number("SELECT count(*) FROM sqlite_master");
  if (application != kApplicationId && !(tables == 0 && version == 0)) {
    throw StoreError(connection.file().string(), SQLITE_NOTADB,
                     "is a database of another program; choose another file with --db");
  }
  if (version > kSchemaVersion) {
    throw StoreError(connection.file().string(), SQLITE_MISMATCH,
                     "has schema version " + std::to_string(version) + ", this program knows " +
                         std::to_string(kSchemaVersion) +
                         "; use the newer program or another database with --db");
  }
  return version;
}

void migrate(Connection& connection) {
  // SQLite opens a file that it may not write for reading and complains only at the first write.
  if (::sqlite3_db_readonly(connection.database().getHandle(), "main") == 1) {
    throw StoreError(connection.file().string(), SQLITE_READONLY,
                     "cannot be written: the file is read-only; choose a writable place with --db");
  }
  const int version = checked_version(connection);
  connection.execute("PRAGMA journal_mode = WAL");
  connection.execute("PRAGMA synchronous = NORMAL");
  connection.execute("PRAGMA foreign_keys = ON");
  for (const Migration& step : migrations()) {
    if (step.version <= version) continue;
    connection.transaction("upgrade the schema", "migrate.before_commit", nullptr, [&] {
      connection.execute(std::string(step.sql));
      connection.execute("PRAGMA user_version = " + std::to_string(step.version));
      connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    });
  }
}

// Through SQLite's own handle: POSIX drops all locks of a process on a file as soon as it closes
// any descriptor of it, and another program would then take the WAL for abandoned and delete it.
void sync_file(sqlite3* connection, int which, const std::filesystem::path& database) {
  sqlite3_file* file = nullptr;
  ::sqlite3_file_control(connection, "main", which, static_cast<void*>(&file));
  // Not open: nothing was ever written to it.
  if (file == nullptr || file->pMethods == nullptr) return;
  if (file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) != SQLITE_OK) {
    throw StoreError(database.string(), SQLITE_IOERR, "cannot force what was stored to the disk");
  }
}

}  // namespace

Writer::Impl::Impl(const std::filesystem::path& file)
    : lock(prepared(file)),
      connection(file.string(), file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE),
      self(current_process()) {
  connection.guarded("open the database", [&] { migrate(connection); });
}

Writer::Writer(const std::filesystem::path& file) {
  try {
    impl_ = std::make_unique<Impl>(file);
  } catch (const SQLite::Exception& error) {
    throw_store_error(file, "open the database", error);
  }
}

Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;

const std::filesystem::path& Writer::file() const { return impl_->connection.file(); }

void Writer::set_machine_setting(const std::string& machine, const std::string& name,
                                 const std::string& value) {
  impl_->connection.guarded("store a machine setting", [&] {
    impl_->connection
        .query(
            "INSERT INTO machine_setting VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "value = excluded.value, measured_at = excluded.measured_at")
        .run(machine, name, value, utc_now());
  });
}

void Writer::sync() {
  // Committed transactions live in the WAL until a checkpoint; both files and their folder entry
  // must be on disk before anyone relies on them.
  sqlite3* const connection = impl_->connection.database().getHandle();
  sync_file(connection, SQLITE_FCNTL_JOURNAL_POINTER, file());
  sync_file(connection, SQLITE_FCNTL_FILE_POINTER, file());
  sync_folder_of(file());
}

}  // namespace ratbench::store
