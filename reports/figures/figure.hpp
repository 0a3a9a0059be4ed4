// A figure as data and a gnuplot script, before any picture is drawn.
// Scripts are self-contained: `gnuplot NAME.gp` beside NAME.dat draws NAME.svg, .pdf and .png.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/data.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::reports {

struct Figure {
  std::string name;  // file name without extension
  std::string title;
  std::string caption;  // what is drawn, in one or two sentences; also the alternative text
  double width_cm = 16;
  double height_cm = 10;
  std::string data;      // content of NAME.dat; blocks are separated by two empty lines
  std::string settings;  // gnuplot commands before the plot, without terminals
  std::string plot;      // one `plot` command, or several between `set` and `unset multiplot`
};

// The figures that a report may contain; each is one function in a file of its own. An empty answer
// means that the figure does not apply to the experiment.

// Two factors of two levels each: lines would be parallel without an interaction.
std::optional<Figure> interaction_figure(const ReportData& data);
// The primary metric over two crossed factors, with numbers in the fields.
std::optional<Figure> heat_map_figure(const ReportData& data);
// The primary metric over one numeric factor of three or more levels, with interval.
std::optional<Figure> lambda_curve_figure(const ReportData& data);
// Estimate, intervals and threshold of every claim about scores, with its verdict.
std::optional<Figure> claim_forest_figure(const ReportData& data);
// Share of seeds above every score, one line per cell; at most 6 cells.
std::optional<Figure> performance_profile_figure(const ReportData& data);
// Recall of every class with support; rare classes are flagged.
std::optional<Figure> per_class_figure(const ReportData& data);
// One dot per seed for every cell, with mean and interval.
std::optional<Figure> seed_strips_figure(const ReportData& data);
// The primary metric against measured time, else indicative training time; cells that no other
// beats are joined.
std::optional<Figure> cost_front_figure(const ReportData& data);
// Training loss and validation metric over epochs, one pair of panels per cell, with the share of
// attacked batches below.
std::optional<Figure> learning_curves_figure(const ReportData& data);

// ---- shared by the figures ----------------------------------------------------------------------

// Told apart by colour-blind readers and in grey: lightness (CIE L*) 46, 72, 14, 61, 35, 83, so
// that any two differ by 10 at least and neighbours by 25. The palest comes last, it is weak as a
// line.
// "#rrggbb".
inline constexpr std::array<std::string_view, 6> kPalette = {"#0072B2", "#EFA21A", "#2A1260",
                                                             "#2BA584", "#93330B", "#9BD8F4"};
// gnuplot point types, filled: circle, square, triangle up, diamond, triangle down, pentagon.
inline constexpr std::array<int, 6> kMarkers = {7, 5, 9, 13, 11, 15};

std::string_view palette_colour(std::size_t index);
int marker(std::size_t index);
// The open form of the same marker.
int open_marker(std::size_t index);

// Text in double quotes for a script; special characters escaped.
std::string gnuplot_quoted(const std::string& text);
// The same for a tic's text, which gnuplot takes for a number format.
std::string quoted_tic(const std::string& text);
// "macro-F1 (%), test".
std::string metric_axis(const ReportData& data);
// A legend of `entries` above the plot, at most `columns` side by side, and the margin it needs.
std::string legend_settings(std::size_t entries, std::size_t columns);
// Distance of tics that gives 4 to 9 of them between `low` and `high`: 1, 2 or 5 times a power of
// ten.
double tic_step(double low, double high);
// A quoted axis label with, on a line below it, what the figure does not say by itself.
std::string label_with_note(const std::string& label, const std::string& note);
// What whiskers around a mean are, where they are those of `percent_point`.
inline constexpr const char* kSeedWhiskers = "whiskers: 95 % t interval (seeds only)";
// Lines of at most `width` characters, broken at spaces, joined by "\n".
std::string wrapped(const std::string& text, std::size_t width);
// The same for a list: broken after its commas, within a part only where it fits into no line.
std::string wrapped_at_commas(const std::string& text, std::size_t width);
// Height in cm that a tic's text of several lines needs.
double tic_height_cm(const std::string& text);

// Mean and interval in percent; the interval is the mean itself when it is unknown.
struct Point {
  double mean = 0;
  double low = 0;
  double high = 0;
};
std::optional<Point> percent_point(const CellData& cell, std::string_view metric);
// The same with the interval of the main table, which counts test rows as well as seeds; nothing
// where predictions do not give one.
std::optional<Point> two_way_point(const CellData& cell, std::string_view metric);

// The cell of the main block with these levels of its factors.
const CellData* main_cell(const ReportData& data, const std::vector<std::string>& levels);

// "; n = 20 seeds" or "; n = 18 to 20 seeds".
std::string seed_count_text(const ReportData& data);

// The whole script: settings, terminals and outputs for all three formats.
std::string complete_script(const Figure& figure);

}  // namespace ratbench::reports
