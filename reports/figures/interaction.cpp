#include <fmt/format.h>

#include "reports/figures/figure.hpp"

namespace ratbench::reports {
namespace {

struct Lines {
  std::string data;
  std::string plot;
  bool paper = false;
  std::size_t entries = 0;  // of the legend
};

// One block of ours and one of the paper's numbers per level of the second factor. The lines are
// moved apart a little, so that intervals do not hide each other.
Lines draw_lines(const ReportData& data, const std::string& name) {
  const MainBlock& main = data.main;
  Lines lines;
  for (std::size_t line = 0; line < 2; ++line) {
    lines.data += "# x mean low high\n";
    std::string paper = "# x paper\n";
    bool stated = false;
    for (std::size_t x = 0; x < 2; ++x) {
      const CellData* cell = main_cell(data, {main.levels[0][x], main.levels[1][line]});
      const double at = static_cast<double>(x) + (line == 0 ? -0.02 : 0.02);
      if (const auto point = percent_point(*cell, data.primary_metric()))
        lines.data +=
            fmt::format("{} {:.4f} {:.4f} {:.4f}\n", at, point->mean, point->low, point->high);
      if (const PaperNumber* number = cell->paper_number(data.primary_metric())) {
        paper += fmt::format("{} {:.4f}\n", at, 100 * number->value);
        stated = true;
      }
    }
    lines.data += "\n\n" + (stated ? paper : "# the paper states none\n0 NaN\n") + "\n\n";
    const std::string title =
        factor_title(data.factors, main.factors[1]) + " " + main.levels[1][line];
    lines.plot += fmt::format(
        "{0}\"{1}.dat\" index {2} using 1:2 with linespoints lc rgb \"{3}\" dt {4} lw 2 pt {5} ps "
        "0.9 "
        "title {6}, \\\n     \"{1}.dat\" index {2} using 1:2:3:4 with yerrorbars lc rgb \"{3}\" lw "
        "1.5 "
        "pt {5} ps 0.9 notitle",
        line ? ", \\\n     " : "plot ", name, 2 * line, palette_colour(line), line + 1,
        marker(line), gnuplot_quoted(title));
    if (stated)
      lines.plot += fmt::format(
          ", \\\n     \"{}.dat\" index {} using 1:2 with points lc rgb \"{}\" lw 1.5 pt {} ps 1.2 "
          "title {}",
          name, 2 * line + 1, palette_colour(line), open_marker(line),
          gnuplot_quoted(title + ", paper"));
    lines.entries += stated ? 2 : 1;
    lines.paper = lines.paper || stated;
  }
  return lines;
}

}  // namespace

std::optional<Figure> interaction_figure(const ReportData& data) {
  const MainBlock& main = data.main;
  if (main.factors.size() != 2 || main.levels[0].size() != 2 || main.levels[1].size() != 2)
    return std::nullopt;
  Figure figure;
  figure.name = "interaction";
  figure.title = "Interaction of " + factor_title(data.factors, main.factors[0]) + " and " +
                 factor_title(data.factors, main.factors[1]);
  const Lines lines = draw_lines(data, figure.name);
  figure.data = lines.data;
  figure.plot = lines.plot;
  figure.caption = fmt::format(
      "Mean {} with 95 % t interval over seeds (test rows not counted); {}. Without an interaction "
      "the lines are parallel.{}",
      metric_title(data.primary_metric()), seed_count_text(data),
      lines.paper ? " Open markers: the paper's numbers." : "");
  figure.width_cm = 13;
  figure.height_cm = 9.5;
  const std::string factor = factor_title(data.factors, main.factors[0]);
  figure.settings = fmt::format(
      "set xrange [-0.35:1.35]\nset offsets 0, 0, graph 0.06, graph 0.06\n"
      "set xtics ({} 0, {} 1)\nset xlabel {}\nset ylabel {}\n",
      quoted_tic(main.levels[0][0]), quoted_tic(main.levels[0][1]),
      label_with_note(factor, kSeedWhiskers), gnuplot_quoted(metric_axis(data)));
  figure.settings += legend_settings(lines.entries, 2);
  return figure;
}

}  // namespace ratbench::reports
