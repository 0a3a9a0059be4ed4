#include <fmt/format.h>

#include <algorithm>

#include "reports/figures/figure.hpp"
#include "src/base/decimal.hpp"

namespace ratbench::reports {
namespace {

constexpr std::string_view kLambda = "augmentation.lambda";
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool is_numeric(const std::vector<std::string>& levels) {
  return levels.size() > 2 &&
         std::all_of(levels.begin(), levels.end(),
                     [](const std::string& level) { return Decimal::parse(level).has_value(); });
}

// Index of the factor on the x axis: the only one, or lambda beside another with a few levels.
std::size_t curve_factor(const MainBlock& main) {
  if (main.factors.size() == 1 && is_numeric(main.levels[0])) return 0;
  if (main.factors.size() != 2) return kNone;
  for (std::size_t i = 0; i < 2; ++i)
    if (main.factors[i] == kLambda && is_numeric(main.levels[i]) && main.levels[1 - i].size() <= 6)
      return i;
  return kNone;
}

// Positions on the axis: the numbers themselves, or 0, 1, 2, ... where labels would overlap.
std::vector<double> positions(const std::vector<std::string>& levels) {
  std::vector<double> numbers;
  for (const std::string& level : levels) numbers.push_back(Decimal::parse(level)->real());
  std::vector<double> order = numbers;
  std::sort(order.begin(), order.end());
  double gap = order.back() - order.front();
  for (std::size_t i = 1; i < order.size(); ++i) gap = std::min(gap, order[i] - order[i - 1]);
  if (gap * 25 >= order.back() - order.front()) return numbers;
  for (double& number : numbers)
    number =
        static_cast<double>(std::lower_bound(order.begin(), order.end(), number) - order.begin());
  return numbers;
}

struct Curve {
  std::string ours = "# x mean low high\n";
  std::string paper = "# x paper\n";
  bool stated = false;
};

// `aside`: how far the curve is moved along the axis, so that whiskers of several do not cover each
// other.
Curve curve_of(const ReportData& data, std::size_t factor, const std::vector<double>& at,
               const std::string& other, double aside) {
  Curve curve;
  const std::vector<std::string>& levels = data.main.levels[factor];
  std::vector<std::size_t> order(levels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return at[a] < at[b]; });
  for (const std::size_t i : order) {
    std::vector<std::string> where = {levels[i]};
    if (data.main.factors.size() == 2)
      where.insert(factor == 0 ? where.end() : where.begin(), other);
    const CellData* cell = main_cell(data, where);
    if (const auto point = percent_point(*cell, data.primary_metric()))
      curve.ours += fmt::format("{:g} {:.4f} {:.4f} {:.4f}\n", at[i] + aside, point->mean,
                                std::max(0.0, point->low), std::min(100.0, point->high));
    if (const PaperNumber* number = cell->paper_number(data.primary_metric())) {
      curve.paper += fmt::format("{:g} {:.4f}\n", at[i] + aside, 100 * number->value);
      curve.stated = true;
    }
  }
  return curve;
}

void add_curve(const Curve& curve, std::size_t line, const std::string& title, Figure& figure) {
  figure.data += curve.ours + "\n\n" +
                 (curve.stated ? curve.paper : "# the paper states none\n0 NaN\n") + "\n\n";
  const std::string_view colour = palette_colour(line);
  figure.plot += fmt::format(
      "{0}\"{1}.dat\" index {2} using 1:3:4 with filledcurves lc rgb \"{3}\" fillstyle transparent "
      "solid 0.15 notitle, \\\n     \"{1}.dat\" index {2} using 1:2 with linespoints lc rgb "
      "\"{3}\" "
      "dt {4} lw 2 pt {5} ps 0.8 title {6}, \\\n     \"{1}.dat\" index {2} using 1:2:3:4 with "
      "yerrorbars lc rgb \"{3}\" lw 1.5 pt {5} ps 0.8 notitle",
      line ? ", \\\n     " : "plot ", figure.name, 2 * line, colour, line + 1, marker(line),
      gnuplot_quoted(title));
  if (curve.stated)
    figure.plot += fmt::format(
        ", \\\n     \"{}.dat\" index {} using 1:2 with points lc rgb \"{}\" lw 1.5 pt {} ps 1.2 "
        "title "
        "{}",
        figure.name, 2 * line + 1, colour, open_marker(line),
        gnuplot_quoted(title == "ours" ? "paper" : title + ", paper"));
}

}  // namespace

std::optional<Figure> lambda_curve_figure(const ReportData& data) {
  const std::size_t factor = curve_factor(data.main);
  if (factor == kNone) return std::nullopt;
  const std::vector<std::string>& levels = data.main.levels[factor];
  const std::vector<double> at = positions(levels);
  const std::string name = factor_title(data.factors, data.main.factors[factor]);
  Figure figure;
  figure.name = "lambda_curve";
  figure.title = metric_title(data.primary_metric()) + " over " + name;
  const bool one_line = data.main.factors.size() == 1;
  const std::vector<std::string> others =
      one_line ? std::vector<std::string>{""} : data.main.levels[1 - factor];
  bool stated = false;
  std::size_t entries = 0;
  const auto [low, high] = std::minmax_element(at.begin(), at.end());
  const double apart = 0.012 * (*high - *low);
  for (std::size_t line = 0; line < others.size(); ++line) {
    const double aside =
        apart * (static_cast<double>(line) - (static_cast<double>(others.size()) - 1) / 2);
    const Curve curve = curve_of(data, factor, at, others[line], aside);
    const std::string title =
        one_line ? "ours"
                 : factor_title(data.factors, data.main.factors[1 - factor]) + " " + others[line];
    add_curve(curve, line, title, figure);
    stated = stated || curve.stated;
    entries += curve.stated ? 2 : 1;
  }
  figure.caption = fmt::format(
      "Mean {} with 95 % t interval over seeds (test rows not counted); {}.{}{}",
      metric_title(data.primary_metric()), seed_count_text(data),
      one_line ? "" : " Points of one " + name + " stand side by side, a little off their place.",
      stated ? " Open markers: the paper's numbers." : "");
  figure.width_cm = 15;
  figure.height_cm = 9.5;
  std::string tics;
  for (std::size_t i = 0; i < levels.size(); ++i)
    tics += fmt::format("{}{} {}", i ? ", " : "", quoted_tic(levels[i]), at[i]);
  const double margin = 0.04 * (*high - *low);
  figure.settings = fmt::format(
      "set xrange [{}:{}]\nset offsets 0, 0, graph 0.06, graph 0.06\nset xtics ({})\n"
      "set xlabel {}\nset ylabel {}\n",
      *low - margin, *high + margin, tics,
      label_with_note(name, "whiskers and band: 95 % t interval (seeds only)"),
      gnuplot_quoted(metric_axis(data)));
  figure.settings += legend_settings(entries, stated ? 2 : 3);
  return figure;
}

}  // namespace ratbench::reports
