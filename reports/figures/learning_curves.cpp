#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/figures/figure.hpp"
#include "reports/leading_metric.hpp"

namespace ratbench::reports {
namespace {

constexpr std::size_t kColumns = 4;
constexpr double kPanelsCm = 6.75;  // two panels, the strip and the space below it
constexpr double kLineCm = 0.5;     // one line of a title
constexpr double kHeadCm = 1.4;     // the lines that say what is drawn
constexpr double kFootCm = 0.9;     // axis title
constexpr double kLeftCm = 2.2, kRightCm = 0.2, kGapCm = 0.35;

struct Range {
  double low = 0, high = 1;
};

// What all panels share, so that they can be compared at a glance.
struct Sheet {
  std::vector<const CellData*> cells;
  std::vector<std::string> titles;
  std::size_t columns = 1, rows = 1;
  std::vector<double> tops_cm;  // upper edge of each row's upper panels
  double width_cm = 17, height_cm = 10;
  Range loss, metric;
  bool decades = false;  // losses on a scale of decades: they differ too much for a common one
  int epochs = 1;
};

constexpr stats::Interval kLosses{0, std::numeric_limits<double>::infinity()}, kPercent{0, 100};

// "mean low high", one sd to either side as far as `possible`; NaN where there is nothing.
std::string spread_text(const std::vector<double>& values, double scale,
                        const stats::Interval& possible, Range& range) {
  const stats::Summary summary = stats::summarise(values);
  if (!summary.mean) return "NaN NaN NaN";
  const double sd = summary.sd.value_or(0);
  const auto [low, high] =
      stats::clipped({scale * (*summary.mean - sd), scale * (*summary.mean + sd)}, possible);
  range.low = std::min(range.low, low);
  range.high = std::max(range.high, high);
  return fmt::format("{:.5f} {:.5f} {:.5f}", scale * *summary.mean, low, high);
}

// Room above the highest value. gnuplot refuses an empty range, so values that are all the same
// stand in the middle of one that reaches `least` to either side; without values it is 0 to 1.
void widen(Range& range, double least) {
  if (range.high < range.low) {
    range = {};
  } else if (range.high - range.low <= 1e-3 * std::max(std::abs(range.low), std::abs(range.high))) {
    range.low -= least;
    range.high += least;
  } else {
    range.high += 0.03 * (range.high - range.low);
  }
}

constexpr std::string_view kAttackedInk = "#D55E00", kCleanInk = "#56B4E9";

// Two blocks per cell, after those of the epochs: batches that were not attacked and those that
// were.
std::string mark_blocks(Sheet& sheet) {
  std::string text;
  for (const CellData* cell : sheet.cells)
    for (const bool attacked : {false, true}) {
      text += fmt::format("# {}: {} batches of seed {}: place loss\n", cell->label,
                          attacked ? "attacked" : "other", cell->training.marks.seed);
      bool any = false;
      for (const BatchMark& mark : cell->training.marks.batches) {
        if (mark.attacked != attacked) continue;
        text += fmt::format("{:.3f} {:.4f}\n", mark.epoch, mark.loss);
        sheet.loss.high = std::max(sheet.loss.high, mark.loss);
        sheet.loss.low = std::min(sheet.loss.low, mark.loss);
        any = true;
      }
      text += any ? "\n\n" : "NaN NaN\n\n\n";
    }
  return text;
}

// Mean losses of a sheet by evaluation, those that are above 0.
Range mean_losses(const Sheet& sheet) {
  Range means{std::numeric_limits<double>::infinity(), 0};
  for (const CellData* cell : sheet.cells)
    for (const EpochValues& row : cell->training.epochs)
      if (const auto mean = stats::summarise(row.train_loss).mean; mean && *mean > 0) {
        means.low = std::min(means.low, *mean);
        means.high = std::max(means.high, *mean);
      }
  return means;
}

// Decades where losses fall, or differ between cells, by more than a common scale can show. Batches
// far below every mean lie outside.
void choose_loss_axis(Sheet& sheet) {
  constexpr double kFarApart = 20, kBelowMeans = 0.03;
  const Range means = mean_losses(sheet);
  sheet.decades = means.high > kFarApart * means.low;
  if (sheet.decades) {
    sheet.loss = {kBelowMeans * means.low, 1.2 * std::max(sheet.loss.high, means.high)};
    return;
  }
  // A loss axis that begins near zero begins at zero.
  if (sheet.loss.low < 0.4 * sheet.loss.high) sheet.loss.low = 0;
  widen(sheet.loss, std::max(0.1 * std::abs(sheet.loss.high), 1e-3));
}

// One block per cell: epoch, loss with band, metric with band, share of attacked batches.
std::string blocks(Sheet& sheet) {
  std::string text;
  sheet.loss = sheet.metric = {1e9, -1e9};
  for (const CellData* cell : sheet.cells) {
    text += "# " + cell->label + ": epoch loss low high metric low high attacked\n";
    for (const EpochValues& row : cell->training.epochs) {
      const stats::Summary attacked = stats::summarise(row.attacked);
      text += fmt::format("{} {} ", row.epoch, spread_text(row.train_loss, 1, kLosses, sheet.loss));
      text += spread_text(row.val_metric, 100, kPercent, sheet.metric);
      text += attacked.mean ? fmt::format(" {:.2f}\n", 100 * *attacked.mean) : " NaN\n";
      sheet.epochs = std::max(sheet.epochs, row.epoch);
    }
    text += "\n\n";
  }
  text += mark_blocks(sheet);
  choose_loss_axis(sheet);
  widen(sheet.metric, 1);  // point
  return text;
}

bool equal_but_for_attack(const CellData& a, const CellData& b) {
  return std::all_of(a.factors.begin(), a.factors.end(), [&](const auto& factor) {
    return factor.first.starts_with("attack.") || a.shown(factor.first) == b.shown(factor.first);
  });
}

// The block of the clean cell that a cell is compared with; nothing for clean cells.
std::optional<std::size_t> clean_block(const Sheet& sheet, const CellData& cell) {
  if (cell.training.clean()) return std::nullopt;
  for (std::size_t i = 0; i < sheet.cells.size(); ++i)
    if (sheet.cells[i]->training.clean() && equal_but_for_attack(*sheet.cells[i], cell)) return i;
  return std::nullopt;
}

bool has_comparison(const Sheet& sheet) {
  return std::any_of(sheet.cells.begin(), sheet.cells.end(),
                     [&](const CellData* cell) { return clean_block(sheet, *cell).has_value(); });
}

// Room for the longest title of a row.
double title_cm(const Sheet& sheet, std::size_t row) {
  std::ptrdiff_t lines = 1;
  const std::size_t end = std::min((row + 1) * sheet.columns, sheet.titles.size());
  for (std::size_t i = row * sheet.columns; i < end; ++i)
    lines = std::max(lines, 1 + std::count(sheet.titles[i].begin(), sheet.titles[i].end(), '\n'));
  return 0.35 + kLineCm * static_cast<double>(lines);
}

// What the horizontal places are.
const char* place_axis(const Sheet& sheet) {
  const bool steps = std::any_of(sheet.cells.begin(), sheet.cells.end(), [](const CellData* cell) {
    return cell->training.eval_steps.has_value();
  });
  return steps ? "evaluation" : "epoch";
}

Sheet make_sheet(const ReportData& data) {
  Sheet sheet;
  for (const CellData* cell : data.listed())
    if (!cell->training.epochs.empty()) sheet.cells.push_back(cell);
  if (sheet.cells.empty()) return sheet;
  sheet.columns = std::min(kColumns, std::max<std::size_t>(2, sheet.cells.size()));
  sheet.rows = (sheet.cells.size() + sheet.columns - 1) / sheet.columns;
  for (const CellData* cell : sheet.cells)
    sheet.titles.push_back(wrapped_at_commas(cell->label, 72 / sheet.columns));
  // Depths below the upper edge of the sheet, which is known when all rows are placed.
  double depth = kHeadCm;
  for (std::size_t row = 0; row < sheet.rows; ++row) {
    depth += title_cm(sheet, row);
    sheet.tops_cm.push_back(depth);
    depth += kPanelsCm;
  }
  sheet.height_cm = depth + kFootCm;
  for (double& top : sheet.tops_cm) top = sheet.height_cm - top;
  return sheet;
}

// Where a panel stands, in cm from the lower left corner of the sheet.
struct Box {
  double left, right, bottom, top;
};

std::string place(const Sheet& sheet, const Box& box) {
  return fmt::format(
      "set lmargin at screen {:.4f}\nset rmargin at screen {:.4f}\nset bmargin at screen {:.4f}\n"
      "set tmargin at screen {:.4f}\n",
      box.left / sheet.width_cm, box.right / sheet.width_cm, box.bottom / sheet.height_cm,
      box.top / sheet.height_cm);
}

// Band (from `floor` on), mean, and the mean of the clean cell behind it.
std::string curve(const Sheet& sheet, std::size_t block, int mean_column, double floor,
                  std::string_view colour, const std::string& between = "") {
  const std::string file = "\"learning_curves.dat\" index ";
  std::string plot = fmt::format(
      "plot {0}{1} using 1:(${2}<{5:.5g}?{5:.5g}:${2}):{3} with filledcurves lc rgb \"{4}\" "
      "fillstyle transparent solid 0.25 noborder notitle",
      file, block, mean_column + 1, mean_column + 2, colour, floor);
  if (const auto clean = clean_block(sheet, *sheet.cells[block]))
    plot += fmt::format(", {}{} using 1:{} with lines lc rgb \"#444444\" lw 0.9 notitle", file,
                        *clean, mean_column);
  return plot + fmt::format(", {}{}{} using 1:{} with lines lc rgb \"{}\" lw 2.2 notitle\n",
                            between, file, block, mean_column, colour);
}

// The batches themselves, in front of the band and behind the mean.
std::string batch_marks(const Sheet& sheet, std::size_t block) {
  std::string plot;
  const std::size_t first = sheet.cells.size() + 2 * block;
  for (const bool attacked : {false, true})
    plot += fmt::format(
        "\"learning_curves.dat\" index {} using 1:2 with points pt 7 ps 0.17 lc rgb \"{}\" "
        "notitle, ",
        first + (attacked ? 1 : 0), attacked ? kAttackedInk : kCleanInk);
  return plot;
}

enum class Side { kFirst, kInner };

// Numbers on the y axis of the first column only; all others share its range.
std::string y_axis(const Range& range, bool decades, Side side, const std::string& title) {
  const double tic = decades ? 10 : 2 * tic_step(range.low, range.high);
  const char* numbers = side != Side::kFirst ? "" : decades ? "1e%L" : "%g";
  return fmt::format(
      "{} logscale y\nset yrange [{:.5g}:{:.5g}]\nset ytics {:g}\nset format y "
      "\"{}\"\n{}\n",
      decades ? "set" : "unset", range.low, range.high, tic, numbers,
      side == Side::kFirst
          ? "set ylabel " + gnuplot_quoted(title) + (decades ? " offset 0.3,0" : " offset -0.8,0")
          : "unset ylabel");
}

// Loss above, metric below it, attacked batches at the foot.
std::string panels(const Sheet& sheet, std::size_t block, const std::string& metric) {
  const std::size_t column = block % sheet.columns;
  const Side side = column == 0 ? Side::kFirst : Side::kInner;
  const double pitch = (sheet.width_cm - kLeftCm - kRightCm) / static_cast<double>(sheet.columns);
  const double left = kLeftCm + pitch * static_cast<double>(column), right = left + pitch - kGapCm;
  const double top = sheet.tops_cm[block / sheet.columns];
  std::string text = place(sheet, {left, right, top - 2.5, top});
  text += fmt::format("set title {} offset 0,-0.5\nset xtics format \"\"\nunset xlabel\n",
                      gnuplot_quoted(sheet.titles[block]));
  text += y_axis(sheet.loss, sheet.decades, side, "training\nloss") +
          curve(sheet, block, 2, sheet.loss.low, "#000000", batch_marks(sheet, block));
  // The line above the sheet is drawn with the first panel alone.
  text += "unset title\nunset label\n" + place(sheet, {left, right, top - 5.2, top - 2.7});
  text += y_axis(sheet.metric, false, side, metric) +
          curve(sheet, block, 5, sheet.metric.low, palette_colour(0));
  text += place(sheet, {left, right, top - 6.2, top - 5.65});
  text += fmt::format("unset ylabel\nset yrange [0:100]\nset ytics ({})\n",
                      side == Side::kFirst ? "\"0 %%\" 0, \"100 %%\" 100" : "\"\" 0, \"\" 100");
  // Nothing stands below the last block of a column.
  if (block + sheet.columns >= sheet.cells.size())
    text +=
        fmt::format("set xtics format \"%g\"\nset xlabel \"{}\" offset 0,0.5\n", place_axis(sheet));
  return text + fmt::format(
                    "plot \"learning_curves.dat\" index {} using 1:8 with boxes lc rgb "
                    "\"#333333\" notitle\n",
                    block);
}

// "the epoch's batches", "the batches since the evaluation before (every 126 batches)".
std::string batches_of_a_place(const Sheet& sheet) {
  const auto steps = sheet.cells.front()->training.eval_steps;
  const bool same = std::all_of(sheet.cells.begin(), sheet.cells.end(), [&](const auto* cell) {
    return cell->training.eval_steps == steps;
  });
  if (same && !steps) return "the epoch's batches";
  return "the batches since the evaluation before" +
         (same ? fmt::format(" (one every {} batches)", *steps) : "");
}

// "the first finished run of each cell (seed 0), every 8th to 29th of them": which are marked.
std::string marked_text(const Sheet& sheet) {
  std::size_t least = SIZE_MAX, most = 0;
  bool same_seed = true;
  const std::uint64_t seed = sheet.cells.front()->training.marks.seed;
  for (const CellData* cell : sheet.cells) {
    least = std::min(least, cell->training.marks.every);
    most = std::max(most, cell->training.marks.every);
    same_seed = same_seed && cell->training.marks.seed == seed;
  }
  std::string text = "the first finished run of each cell";
  if (same_seed) text += fmt::format(" (seed {})", seed);
  if (most == 1) return text;
  return text + (least == most ? fmt::format(", one in {}", most)
                               : fmt::format(", one in {} to {}", least, most));
}

// What the lines are, above the first row.
std::string legend(const Sheet& sheet) {
  std::string text = "mean over seeds ± sd (band); ";
  if (has_comparison(sheet)) text += "thin: without attack; ";
  const auto line = [&](const std::string& words, double depth_cm) {
    return fmt::format("set label {} at screen 0.5, screen {:.4f} center\n", gnuplot_quoted(words),
                       1 - depth_cm / sheet.height_cm);
  };
  return line(text + "bars: share of attacked batches", 0.45) +
         line("dots: batches of one run, orange attacked, blue not", 0.95);
}

}  // namespace

std::optional<Figure> learning_curves_figure(const ReportData& data) {
  Sheet sheet = make_sheet(data);
  if (sheet.cells.empty()) return std::nullopt;
  Figure figure;
  figure.name = "learning_curves";
  figure.title = "Training loss and validation " + score_name(data).title;
  figure.data = blocks(sheet);
  if (sheet.epochs < 2) return std::nullopt;
  figure.caption = fmt::format(
      "Mean over seeds, band: one sd to either side; {}. Training loss is the one that was "
      "minimised: an attacked batch has the attack's term in it. Dots: batches of {}, orange "
      "where attacked, blue where not; those of one place stand around it, whose validation comes "
      "after them.{} Bars: share of {} that were attacked, over all seeds.{}{}",
      seed_count_text(data), marked_text(sheet),
      sheet.decades ? " Losses are on a scale of decades; those of different loss functions are "
                      "not comparable."
                    : "",
      batches_of_a_place(sheet),
      has_comparison(sheet) ? " Thin line: the same without attack." : "",
      sheet.cells.size() < data.listed().size()
          ? fmt::format(" Drawn are {} of {} cells, evenly chosen.", sheet.cells.size(),
                        data.listed().size())
          : "");
  figure.width_cm = sheet.width_cm;
  figure.height_cm = sheet.height_cm;
  figure.settings = fmt::format(
      "unset key\nset xrange [0.4:{}.6]\nset xtics {:g}\nset boxwidth 0.8\n"
      "set style fill solid 1.0 noborder\n",
      sheet.epochs, std::max(1.0, tic_step(0, sheet.epochs)));
  figure.plot = "set multiplot\n" + legend(sheet);
  const std::string metric = "validation\n" + score_name(data).title + " (%)";
  for (std::size_t block = 0; block < sheet.cells.size(); ++block)
    figure.plot += panels(sheet, block, metric);
  figure.plot += "unset multiplot";
  return figure;
}

}  // namespace ratbench::reports
