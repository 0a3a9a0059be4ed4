// Schema versions of the database, embedded from results/schema/NNN_name.sql at build time.
// Migrations are append-only: a released file never changes, `user_version` is its number.
#pragma once

#include <span>
#include <string_view>

namespace ratbench::store {

struct Migration {
  int version;
  std::string_view name;  // "001_initial"
  std::string_view sql;
};

inline constexpr int kSchemaVersion = 7;
// "RATB": marks our databases in SQLite's application_id.
inline constexpr int kApplicationId = 0x52415442;

// One per version, 1 to kSchemaVersion in order.
std::span<const Migration> migrations();

}  // namespace ratbench::store
