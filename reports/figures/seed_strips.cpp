#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/figures/figure.hpp"
#include "reports/leading_metric.hpp"

namespace ratbench::reports {
namespace {

// Spreads dots of one strip so that equal scores stay visible: golden-ratio steps, no randomness.
double spread(std::size_t index) {
  const double turn = 0.6180339887 * static_cast<double>(index);
  return (turn - std::floor(turn) - 0.5) * 0.36;
}

std::string strip_tic(const CellData& cell) {
  std::string text = wrapped_at_commas(cell.label, 26);
  std::string missing;
  if (cell.diverged() > 0) missing += fmt::format(", {} diverged", cell.diverged());
  if (cell.failed() > 0) missing += fmt::format(", {} failed", cell.failed());
  if (!cell.complete()) text += fmt::format("\n{} of {}{}", cell.done(), cell.runs.size(), missing);
  return text;
}

}  // namespace

std::optional<Figure> seed_strips_figure(const ReportData& data) {
  Figure figure;
  figure.name = "seed_strips";
  figure.title = score_name(data).title + " of every seed";
  figure.caption = fmt::format(
      "One dot per seed; bar and line: mean and 95 % t interval over seeds (test rows not "
      "counted); {}.{}",
      seed_count_text(data), leading_metrics_text(data));
  std::string dots = "# score y\n";
  std::string means = "# mean low high y\n";
  std::string paper = "# paper y\n";
  std::string tics;
  bool stated = false;
  double row_cm = 1.25;
  double low = 100, high = 0;
  const auto reach = [&](double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  };
  const std::vector<const CellData*> cells = data.listed();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellData& cell = *cells[i];
    const double y = static_cast<double>(i);
    row_cm = std::max(row_cm, tic_height_cm(strip_tic(cell)));
    const std::string& metric = data.leading_metric(cell);
    const std::vector<double> values = cell.values(metric);
    for (std::size_t k = 0; k < values.size(); ++k) {
      reach(100 * values[k]);
      dots += fmt::format("{:.4f} {:.4f}\n", 100 * values[k], y - 0.08 + spread(k));
    }
    if (const auto point = percent_point(cell, metric)) {
      reach(point->low);
      reach(point->high);
      means += fmt::format("{:.4f} {:.4f} {:.4f} {:.4f}\n", point->mean, point->low, point->high,
                           y + 0.3);
    }
    if (const PaperNumber* number = cell.paper_number(metric)) {
      paper += fmt::format("{:.4f} {:.4f}\n", 100 * number->value, y);
      reach(100 * number->value);
      stated = true;
    }
    tics += fmt::format("{}{} {}", i ? ", \\\n  " : "", quoted_tic(strip_tic(cell)), i);
  }
  figure.data =
      dots + "\n\n" + means + "\n\n" + (stated ? paper : "# the paper states none\nNaN 0\n");
  figure.width_cm = 15;
  figure.height_cm = 2.8 + row_cm * static_cast<double>(cells.size());
  figure.settings = fmt::format(
      "set yrange [{}:-0.6]\nset ytics ({}) scale 0\nset offsets graph 0.03, graph 0.03, 0, 0\n"
      "unset grid\nset grid xtics lc rgb \"#CCCCCC\" lw 0.7\nset xtics {:g}\nset xlabel {}\n",
      static_cast<double>(cells.size()) - 0.4, tics, tic_step(low, high),
      gnuplot_quoted(score_name(data).title + " on the test split (%)"));
  figure.settings += legend_settings(stated ? 3 : 2, 2);
  figure.plot = fmt::format(
      "plot \"seed_strips.dat\" index 0 using 1:2 with points pt {0} ps 0.55 lc rgb \"{1}\" title "
      "\"one seed\", \\\n     \"seed_strips.dat\" index 1 using 1:4:2:3 with xerrorbars pt {2} ps "
      "0.9 "
      "lw 1.8 lc rgb \"black\" title \"mean, 95 % t interval\"",
      marker(0), palette_colour(0), marker(3));
  if (stated)
    figure.plot += fmt::format(
        ", \\\n     \"seed_strips.dat\" index 2 using 1:2 with points pt {} ps 1.2 lw 1.5 lc rgb "
        "\"{}\" title \"paper\"",
        open_marker(2), palette_colour(4));
  return figure;
}

}  // namespace ratbench::reports
