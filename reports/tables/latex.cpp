#include <array>
#include <string_view>
#include <utility>

#include "reports/tables/table.hpp"

namespace ratbench::reports {
namespace {

// Characters outside ASCII that our own texts use; others pass as UTF-8.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kSymbols = {{
    {"†", "\\textdagger{}"},
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

// One word per line, so that a heading is not wider than its numbers.
std::string heading(const Column& column) {
  std::string lines;
  std::string text = column_heading(column);
  for (std::size_t at = text.find(' '); at != std::string::npos; at = text.find(' ')) {
    lines += escape_latex(text.substr(0, at)) + "\\\\";
    text = text.substr(at + 1);
  }
  lines += escape_latex(text);
  const char* side = column.align == Align::kRight ? "r" : "l";
  return std::string("\\begin{tabular}[b]{@{}") + side + "@{}}" + lines + "\\end{tabular}";
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
  std::string out =
      "% Needs \\usepackage[T1]{fontenc}, \\usepackage{booktabs} and \\usepackage{graphicx}.\n"
      "\\begin{table}[htbp]\n\\centering\n\\caption{" +
      escape_latex(table.title) + "}\n\\label{tab:" + table.name +
      "}\n\\small\n\\setlength{\\tabcolsep}{4pt}\n";
  // Wide tables shrink to the text width, narrow ones keep their size.
  out += "\\ifdefined\\ratbenchbox\\else\\newsavebox{\\ratbenchbox}\\fi\n";
  out += "\\sbox{\\ratbenchbox}{%\n\\begin{tabular}{@{}";
  for (const std::size_t i : shown) out += table.columns[i].align == Align::kRight ? 'r' : 'l';
  out += "@{}}\n\\toprule\n";
  for (std::size_t k = 0; k < shown.size(); ++k)
    out += (k ? " & " : "") + heading(table.columns[shown[k]]);
  out += " \\\\\n\\midrule\n";
  for (const TableRow& row : table.rows) {
    if (row.rule_before) out += "\\midrule\n";
    for (std::size_t k = 0; k < shown.size(); ++k)
      out += (k ? " & " : "") + cell_text(row.cells[shown[k]]);
    out += " \\\\\n";
  }
  out += "\\bottomrule\n\\end{tabular}}\n";
  out +=
      "\\ifdim\\wd\\ratbenchbox>\\linewidth\n\\resizebox{\\linewidth}{!}{\\usebox{\\ratbenchbox}}\n"
      "\\else\n\\usebox{\\ratbenchbox}\n\\fi\n";
  if (!table.notes.empty()) {
    out += "\n\\medskip\n\\begin{minipage}{\\linewidth}\\footnotesize\n";
    for (const TableNote& note : table.notes) {
      if (!note.mark.empty()) out += "\\textsuperscript{" + escape_latex(note.mark) + "} ";
      out += escape_latex(note.text) + "\\par\n";
    }
    out += "\\end{minipage}\n";
  }
  return out + "\\end{table}\n";
}

}  // namespace ratbench::reports
