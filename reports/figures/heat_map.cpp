#include <fmt/format.h>

#include <algorithm>

#include "reports/figures/figure.hpp"

namespace ratbench::reports {
namespace {

std::string tic(const std::string& level) { return wrapped_at_commas(level, 18); }

std::string tics(const std::vector<std::string>& levels) {
  std::string text = "(";
  for (std::size_t i = 0; i < levels.size(); ++i)
    text += fmt::format("{}{} {}", i ? ", " : "", quoted_tic(tic(levels[i])), i);
  return text + ")";
}

// Width in cm that names need beyond that of numbers.
double names_cm(const std::vector<std::string>& levels) {
  constexpr std::size_t kNumber = 5;  // characters that every margin has room for
  std::size_t longest = kNumber;
  for (const std::string& level : levels) {
    const std::string lines = tic(level) + "\n";
    for (std::size_t begin = 0, end; (end = lines.find('\n', begin)) != std::string::npos;
         begin = end + 1)
      longest = std::max(longest, end - begin);
  }
  return 0.2 * static_cast<double>(longest - kNumber);
}

struct Field {
  std::size_t x = 0;
  std::size_t y = 0;
  double mean = 0;
  std::string text;
};

std::vector<Field> fields_of(const ReportData& data) {
  std::vector<Field> fields;
  const auto& levels = data.main.levels;
  for (std::size_t y = 0; y < levels[0].size(); ++y) {
    for (std::size_t x = 0; x < levels[1].size(); ++x) {
      const CellData* cell = main_cell(data, {levels[0][y], levels[1][x]});
      const stats::Summary summary = stats::summarise(cell->values(data.primary_metric()));
      if (!summary.mean) continue;
      std::string text = fmt::format("{:.1f}", 100 * *summary.mean);
      if (summary.sd) text += fmt::format("\n± {:.1f}", 100 * *summary.sd);
      if (!cell->complete()) text += "\n*";
      fields.push_back({x, y, 100 * *summary.mean, text});
    }
  }
  return fields;
}

// Light and dark ink are chosen so that the numbers stay legible on every field.
std::string labels(const std::vector<Field>& fields, double low, double high) {
  std::string text;
  for (const Field& field : fields) {
    const bool dark = high > low && (field.mean - low) / (high - low) > 0.55;
    text += fmt::format("set label {} at {},{} center offset 0,0.35 front textcolor rgb \"{}\"\n",
                        gnuplot_quoted(field.text), field.x, field.y, dark ? "white" : "black");
  }
  return text;
}

}  // namespace

std::optional<Figure> heat_map_figure(const ReportData& data) {
  const MainBlock& main = data.main;
  if (main.factors.size() != 2 || main.cells < 6) return std::nullopt;
  const std::vector<Field> fields = fields_of(data);
  if (fields.empty()) return std::nullopt;
  const auto by_mean = [](const Field& a, const Field& b) { return a.mean < b.mean; };
  const double low = std::min_element(fields.begin(), fields.end(), by_mean)->mean;
  const double high = std::max_element(fields.begin(), fields.end(), by_mean)->mean;
  const std::string rows = factor_title(data.factors, main.factors[0]);
  const std::string columns = factor_title(data.factors, main.factors[1]);
  Figure figure;
  figure.name = "heat_map";
  figure.title = metric_title(data.primary_metric()) + " by " + rows + " and " + columns;
  figure.caption = fmt::format("Mean {} (%) ± sd over seeds; {}.{}",
                               metric_title(data.primary_metric()), seed_count_text(data),
                               std::any_of(data.cells.begin(), data.cells.end(),
                                           [](const CellData& cell) { return !cell.complete(); })
                                   ? " *: some seeds are missing."
                                   : "");
  figure.width_cm = names_cm(main.levels[0]) +
                    std::max(11.0, 4.5 + 1.9 * static_cast<double>(main.levels[1].size()));
  figure.height_cm = std::max(8.0, 2.5 + 1.6 * static_cast<double>(main.levels[0].size()));
  figure.data = "# x y mean\n";
  for (const Field& field : fields)
    figure.data += fmt::format("{} {} {:.4f}\n", field.x, field.y, field.mean);
  figure.settings = fmt::format(
      "unset key\nunset grid\nset border 0\nset tics scale 0\n"
      "set palette defined (0 \"#F7FBFF\", 0.5 \"#6BAED6\", 1 \"#08306B\")\n"
      "set cbrange [{:.4f}:{:.4f}]\nset cblabel {} offset 1\nset cbtics format \"%.1f\"\n"
      "set xrange [-0.5:{}.5]\nset yrange [-0.5:{}.5]\nset xtics {}\nset ytics {}\n"
      "set xlabel {}\nset ylabel {}\n",
      low, high > low ? high : low + 1, gnuplot_quoted(metric_axis(data)),
      main.levels[1].size() - 1, main.levels[0].size() - 1, tics(main.levels[1]),
      tics(main.levels[0]), label_with_note(columns, "numbers: mean ± sd over seeds"),
      gnuplot_quoted(rows));
  figure.settings += labels(fields, low, high);
  figure.plot =
      "plot \"heat_map.dat\" using 1:2:($1-0.48):($1+0.48):($2-0.48):($2+0.48):3 with boxxyerror "
      "fillstyle solid 1.0 noborder fillcolor palette z";
  return figure;
}

}  // namespace ratbench::reports
