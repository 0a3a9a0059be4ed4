// Opening a database for reading alone: at any time, beside a writer, and on a read-only medium.
// Internal to this folder; Reader and merge share it.
#pragma once

#include <filesystem>
#include <memory>

#include "harness/store/connection.hpp"

namespace ratbench::store {

// Throws StoreError when `file` is missing, no database of ours, of a newer schema, or on a network
// file system. The schema may be older: see schema_version.
std::unique_ptr<Connection> open_to_read(const std::filesystem::path& file);

// The schema version of an opened database, 1 to kSchemaVersion.
int schema_version(Connection& connection);

}  // namespace ratbench::store
