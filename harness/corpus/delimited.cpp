#include "harness/corpus/delimited.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "src/base/error.hpp"

namespace ratbench::corpus {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Reads one record after the other.
class RecordReader {
 public:
  RecordReader(std::string_view text, Delimiter delimiter, const std::string& file)
      : text_(text), delimiter_(delimiter), file_(file) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  std::optional<DelimitedRecord> next() {
    skip_empty_lines();
    if (at_ == text_.size()) return std::nullopt;
    DelimitedRecord record;
    record.line = line_;
    for (bool more = true; more;) record.fields.push_back(field(more));
    return record;
  }

 private:
  char separator() const { return delimiter_ == Delimiter::kComma ? ',' : '\t'; }
  bool at_line_end() const {
    return text_[at_] == '\n' ||
           (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }
  void end_line() {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }
  void skip_empty_lines() {
    while (at_ < text_.size() && at_line_end()) end_line();
  }

  // One field; `more` says whether the record goes on after it.
  std::string field(bool& more) {
    const bool quoted = delimiter_ == Delimiter::kComma && at_ < text_.size() && text_[at_] == '"';
    std::string value = quoted ? quoted_field() : plain_field();
    more = at_ < text_.size() && text_[at_] == separator();
    if (more) {
      ++at_;
    } else if (at_ < text_.size()) {
      end_line();
    }
    return value;
  }

  std::string plain_field() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != separator() && !at_line_end()) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_field() {
    const std::size_t opened = line_;
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        value.push_back(text_[at_]);
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value.push_back(text_[++at_]);
      } else {
        ++at_;
        if (at_ < text_.size() && text_[at_] != separator() && !at_line_end())
          fail(line_, "text stands after a closing quote; a quote within a field is doubled");
        return value;
      }
    }
    fail(opened, "a quote is opened and never closed");
  }

  [[noreturn]] void fail(std::size_t line, const std::string& problem) const {
    throw DataError(file_, fmt::format("line {}", line), problem);
  }

  std::string_view text_;
  Delimiter delimiter_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::size_t DelimitedTable::column(std::string_view name, const std::string& file) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) {
    throw DataError(
        file, "line 1",
        fmt::format("has no column \"{}\"; its columns are {}", name, fmt::join(columns, ", ")));
  }
  return static_cast<std::size_t>(found - columns.begin());
}

DelimitedTable parse_delimited(std::string_view text, Delimiter delimiter,
                               const std::string& file) {
  RecordReader reader(text, delimiter, file);
  DelimitedTable table;
  auto header = reader.next();
  if (!header) throw DataError(file, "", "is empty; the first line must name the columns");
  table.columns = std::move(header->fields);
  std::vector<std::string> sorted = table.columns;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    throw DataError(file, "line 1", fmt::format("names the column \"{}\" twice", *twice));
  }
  while (auto record = reader.next()) {
    if (record->fields.size() != table.columns.size()) {
      throw DataError(file, fmt::format("line {}", record->line),
                      fmt::format("has {} fields, the first line {}", record->fields.size(),
                                  table.columns.size()));
    }
    table.records.push_back(std::move(*record));
  }
  if (table.records.empty()) throw DataError(file, "", "has column names and no record");
  return table;
}

}  // namespace ratbench::corpus
