#include "reports/figures/figure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ratbench::reports {

std::string_view palette_colour(std::size_t index) { return kPalette[index % kPalette.size()]; }

int marker(std::size_t index) { return kMarkers[index % kMarkers.size()]; }

int open_marker(std::size_t index) { return marker(index) - 1; }

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    // A backquote would start a command in gnuplot's double quotes.
    if (c == '`') {
      out += '\'';
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string metric_axis(const ReportData& data) {
  return metric_title(data.primary_metric()) + " on the test split (%)";
}

std::string common_settings() {
  return "set encoding utf8\n"
         "set border 3 lw 1\n"
         "set tics nomirror out\n"
         "set grid ytics lc rgb \"#DDDDDD\" lw 0.7\n"
         "set key outside top center horizontal noenhanced samplen 2\n";
}

std::string wrapped(const std::string& text, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find(' ', begin);
    if (end == std::string::npos) end = text.size();
    const std::size_t length = end - begin;
    if (column > 0 && column + 1 + length > width) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(begin, length);
    column += length;
    begin = end + 1;
  }
  return out;
}

std::optional<Point> percent_point(const CellData& cell, std::string_view metric) {
  const stats::Summary summary = stats::summarise(cell.values(metric));
  if (!summary.mean) return std::nullopt;
  Point point{100 * *summary.mean, 100 * *summary.mean, 100 * *summary.mean};
  if (summary.t95) {
    point.low = 100 * summary.t95->low;
    point.high = 100 * summary.t95->high;
  }
  return point;
}

const CellData* main_cell(const ReportData& data, const std::vector<std::string>& levels) {
  for (std::size_t i = 0; i < data.main.cells; ++i) {
    bool all = true;
    for (std::size_t f = 0; f < levels.size(); ++f)
      all = all && *data.cells[i].factor(data.main.factors[f]) == levels[f];
    if (all) return &data.cells[i];
  }
  return nullptr;
}

std::string seed_count_text(const ReportData& data) {
  std::size_t least = data.cells.front().done(), most = least;
  for (const CellData& cell : data.cells) {
    least = std::min(least, cell.done());
    most = std::max(most, cell.done());
  }
  return least == most ? fmt::format("n = {} seeds", most)
                       : fmt::format("n = {} to {} seeds", least, most);
}

std::string complete_script(const Figure& figure) {
  const double points_per_cm = 72 / 2.54;
  const double width = figure.width_cm * points_per_cm;
  const double height = figure.height_cm * points_per_cm;
  std::string script = fmt::format(
      "# Draws {0}.svg, {0}.pdf and {0}.png from {0}.dat: gnuplot {0}.gp\n", figure.name);
  script += common_settings() + figure.settings;
  script += fmt::format(
      "set terminal svg size {:.0f},{:.0f} font \"sans-serif,11\" background rgb \"white\" "
      "noenhanced\nset output \"{}.svg\"\n{}\n",
      width, height, figure.name, figure.plot);
  script += fmt::format(
      "set terminal pdfcairo size {:.1f}cm,{:.1f}cm font \"Sans,10\" fontscale 0.9 noenhanced\n"
      "set output \"{}.pdf\"\nreplot\n",
      figure.width_cm, figure.height_cm, figure.name);
  script += fmt::format(
      "set terminal pngcairo size {:.0f},{:.0f} font \"Sans,20\" linewidth 2 pointscale 2 "
      "noenhanced\nset output \"{}.png\"\nreplot\nunset output\n",
      2 * width, 2 * height, figure.name);
  return script;
}

}  // namespace ratbench::reports
