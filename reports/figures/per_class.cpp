#include <fmt/format.h>

#include <algorithm>

#include "reports/figures/figure.hpp"
#include "reports/task_words.hpp"

namespace ratbench::reports {
namespace {

constexpr std::size_t kMostCells = 6;
constexpr std::size_t kShortLabel = 30;  // characters; longer ones do not fit side by side

using Cells = std::vector<const CellData*>;

// Factors that have one value in all cells of a slice of the grid, and that slice.
struct Slice {
  std::vector<std::string> held;
  Cells cells;
};

// The largest slice of `block` through `middle` with at most `most` cells: some factors as in
// `middle`, all others free, the first ones rather than the last. Where even a single factor has
// more levels than that, all of the block.
Slice slice_through(const CellData& middle, const Cells& block,
                    const std::vector<std::string>& factors, std::size_t most) {
  Slice best{{}, block};
  if (block.size() <= most) return best;
  for (std::size_t bits = (std::size_t{1} << factors.size()) - 2; bits > 0 && !factors.empty();
       --bits) {
    Slice slice;
    for (std::size_t f = 0; f < factors.size(); ++f)
      if (bits >> f & 1) slice.held.push_back(factors[f]);
    for (const CellData* cell : block)
      if (std::all_of(slice.held.begin(), slice.held.end(), [&](const std::string& path) {
            return cell->shown(path) == middle.shown(path);
          }))
        slice.cells.push_back(cell);
    const bool larger =
        best.held.empty() ? slice.cells.size() > 1 : slice.cells.size() > best.cells.size();
    if (slice.cells.size() <= most && larger) best = std::move(slice);
  }
  return best;
}

struct Drawn {
  Cells cells;
  std::string which;  // "Drawn are ..."; empty when all are
};

// Cells side by side must differ in few things: the main block without its controls, of it a slice
// when there are too many to tell apart, and before it the baseline, which all others are read
// against.
Drawn drawn_cells(const ReportData& data) {
  Cells block;
  for (std::size_t i = 0; i < data.main.cells; ++i)
    if (i == data.baseline || !(data.cells[i].training.control() || data.cells[i].repeats))
      block.push_back(&data.cells[i]);
  Drawn drawn;
  const bool apart = data.baseline >= data.main.cells;
  if (apart) drawn.cells.push_back(&data.cells[data.baseline]);
  const std::size_t most = kMostCells - drawn.cells.size();
  const CellData& middle = apart && !block.empty() ? *block.front() : data.cells[data.baseline];
  const Slice slice = slice_through(middle, block, data.main.factors, most);
  const std::size_t count = std::min(most, slice.cells.size());
  for (std::size_t i = 0; i < count; ++i)
    drawn.cells.push_back(slice.cells[count == 1 ? 0 : i * (slice.cells.size() - 1) / (count - 1)]);
  const std::size_t listed = data.listed().size();
  if (drawn.cells.size() == listed) return drawn;
  std::string others;
  for (const std::string& path : slice.held)
    others += fmt::format("{}{} {}", others.empty() ? "those with " : " and ",
                          factor_title(data.factors, path), middle.shown(path));
  if (others.empty() && count < slice.cells.size()) others = "others evenly chosen from the grid";
  drawn.which = fmt::format(
      " Drawn are {} of {} cells, {}without controls; the table of the same name has all.",
      drawn.cells.size(), listed, others.empty() ? "" : "the baseline and " + others + ", ");
  return drawn;
}

// "class name\n† 3 test rows" for the axis.
std::string class_tic(const ReportData& data, const ClassData& klass) {
  const std::string many(class_score(data.task).rows);
  const std::string one = many == "test entities" ? "test entity" : "test row";
  return wrapped(klass.name, 28) + fmt::format("\n{}{} {}", klass.rare() ? "† " : "", klass.support,
                                               klass.support == 1 ? one : many);
}

std::string class_tics(const ReportData& data) {
  std::string tics;
  for (std::size_t c = 0; c < data.classes.size(); ++c)
    tics += fmt::format("{}{} {}", c ? ", \\\n  " : "",
                        quoted_tic(class_tic(data, data.classes[c])), c);
  return tics;
}

// Blocks of one cell: classes with enough test rows, then rare ones. Columns: centre of the bar,
// its half thickness, mean, low, high.
std::string cell_blocks(const ReportData& data, const CellData& cell, double offset, double half) {
  const ClassScore score = class_score(data.task);
  std::string usual = "# " + cell.label + ": y half mean low high\n";
  std::string rare = "# " + cell.label + ", rare classes\n";
  for (std::size_t c = 0; c < data.classes.size(); ++c) {
    const auto point = percent_point(cell, std::string(score.prefix) + data.classes[c].name);
    if (!point) continue;
    (data.classes[c].rare() ? rare : usual) +=
        fmt::format("{:.4f} {:.4f} {:.4f} {:.4f} {:.4f}\n", static_cast<double>(c) + offset, half,
                    point->mean, std::max(0.0, point->low), std::min(100.0, point->high));
  }
  // A block without a row would shift the numbers of those that follow.
  return usual + "NaN 0 NaN NaN NaN\n\n\n" + rare + "NaN 0 NaN NaN NaN\n\n\n";
}

std::string cell_plots(std::size_t k, const std::string& label) {
  const std::string bars =
      "using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb \"black\" lw 0.5 ";
  // White below, so that they are seen on a dark bar, too.
  const std::string whiskers = "using 3:1:4:5 with xerrorbars pt 0 ps 0";
  return fmt::format(
      "{0}\"per_class.dat\" index {1} {3}fillcolor rgb \"{5}\" fillstyle solid 1.0 border lc rgb "
      "\"black\" title {6}, \\\n     \"per_class.dat\" index {2} {3}fillcolor rgb \"{5}\" "
      "fillstyle "
      "{4} border lc rgb \"black\" notitle, \\\n     for [b={1}:{2}] \"per_class.dat\" index b "
      "{7} lw 3 lc rgb \"white\" notitle, \\\n     for [b={1}:{2}] \"per_class.dat\" index b {7} "
      "lw 1.2 lc rgb \"#333333\" notitle",
      k ? ", \\\n     " : "plot ", 2 * k, 2 * k + 1, bars, "transparent solid 0.35",
      palette_colour(k), gnuplot_quoted(label), whiskers);
}

}  // namespace

std::optional<Figure> per_class_figure(const ReportData& data) {
  if (data.classes.empty()) return std::nullopt;
  const Drawn drawn = drawn_cells(data);
  const Cells& cells = drawn.cells;
  Figure figure;
  figure.name = "per_class";
  const ClassScore score = class_score(data.task);
  figure.title = fmt::format("Test {} per {}", score.title, score.what);
  const bool rare = !rare_classes(data).empty();
  figure.caption = fmt::format(
      "Mean {} with 95 % t interval over seeds (test rows not counted); {}.{}{}", score.title,
      seed_count_text(data),
      rare ? fmt::format(" † and pale bars: fewer than {} {}, where the interval over seeds hides "
                         "how little the {} is known.",
                         kRareSupport, score.rows, score.title)
           : "",
      drawn.which);
  const double count = static_cast<double>(cells.size());
  const double half = 0.4 / count;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    const double offset = (static_cast<double>(k) - (count - 1) / 2) * 2 * half;
    figure.data += cell_blocks(data, *cells[k], offset, half);
    figure.plot += cell_plots(k, cells[k]->label);
  }
  std::size_t longest = 0;
  for (const CellData* cell : cells) longest = std::max(longest, cell->label.size());
  const double classes = static_cast<double>(data.classes.size());
  figure.width_cm = 17;
  double row_cm = 0.32 * count + 0.4;
  for (const ClassData& klass : data.classes)
    row_cm = std::max(row_cm, tic_height_cm(class_tic(data, klass)));
  figure.height_cm = (longest > kShortLabel ? 4.7 : 3.5) + classes * row_cm;
  figure.settings = fmt::format(
      "set xrange [0:100]\nset yrange [{}:-0.55]\nset ytics ({}) scale 0\n"
      "unset grid\nset grid xtics lc rgb \"#CCCCCC\" lw 0.7\n"
      "set xlabel {}\n",
      classes - 0.45, class_tics(data),
      label_with_note(fmt::format("{} on the test split (%)", score.title), kSeedWhiskers));
  figure.settings += legend_settings(cells.size(), longest > kShortLabel ? 1 : 2);
  return figure;
}

}  // namespace ratbench::reports
