// Every documented view as one CSV file (RFC 4180): header row, CRLF, fixed row order, NULL empty.
// Each file is written beside its place and renamed, so a reader never sees half of one.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/store/reader.hpp"

namespace ratbench::store {

// Writes DIR/VIEW.csv for every view and returns the paths. Creates `dir`. Throws StoreError when
// it cannot be written.
std::vector<std::filesystem::path> export_views(const Reader& reader,
                                                const std::filesystem::path& dir);

}  // namespace ratbench::store
