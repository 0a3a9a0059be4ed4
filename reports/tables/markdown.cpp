#include <algorithm>

#include "reports/tables/table.hpp"

namespace ratbench::reports {
namespace {

std::string markdown_cell(const TableCell& cell) {
  std::string text = escape_markdown(cell.text);
  if (cell.emphasis == Emphasis::kBold) text = "**" + text + "**";
  if (!cell.mark.empty()) text += "<sup>" + escape_markdown(cell.mark) + "</sup>";
  return text;
}

// Width in code points: continuation bytes of UTF-8 take no column.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Headings on two lines, so that no column is wider than its numbers: title, then unit.
std::vector<std::vector<std::string>> heading_lines(const Table& table,
                                                    const std::vector<std::size_t>& shown) {
  std::vector<std::vector<std::string>> lines(2);
  for (const std::size_t i : shown) {
    const Column& column = table.columns[i];
    lines[0].push_back(column.unit.empty() ? "" : column.title);
    lines[1].push_back(column.unit.empty() ? column.title : column.unit);
  }
  return lines;
}

}  // namespace

std::string escape_markdown(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\n':
      case '\r':
        out += ' ';
        break;
      case '\\':
      case '|':
      case '*':
      case '_':
      case '`':
      case '[':
      case ']':
      case '~':
      case '#':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out;
}

std::string to_markdown(const Table& table) {
  const std::vector<std::size_t> shown = shown_columns(table);
  std::string out = "### " + escape_markdown(table.title) + "\n\n|";
  for (const std::size_t i : shown) {
    const Column& column = table.columns[i];
    const std::string group = column.group.empty() ? "" : column.group + ": ";
    out += " " + escape_markdown(group + column_heading(column)) + " |";
  }
  out += "\n|";
  for (const std::size_t i : shown)
    out += table.columns[i].align == Align::kRight ? "---:|" : "---|";
  out += "\n";
  for (const TableRow& row : table.rows) {
    out += "|";
    for (const std::size_t i : shown) out += " " + markdown_cell(row.cells[i]) + " |";
    out += "\n";
  }
  out += "\n";
  for (const TableNote& note : table.notes) {
    out += "- ";
    if (!note.mark.empty()) out += "<sup>" + escape_markdown(note.mark) + "</sup> ";
    out += escape_markdown(note.text) + "\n";
  }
  return out;
}

std::string to_terminal(const Table& table) {
  const std::vector<std::size_t> shown = shown_columns(table);
  std::vector<std::vector<std::string>> lines = heading_lines(table, shown);
  for (const TableRow& row : table.rows) {
    lines.emplace_back();
    for (const std::size_t i : shown) lines.back().push_back(row.cells[i].text);
  }
  std::vector<std::size_t> widths(shown.size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  std::string out;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string pad(widths[i] - width(line[i]), ' ');
      if (i > 0) row += "  ";
      row += table.columns[shown[i]].align == Align::kRight ? pad + line[i] : line[i] + pad;
    }
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + "\n";
  }
  return out;
}

}  // namespace ratbench::reports
