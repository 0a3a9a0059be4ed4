#include "harness/store/file_system.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "harness/store/connection.hpp"
#include "src/base/error.hpp"

namespace ratbench::store {
namespace {

// Magic numbers of statfs(2) and linux/magic.h.
constexpr std::array<std::pair<std::uint64_t, std::string_view>, 13> kNetworkFileSystems = {{
    {0x6969, "NFS"},
    {0x517b, "SMB"},
    {0xfe534d42, "SMB2"},
    {0xff534d42, "CIFS"},
    {0x0bd00bd0, "Lustre"},
    {0x65735546, "FUSE"},
    {0x564c, "NCP"},
    {0x73757245, "Coda"},
    {0x5346414f, "AFS"},
    {0x01021997, "9P"},
    {0x00c36400, "Ceph"},
    {0x47504653, "GPFS"},
    {0x19830326, "BeeGFS"},
}};

}  // namespace

std::optional<std::string_view> network_file_system(std::uint64_t magic) {
  for (const auto& [known, name] : kNetworkFileSystems) {
    if (known == magic) return name;
  }
  return std::nullopt;
}

void refuse_network_file_system(const std::filesystem::path& database, std::uint64_t magic) {
  const auto name = network_file_system(magic);
  if (!name) return;
  throw StoreError(database.string(), SQLITE_IOERR,
                   "lies on a network or user-space file system (" + std::string(*name) +
                       "), where SQLite cannot keep it intact; keep it on a local disk, for "
                       "example --db /tmp/" +
                       database.filename().string() + ", and copy it here when the sweep is done");
}

std::uint64_t file_system_magic(const std::filesystem::path& database) {
  std::error_code ignored;
  std::filesystem::path place = std::filesystem::absolute(database, ignored);
  while (!std::filesystem::exists(place, ignored) && place != place.parent_path()) {
    place = place.parent_path();
  }
  struct statfs info {};
  if (::statfs(place.c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(info.f_type));
}

void refuse_impossible_place(const std::filesystem::path& database) {
  if (database.empty()) throw UsageError("the name of the database is empty; --db names a file");
  std::error_code error;
  const auto status = std::filesystem::status(database, error);
  if (std::filesystem::is_directory(status))
    throw StoreError(
        database.string(), SQLITE_CANTOPEN,
        "is a folder; --db names a file, for example " + (database / "ratbench.db").string());
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw StoreError(database.string(), SQLITE_CANTOPEN,
                     "is no regular file, which a database must be; choose another with --db");
}

void check_place(const std::filesystem::path& database) {
  refuse_impossible_place(database);
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(database, missing);
  if (missing || bytes == 0) return;
  try {
    // Through SQLite: reading the file ourselves would drop its locks when we close it.
    Connection probe(database.string(), database, SQLite::OPEN_READONLY);
    probe.number("PRAGMA schema_version");
  } catch (const SQLite::Exception& error) {
    // Whatever else is wrong is said by who opens it.
    if ((error.getErrorCode() & 0xff) == SQLITE_NOTADB)
      throw StoreError(database.string(), SQLITE_NOTADB,
                       "is not a database; choose another file with --db");
  }
}

void sync_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  const int failed = ::fsync(descriptor) != 0 ? errno : 0;
  ::close(descriptor);
  if (failed != 0) {
    throw StoreError(file.string(), SQLITE_IOERR,
                     "cannot write " + folder.string() + " to disk: " + std::strerror(failed));
  }
}

}  // namespace ratbench::store
