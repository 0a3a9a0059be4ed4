#include "reports/tables/table.hpp"

namespace ratbench::reports {

std::string escape_html(const std::string& text) {
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
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // Control characters are not allowed in XML, however they are written.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

namespace {

// A heading that lists several things breaks between them only.
std::string heading(const Column& column) {
  std::string text = escape_html(column_heading(column));
  if (text.find(", ") == std::string::npos) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inner_space = text[i] == ' ' && (i == 0 || text[i - 1] != ',');
    out += inner_space ? "&#160;" : std::string(1, text[i]);
  }
  return out;
}

// A row of headings above those of the columns; "" when no column has a group.
std::string group_row(const Table& table) {
  const std::vector<ColumnGroup> groups = column_groups(table);
  if (groups.empty()) return "";
  std::string out = "<tr class=\"groups\">";
  for (const ColumnGroup& group : groups)
    out += group.title.empty()
               ? "<td colspan=\"" + std::to_string(group.columns) + "\"></td>"
               : "<th scope=\"colgroup\" colspan=\"" + std::to_string(group.columns) + "\">" +
                     escape_html(group.title) + "</th>";
  return out + "</tr>\n";
}

}  // namespace

std::string to_html(const Table& table) {
  const std::vector<std::size_t> shown = shown_columns(table);
  const auto side = [&](std::size_t i) {
    return table.columns[i].align == Align::kRight ? " class=\"num\"" : "";
  };
  std::string out = "<figure class=\"table\" id=\"table-" + escape_html(table.name) +
                    "\">\n<figcaption>" + escape_html(table.title) +
                    "</figcaption>\n<div class=\"scroll\"><table>\n<thead>" + group_row(table) +
                    "<tr>";
  for (const std::size_t i : shown) {
    const bool upward = table.columns[i].heading == Heading::kUpward;
    out += std::string("<th scope=\"col\"") + side(i) + ">" +
           (upward ? "<span class=\"up\">" : "") + heading(table.columns[i]) +
           (upward ? "</span>" : "") + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const TableRow& row : table.rows) {
    out += row.rule_before ? "<tr class=\"rule\">" : "<tr>";
    for (const std::size_t i : shown) {
      const TableCell& cell = row.cells[i];
      std::string text = escape_html(cell.text);
      if (cell.emphasis == Emphasis::kBold) text = "<strong>" + text + "</strong>";
      if (!cell.mark.empty()) text += "<sup>" + escape_html(cell.mark) + "</sup>";
      out += std::string("<td") + side(i) + ">" + text + "</td>";
    }
    out += "</tr>\n";
  }
  out += "</tbody>\n</table></div>\n";
  if (!table.notes.empty()) {
    out += "<ul class=\"notes\">\n";
    for (const TableNote& note : table.notes) {
      out += "<li>";
      if (!note.mark.empty()) out += "<sup>" + escape_html(note.mark) + "</sup> ";
      out += escape_html(note.text) + "</li>\n";
    }
    out += "</ul>\n";
  }
  return out + "</figure>\n";
}

}  // namespace ratbench::reports
