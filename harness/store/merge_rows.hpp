// Rows of one database taken into another: surrogate numbers are translated, a row whose key is
// already there is left as it is. Internal to this folder; merge.cpp decides what is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "harness/store/connection.hpp"

namespace ratbench::store {

// What one table is keyed by. Every other fact comes from the schema, so that a column which a
// later migration adds is taken without a change here.
struct MergedTable {
  std::string_view name;
  std::string_view id;   // surrogate number, made anew; "" when the table has none
  std::string_view key;  // columns that identify a row, comma-separated; "" for the primary key,
                         // "*" for all columns but the number
};

struct BlobText {
  std::string bytes;
  bool operator==(const BlobText&) const = default;
};
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, BlobText>;

// One row by column name.
class MergedRow {
 public:
  explicit MergedRow(const std::vector<std::string>& columns)
      : columns_(&columns), values_(columns.size()) {}
  SqlValue& at(std::string_view column);
  std::int64_t integer(std::string_view column) { return std::get<std::int64_t>(at(column)); }
  std::vector<SqlValue>& values() { return values_; }
  const std::vector<std::string>& columns() const { return *columns_; }

 private:
  const std::vector<std::string>* columns_;
  std::vector<SqlValue> values_;
};

// Number in the one database -> number in the other.
using IdMap = std::unordered_map<std::int64_t, std::int64_t>;

// Borrows both connections; `into` is within a write transaction.
class RowCopier {
 public:
  RowCopier(Connection& into, Connection& from) : into_(into), from_(from) {}

  // Sees a row with its numbers already translated; false leaves it out.
  using Change = std::function<bool(MergedRow&)>;
  // Takes the rows that `into` lacks and notes the numbers of all. A row that refers to one which
  // was not taken is left out. Returns how many are new.
  std::size_t copy(const MergedTable& table, const Change& change = {});

  // The numbers noted under a surrogate column ("run_id").
  IdMap& ids(std::string_view column) { return ids_[std::string(column)]; }

 private:
  bool translate(MergedRow& row, std::string_view own) const;

  Connection& into_;
  Connection& from_;
  std::unordered_map<std::string, IdMap> ids_;
};

}  // namespace ratbench::store
