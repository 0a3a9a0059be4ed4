#include "reports/figures/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ratbench::reports {

std::string_view palette_colour(std::size_t index) { return kPalette[index % kPalette.size()]; }

int marker(std::size_t index) { return kMarkers[index % kMarkers.size()]; }

int open_marker(std::size_t index) { return marker(index) - 1; }

std::string gnuplot_quoted(const std::string& text) {
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

std::string quoted_tic(const std::string& text) {
  std::string doubled;
  for (const char c : text) doubled += c == '%' ? "%%" : std::string(1, c);
  return gnuplot_quoted(doubled);
}

std::string metric_axis(const ReportData& data) {
  return metric_title(data.primary_metric()) + " on the test split (%)";
}

std::string legend_settings(std::size_t entries, std::size_t columns) {
  const std::size_t rows = (entries + columns - 1) / columns;
  // "vertical": gnuplot then obeys the number of rows whatever the width of the plot.
  return fmt::format(
      "set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 "
      "maxrows {} width 1\nset tmargin {:.1f}\n",
      rows, 1.25 * static_cast<double>(rows) + 1);
}

double tic_step(double low, double high) {
  const double range = std::max(high - low, 1e-6);
  double step = std::pow(10, std::floor(std::log10(range / 4)));
  for (const double factor : {2.0, 2.5, 2.0}) {
    if (range / step < 9) break;
    step *= factor;
  }
  return step;
}

std::string label_with_note(const std::string& label, const std::string& note) {
  return gnuplot_quoted(label + "\n" + note);
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

std::string wrapped_at_commas(const std::string& text, std::size_t width) {
  constexpr char kHeld = '\x01';  // stands for a space that must not break
  std::string held = text;
  for (std::size_t begin = 0; begin < held.size();) {
    const std::size_t end = std::min(held.find(", ", begin), held.size());
    const auto part = held.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto part_end = held.begin() + static_cast<std::ptrdiff_t>(end);
    const std::size_t comma = end < held.size() ? 1 : 0;
    // A part too long for one line breaks where it can, but not within brackets.
    const auto from = end - begin + comma <= width ? part : std::find(part, part_end, '(');
    std::replace(from, part_end, ' ', kHeld);
    begin = end + 2;
  }
  std::string out = wrapped(held, width);
  std::replace(out.begin(), out.end(), kHeld, ' ');
  return out;
}

double tic_height_cm(const std::string& text) {
  const auto breaks = std::count(text.begin(), text.end(), '\n');
  return 0.48 * static_cast<double>(breaks + 1) + 0.2;
}

std::optional<Point> percent_point(const CellData& cell, std::string_view metric) {
  const stats::Summary summary = stats::summarise(cell.values(metric));
  if (!summary.mean) return std::nullopt;
  Point point{100 * *summary.mean, 100 * *summary.mean, 100 * *summary.mean};
  if (summary.t95) {
    const stats::Interval possible = stats::clipped(*summary.t95, {0, 1});
    point.low = 100 * possible.low;
    point.high = 100 * possible.high;
  }
  return point;
}

std::optional<Point> two_way_point(const CellData& cell, std::string_view metric) {
  auto point = percent_point(cell, metric);
  const TwoWayMetric* both = cell.two_way_of(metric);
  if (!point || !both) return std::nullopt;
  const stats::Interval possible = stats::clipped(both->t95, {0, 1});
  point->low = 100 * possible.low;
  point->high = 100 * possible.high;
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
  // SVG counts CSS pixels of 1/96 inch; PNG is drawn at 144 dots per inch.
  const double svg = 96 / 2.54, png = 144 / 2.54;
  std::string script = fmt::format(
      "# Draws {0}.svg, {0}.pdf and {0}.png from {0}.dat: gnuplot {0}.gp\n", figure.name);
  script +=
      "set encoding utf8\nset border 3 lw 1\nset tics nomirror out\n"
      "set grid ytics lc rgb \"#CCCCCC\" lw 0.7\n" +
      figure.settings;
  script += fmt::format(
      "set terminal svg size {:.0f},{:.0f} font \"sans-serif,13\" background rgb \"white\" "
      "noenhanced\nset output \"{}.svg\"\n{}\n",
      svg * figure.width_cm, svg * figure.height_cm, figure.name, figure.plot);
  // A sheet of several plots cannot be repeated, it is drawn anew.
  const bool sheet = figure.plot.starts_with("set multiplot");
  const std::string again = sheet ? figure.plot : "replot";
  script += fmt::format(
      "set terminal pdfcairo size {:.1f}cm,{:.1f}cm font \"Sans,10\" fontscale 0.9 noenhanced\n"
      "set output \"{}.pdf\"\n{}\n",
      figure.width_cm, figure.height_cm, figure.name, again);
  script += fmt::format(
      "set terminal pngcairo size {:.0f},{:.0f} font \"Sans,15\" linewidth 2 pointscale 2 "
      "noenhanced\nset output \"{}.png\"\n{}\nunset output\n",
      png * figure.width_cm, png * figure.height_cm, figure.name, again);
  return script;
}

}  // namespace ratbench::reports
