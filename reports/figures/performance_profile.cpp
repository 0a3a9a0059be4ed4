#include <fmt/format.h>

#include <algorithm>

#include "reports/figures/figure.hpp"

namespace ratbench::reports {
namespace {

constexpr std::size_t kMostLines = kMarkers.size();  // more lines cannot be told apart

// Share of runs above a score, as a step function of the score.
std::string steps(std::vector<double> scores) {
  std::sort(scores.begin(), scores.end());
  std::string lines = "# score share of runs above it\n";
  const auto n = static_cast<double>(scores.size());
  lines += fmt::format("{:.4f} 100\n", 100 * scores.front());
  for (std::size_t i = 0; i < scores.size(); ++i)
    lines +=
        fmt::format("{:.4f} {:.4f}\n", 100 * scores[i], 100 * (n - static_cast<double>(i) - 1) / n);
  return lines;
}

}  // namespace

std::optional<Figure> performance_profile_figure(const ReportData& data) {
  // The grid alone where controls would make too many lines.
  const std::size_t cells = data.cells.size() <= kMostLines ? data.cells.size() : data.main.cells;
  if (cells > kMostLines || cells < 2) return std::nullopt;
  Figure figure;
  figure.name = "performance_profile";
  figure.title = "Performance profile of " + metric_title(data.primary_metric());
  std::string plot;
  std::size_t lines = 0;
  for (std::size_t i = 0; i < cells; ++i) {
    const CellData& cell = data.cells[i];
    std::vector<double> scores = cell.values(data.primary_metric());
    if (scores.empty()) continue;
    figure.data += (lines ? "\n\n" : "") + steps(std::move(scores));
    plot += fmt::format(
        "{0}\"performance_profile.dat\" index {1} using 1:2 with steps lw 1.8 lc rgb \"{2}\" "
        "notitle, \\\n     \"performance_profile.dat\" index {1} using 1:2 with points pt {3} ps "
        "0.8 "
        "lc rgb \"{2}\" title {4}",
        lines ? ", \\\n     " : "plot ", lines, palette_colour(lines), marker(lines),
        gnuplot_quoted(cell.label));
    ++lines;
  }
  if (lines < 2) return std::nullopt;
  figure.plot = std::move(plot);
  figure.caption = fmt::format(
      "Share of seeds whose {} lies above the score below; {}. A line further right is better; "
      "lines that cross are no order. Test rows are not counted, and the figure decides nothing.",
      metric_title(data.primary_metric()), seed_count_text(data));
  figure.width_cm = 15;
  figure.height_cm = 8.5 + 0.6 * static_cast<double>(lines);
  figure.settings =
      fmt::format("set yrange [0:102]\nset ylabel \"seeds above (%)\"\nset xlabel {}\n",
                  gnuplot_quoted(metric_axis(data)));
  figure.settings += legend_settings(lines, 1);
  return figure;
}

}  // namespace ratbench::reports
