#include <fmt/format.h>

#include "reports/tables/table.hpp"

namespace ratbench::reports {
namespace {

std::string number_text(const std::optional<double>& number) {
  return number ? fmt::format("{}", *number) : "";
}

// A dash stands for "not available" in print; CSV leaves the field empty.
std::string plain_text(const std::string& text) { return text == kDash ? "" : text; }

void append_heading(std::string& out, const Column& column) {
  const bool interval =
      column.csv == CsvForm::kInterval || column.csv == CsvForm::kNumberAndInterval;
  if (column.csv != CsvForm::kInterval) out += escape_csv(column.key);
  if (column.csv == CsvForm::kNumberAndInterval) out += ',';
  if (interval) out += escape_csv(column.key + "_low") + "," + escape_csv(column.key + "_high");
}

void append_interval(std::string& out, const std::optional<stats::Interval>& interval) {
  if (interval) out += fmt::format("{}", interval->low);
  out += ',';
  if (interval) out += fmt::format("{}", interval->high);
}

void append_cell(std::string& out, const Column& column, const TableCell& cell) {
  switch (column.csv) {
    case CsvForm::kText:
      out += escape_csv(plain_text(cell.text));
      break;
    case CsvForm::kNumber:
      out += number_text(cell.number);
      break;
    case CsvForm::kInterval:
      append_interval(out, cell.interval);
      break;
    case CsvForm::kNumberAndInterval:
      out += number_text(cell.number) + ",";
      append_interval(out, cell.interval);
      break;
  }
}

}  // namespace

std::string escape_csv(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string to_csv(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].shown != Shown::kNotInCsv) columns.push_back(i);
  std::string out;
  for (const std::size_t i : columns) {
    if (i != columns.front()) out += ',';
    append_heading(out, table.columns[i]);
  }
  out += '\n';
  for (const TableRow& row : table.rows) {
    for (const std::size_t i : columns) {
      if (i != columns.front()) out += ',';
      append_cell(out, table.columns[i], row.cells[i]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace ratbench::reports
