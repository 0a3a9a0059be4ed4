// Where a database can be (SQLite's WAL needs shared memory and locks that network file systems do
// not give), and folders forced to disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ratbench::store {

// Name of a network or user-space file system by its statfs(2) magic; nothing for a local one.
std::optional<std::string_view> network_file_system(std::uint64_t magic);

// Throws StoreError with the way out when `magic` is that of a network file system.
void refuse_network_file_system(const std::filesystem::path& database, std::uint64_t magic);

// Magic of the file system that holds `database`, or would; 0 when it cannot be told.
std::uint64_t file_system_magic(const std::filesystem::path& database);

// Throws UsageError for an empty name, StoreError for a folder or something else that is no regular
// file. Opens and makes nothing.
void refuse_impossible_place(const std::filesystem::path& database);

// The same, and StoreError for a file that holds something else than a database: what a command
// that will write asks before it does anything.
void check_place(const std::filesystem::path& database);

// Forces the entry of `file` in its folder to the disk. Throws StoreError(`file`) when that fails;
// a folder that may not be read is left alone.
void sync_folder_of(const std::filesystem::path& file);

}  // namespace ratbench::store
