// Cells and notes of a table by what they are called, for the tests of reports.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "reports/tables/table.hpp"

namespace ratbench::reports {

// Index of the column with that key; a failure and 0 where there is none.
inline std::size_t column(const Table& table, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return i;
  ADD_FAILURE() << "no column " << key;
  return 0;
}

inline const TableCell& at(const Table& table, std::size_t row, const std::string& key) {
  return table.rows.at(row).cells.at(column(table, key));
}

// Whether some note has these words.
inline bool has_note(const Table& table, const std::string& words) {
  return std::any_of(table.notes.begin(), table.notes.end(), [&](const TableNote& note) {
    return note.text.find(words) != std::string::npos;
  });
}

}  // namespace ratbench::reports
