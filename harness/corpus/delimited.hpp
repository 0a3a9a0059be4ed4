// Reader of delimited text: CSV as in RFC 4180 and TSV. Quoted fields may hold the delimiter, line
// breaks and doubled quotes; the first record names the columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::corpus {

// How the fields of a record are told apart. Tab-separated files have no quoting: a quote is text.
enum class Delimiter { kComma, kTab };

// One record and the line of the file it begins on, counted from 1.
struct DelimitedRecord {
  std::vector<std::string> fields;
  std::size_t line = 0;
};

struct DelimitedTable {
  std::vector<std::string> columns;
  std::vector<DelimitedRecord> records;

  // Index of a column. Throws DataError that lists the columns of `file`.
  std::size_t column(std::string_view name, const std::string& file) const;
};

// Parses a whole file; lines end with LF or CRLF, empty lines are left out, a byte order mark is
// skipped. Throws DataError with the line for a quote that is never closed, text after a closing
// quote, a record with another number of fields than the first, a column named twice or no record.
DelimitedTable parse_delimited(std::string_view text, Delimiter delimiter, const std::string& file);

}  // namespace ratbench::corpus
