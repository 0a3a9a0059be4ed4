// The one table model: what a table says, free of any output format.
// Tables are built once from the report's data and rendered by Markdown, LaTeX, CSV and HTML alike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/stats/summary.hpp"

namespace ratbench::reports {

enum class Align { kLeft, kRight };
enum class Emphasis { kNone, kBold };
// Where a column is shown: everywhere, only in CSV, which has room for what others put in notes, or
// everywhere else, where it is a shorter form of one that CSV has.
enum class Shown { kEverywhere, kCsvOnly, kNotInCsv };

// How a heading is set: across its column, or upward where names are much wider than numbers.
enum class Heading { kAcross, kUpward };

// What a column's CSV form holds besides its text.
enum class CsvForm {
  kText,               // the text
  kNumber,             // `number` with all digits
  kInterval,           // two columns: `interval` low and high with all digits
  kNumberAndInterval,  // three columns
};

struct Column {
  std::string title;  // UTF-8, plain
  std::string unit;   // "%", "" for none
  std::string key;    // CSV column name
  Align align = Align::kRight;
  CsvForm csv = CsvForm::kText;
  Shown shown = Shown::kEverywhere;
  std::string group = "";  // heading above neighbouring columns of the same group; "" for none
  Heading heading = Heading::kAcross;
};

struct TableCell {
  std::string text;                         // as shown
  std::optional<double> number;             // exact value, fractions of 1 where a share is meant
  std::optional<stats::Interval> interval;  // of the number
  Emphasis emphasis = Emphasis::kNone;
  std::string mark = "";  // superscript that refers to a note: "a", "†"
};

struct TableRow {
  std::vector<TableCell> cells;  // as many as there are columns
  bool rule_before = false;      // a line above: another group begins
};

struct TableNote {
  std::string mark;  // "" for a general note
  std::string text;
};

struct Table {
  std::string name;  // file name without extension
  std::string title;
  std::vector<Column> columns;
  std::vector<TableRow> rows;
  std::vector<TableNote> notes;
};

// "–": not available, not stated.
inline constexpr const char* kDash = "–";
inline constexpr const char* kDagger = "†";

TableCell text_cell(std::string text);
TableCell dash_cell();
// 0.90321 -> "90.32"; a dash when absent.
TableCell percent_cell(std::optional<double> fraction, int digits = 2);
// "[88.10, 91.20]" in percent, of a score from 0 to 1 and cut to that; a dash when absent.
// " ± 4.2", half of a score's interval in points; both ends where it is cut to possible scores.
std::string beside_score(const stats::Interval& interval);
TableCell percent_interval_cell(const std::optional<stats::Interval>& interval);
// 0.0186 -> "+1.86"; a dash when absent.
TableCell points_cell(std::optional<double> fraction);
// "[-2.83, +6.55]" in points; a dash when absent.
TableCell points_interval_cell(const std::optional<stats::Interval>& interval);
// "0.043", "< 0.001"; a dash when absent.
TableCell p_cell(std::optional<double> p);
TableCell count_cell(std::size_t count);

// Columns that formats other than CSV show, by index.
std::vector<std::size_t> shown_columns(const Table& table);
// "macro-F1 (%)".
std::string column_heading(const Column& column);

// Neighbouring columns under one heading; `title` is "" for columns without a group.
struct ColumnGroup {
  std::string title;
  std::size_t columns = 0;
};
// Groups of the shown columns from left to right; empty when no column has one.
std::vector<ColumnGroup> column_groups(const Table& table);

std::string to_markdown(const Table& table);
// A `table` environment for packages booktabs and graphicx.
std::string to_latex(const Table& table);
// RFC 4180, "\n" line ends, numbers with all digits and "." as decimal point.
std::string to_csv(const Table& table);
// A <figure> element; well-formed as XML, too.
std::string to_html(const Table& table);
// Aligned text for a terminal; notes are left out.
std::string to_terminal(const Table& table);

// Text as each format needs it.
std::string escape_markdown(const std::string& text);
std::string escape_latex(const std::string& text);
std::string escape_csv(const std::string& text);
std::string escape_html(const std::string& text);

}  // namespace ratbench::reports
