#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include "reports/tables/table.hpp"

namespace ratbench::reports {
namespace {

// Characters outside ASCII that our own texts use; others pass as UTF-8.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSymbols = {{
    {"†", "\\textdagger{}"},
    {"‡", "\\textdaggerdbl{}"},
    {"–", "--"},
    {"—", "---"},
    {"±", "\\ensuremath{\\pm}"},
    {"×", "\\ensuremath{\\times}"},
    {"≤", "\\ensuremath{\\leq}"},
    {"α", "\\ensuremath{\\alpha}"},
}};

std::string cell_text(const TableCell& cell) {
  std::string text = escape_latex(cell.text);
  if (cell.emphasis == Emphasis::kBold) text = "\\textbf{" + text + "}";
  if (!cell.mark.empty()) text += "\\textsuperscript{" + escape_latex(cell.mark) + "}";
  return text;
}

constexpr std::size_t kHeadingWidth = 11;  // characters
constexpr std::size_t kUpwardWidth = 26;
constexpr std::size_t kUprightColumns = 9;  // more do not fit the usual text width legibly
constexpr std::size_t kTurnedRows = 40;     // more do not fit it when turned

// On several lines, so that a heading is hardly wider than its numbers.
std::string heading(const Column& column) {
  const bool upward = column.heading == Heading::kUpward;
  const std::size_t most = upward ? kUpwardWidth : kHeadingWidth;
  std::string lines;
  std::size_t width = 0;
  std::istringstream words(column_heading(column));
  for (std::string word; words >> word;) {
    if (width > 0) {
      const bool fits = width + 1 + word.size() <= most;
      lines += fits ? " " : "\\\\";
      width = fits ? width + 1 : 0;
    }
    lines += escape_latex(word);
    width += word.size();
  }
  const char* side = column.align == Align::kRight && !upward ? "r" : "l";
  const std::string box =
      std::string("\\begin{tabular}[b]{@{}") + side + "@{}}" + lines + "\\end{tabular}";
  return upward ? "\\rotatebox{90}{" + box + "}" : box;
}

// A row of headings above those of the columns, each with a line under it.
std::string group_row(const Table& table) {
  const std::vector<ColumnGroup> groups = column_groups(table);
  std::string titles, lines;
  std::size_t first = 1;
  for (const ColumnGroup& group : groups) {
    const std::size_t last = first + group.columns - 1;
    titles += (first > 1 ? " & " : "") + std::string("\\multicolumn{") +
              std::to_string(group.columns) + "}{c}{" + escape_latex(group.title) + "}";
    if (!group.title.empty())
      lines += "\\cmidrule(lr){" + std::to_string(first) + "-" + std::to_string(last) + "}";
    first = last + 1;
  }
  return groups.empty() ? "" : titles + " \\\\\n" + lines + "\n";
}

// The tabular alone.
std::string tabular(const Table& table, const std::vector<std::size_t>& shown) {
  std::string out = "\\begin{tabular}{@{}";
  for (const std::size_t i : shown) out += table.columns[i].align == Align::kRight ? 'r' : 'l';
  out += "@{}}\n\\toprule\n" + group_row(table);
  for (std::size_t k = 0; k < shown.size(); ++k)
    out += (k ? " & " : "") + heading(table.columns[shown[k]]);
  out += " \\\\\n\\midrule\n";
  for (const TableRow& row : table.rows) {
    if (row.rule_before) out += "\\midrule\n";
    for (std::size_t k = 0; k < shown.size(); ++k)
      out += (k ? " & " : "") + cell_text(row.cells[shown[k]]);
    out += " \\\\\n";
  }
  return out + "\\bottomrule\n\\end{tabular}";
}

std::string notes(const Table& table) {
  if (table.notes.empty()) return "";
  std::string out = "\\begin{minipage}{\\linewidth}\\footnotesize\n";
  for (const TableNote& note : table.notes) {
    if (!note.mark.empty()) out += "\\textsuperscript{" + escape_latex(note.mark) + "} ";
    out += escape_latex(note.text) + "\\par\n";
  }
  return out + "\\end{minipage}";
}

// Table and notes, shrunk where they do not fit: first to the text width, then to what caption and
// notes leave of the page (\ratbenchroom), but not below a third of it. Others keep their size.
std::string fitted(const std::string& tabular, const std::string& notes) {
  return "\\sbox{\\ratbenchbox}{%\n" + tabular + "}\n\\sbox{\\ratbenchnotes}{%\n" + notes +
         "}\n"
         "\\ifdim\\wd\\ratbenchbox>\\linewidth\n"
         "\\sbox{\\ratbenchbox}{\\resizebox{\\linewidth}{!}{\\usebox{\\ratbenchbox}}}\n\\fi\n"
         "\\setlength{\\ratbenchleast}{0.33\\ratbenchroom}\n"
         "\\addtolength{\\ratbenchroom}{-\\ht\\ratbenchnotes}\n"
         "\\addtolength{\\ratbenchroom}{-\\dp\\ratbenchnotes}\n"
         "\\addtolength{\\ratbenchroom}{-6\\baselineskip}\n"
         "\\ifdim\\ratbenchroom<\\ratbenchleast\\setlength{\\ratbenchroom}{\\ratbenchleast}\\fi\n"
         "\\ifdim\\dimexpr\\ht\\ratbenchbox+\\dp\\ratbenchbox\\relax>\\ratbenchroom\n"
         "\\sbox{\\ratbenchbox}{\\resizebox*{!}{\\ratbenchroom}{\\usebox{\\ratbenchbox}}}\n\\fi\n"
         "\\usebox{\\ratbenchbox}\n" +
         (notes.empty() ? "" : "\n\\medskip\n\\usebox{\\ratbenchnotes}\n");
}

}  // namespace

std::string escape_latex(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    bool replaced = false;
    for (const auto& [symbol, latex] : kSymbols) {
      if (text.compare(i, symbol.size(), symbol) != 0) continue;
      out += latex;
      i += symbol.size();
      replaced = true;
      break;
    }
    if (replaced) continue;
    const char c = text[i++];
    switch (c) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      case '"':
        out += "\\textquotedbl{}";
        break;
      case '[':
        out += "{[}";
        break;  // would be an option after a line break
      case ']':
        out += "{]}";
        break;
      case '\n':
      case '\r':
        out += ' ';
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out;
}

std::string to_latex(const Table& table) {
  const std::vector<std::size_t> shown = shown_columns(table);
  const bool turned = shown.size() > kUprightColumns && table.rows.size() <= kTurnedRows;
  std::string out =
      "% Needs \\usepackage[T1]{fontenc}, \\usepackage{booktabs} and \\usepackage{graphicx}.\n"
      "\\ifdefined\\ratbenchbox\\else\\newsavebox{\\ratbenchbox}\\newsavebox{\\ratbenchnotes}"
      "\\newlength{\\ratbenchroom}\\newlength{\\ratbenchleast}\\fi\n";
  out += turned ? "\\begin{table}[p]\n\\setlength{\\ratbenchroom}{\\textwidth}\n\\centering\n"
                  "\\rotatebox{90}{\\begin{minipage}{0.95\\textheight}\n"
                : "\\begin{table}[htbp]\n\\setlength{\\ratbenchroom}{\\textheight}\n";
  out += "\\centering\n\\caption{" + escape_latex(table.title) + "}\n\\label{tab:" + table.name +
         "}\n\\small\n\\setlength{\\tabcolsep}{4pt}\n";
  out += fitted(tabular(table, shown), notes(table));
  return out + (turned ? "\\end{minipage}}\n" : "") + "\\end{table}\n";
}

}  // namespace ratbench::reports
