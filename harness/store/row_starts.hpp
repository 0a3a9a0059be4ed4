// Where the rows of a split begin among its units, written and read back.
// Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/store/connection.hpp"

namespace ratbench::store {

// `starts` [rows + 1] as in Dataset; rows without a unit leave no trace but their number.
void store_row_starts(Connection& connection, std::int64_t dataset_id, const std::string& split,
                      std::span<const std::int64_t> starts);

// The same; empty where every unit is a row.
std::vector<std::int64_t> load_row_starts(Connection& connection, std::int64_t dataset_id,
                                          const std::string& split);

}  // namespace ratbench::store
