// Every documented view as one CSV file (RFC 4180): header row, CRLF, fixed row order, NULL empty.
// All of them are written before the first takes its place: a folder never mixes two databases.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/store/reader.hpp"

namespace ratbench::store {

// Writes DIR/VIEW.csv for every view and returns the paths. Creates `dir`. Throws StoreError when
// it cannot be written; the folder is then as it was.
std::vector<std::filesystem::path> export_views(const Reader& reader,
                                                const std::filesystem::path& dir);

}  // namespace ratbench::store
