#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/figures/figure.hpp"

namespace ratbench::reports {
namespace {

struct Look {
  Verdict verdict;
  int point;  // gnuplot point type
  std::string_view ink;
};

// Triangle up, triangle down, open circle: the verdict is legible without colour.
constexpr std::array<Look, 3> kLooks = {{{Verdict::kSupported, 9, kPalette[0]},
                                         {Verdict::kRefuted, 11, kPalette[4]},
                                         {Verdict::kUndecided, 6, "#000000"}}};

// Everything the plot draws, in percent points; rows from 0 downwards.
struct Rows {
  std::string thin = "# low y width 0: 95 % intervals\n";
  std::string thick = "# low y width 0: adjusted intervals\n";
  std::string thresholds = "# x y dx dy\n";
  std::array<std::string, 3> marks;
  std::string words;  // gnuplot labels
  std::string tics;
  double low = 0, high = 0;
  std::size_t count = 0;

  void reach(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

constexpr double kThresholdHalf = 0.34;  // of a row

// What is compared stays in one line with the last arm: a bound alone in a line reads like a
// number.
std::string with_held_bound(std::string text) {
  for (std::size_t at = text.find(" > "); at != std::string::npos; at = text.find(" > "))
    text.replace(at, 3, "\u00a0>\u00a0");
  return text;
}

void add_claim(const ClaimData& claim, Rows& rows) {
  const auto y = static_cast<double>(rows.count);
  const std::string name = claim.name + (claim.primary ? "\u00a0*" : "");
  const std::string asked = with_held_bound(asked_for(claim));
  rows.tics += fmt::format("{}{} {}", rows.count ? ", \\\n  " : "",
                           quoted_tic(wrapped(name, 30) + "\n" + wrapped(asked, 34)), y);
  rows.words += fmt::format("set label {} at graph 1.02, first {} left\n",
                            gnuplot_quoted(wrapped(verdict_text(claim), 15)), y);
  ++rows.count;
  const double estimate = 100 * *claim.estimate;
  const auto bar = [&](const std::optional<stats::Interval>& interval, std::string& lines) {
    if (!interval) return;
    lines += fmt::format("{:.4f} {} {:.4f} 0\n", 100 * interval->low, y,
                         100 * (interval->high - interval->low));
    rows.reach(100 * interval->low);
    rows.reach(100 * interval->high);
  };
  bar(claim.ci95, rows.thin);
  bar(claim.ci_adjusted, rows.thick);
  rows.reach(estimate);
  for (std::size_t k = 0; k < kLooks.size(); ++k)
    if (kLooks[k].verdict == claim.verdict)
      rows.marks[k] += fmt::format("{:.4f} {}\n", estimate, y);
  if (!claim.threshold) return;
  const double threshold = 100 * *claim.threshold;
  const auto line = [&](double x) {
    rows.thresholds += fmt::format("{:.4f} {} 0 {}\n", x, y - kThresholdHalf, 2 * kThresholdHalf);
    rows.reach(x);
  };
  line(threshold);
  if (claim.is_within()) line(-threshold);
}

// A paper's number of other data or another encoder may lie far off, and decides nothing.
bool is_drawn(const ClaimData& claim) {
  return claim.estimate && !claim.is_ratio() && claim.because != "not comparable";
}

// " Not drawn: 11 claims about time (ratios have no place on an axis of points; ...); 1 without an
// estimate."; nothing when all are drawn.
std::string not_drawn(const std::vector<ClaimData>& claims) {
  std::size_t ratios = 0, foreign = 0, unknown = 0;
  for (const ClaimData& claim : claims)
    if (!is_drawn(claim)) ++(claim.is_ratio() ? ratios : claim.estimate ? foreign : unknown);
  std::string text;
  const auto add = [&](std::size_t count, const char* what) {
    if (count == 0) return;
    text += text.empty() ? fmt::format(" Not drawn: {} claim{} ", count, count == 1 ? "" : "s")
                         : fmt::format("; {} ", count);
    text += what;
  };
  add(ratios, "about time (ratios have no place on an axis of points; the table has them)");
  add(foreign, "about a number that is not comparable");
  add(unknown, "without an estimate");
  return text.empty() ? "" : text + ".";
}

std::string plot_command(const Rows& rows, const std::string& name, std::size_t& entries) {
  const std::string file = "\"" + name + ".dat\"";
  std::string plot = fmt::format(
      "plot {0} index 2 using 1:2:3:4 with vectors nohead lw 2 lc rgb \"{1}\" title \"threshold: "
      "the "
      "claim asks for beyond it, or between two\", \\\n     {0} index 1 using 1:2:3:4 with vectors "
      "nohead lw 5 lc rgb \"{2}\" title \"adjusted interval (decides)\", \\\n     {0} index 0 "
      "using "
      "1:2:3:4 with vectors nohead lw 1.6 lc rgb \"black\" title \"95 % interval\"",
      file, palette_colour(4), "#9ECAE1");
  entries = 3;
  for (std::size_t k = 0; k < kLooks.size(); ++k) {
    if (rows.marks[k].empty()) continue;
    // An open marker needs a white ground, or the interval would run through it.
    if (kLooks[k].verdict == Verdict::kUndecided)
      plot += fmt::format(
          ", \\\n     {} index {} using 1:2 with points pt 7 ps 1.0 lc rgb \"white\" "
          "notitle",
          file, 3 + k);
    plot += fmt::format(
        ", \\\n     {} index {} using 1:2 with points pt {} ps 1.0 lw 1.8 lc rgb \"{}\" title "
        "\"{}\"",
        file, 3 + k, kLooks[k].point, kLooks[k].ink, verdict_word(kLooks[k].verdict));
    ++entries;
  }
  return plot;
}

}  // namespace

std::optional<Figure> claim_forest_figure(const ReportData& data) {
  Rows rows;
  for (const ClaimData& claim : data.claims)
    if (is_drawn(claim)) add_claim(claim, rows);
  if (rows.count == 0) return std::nullopt;
  Figure figure;
  figure.name = "claim_forest";
  figure.title = "Claims: estimates, intervals and what they ask for";
  figure.caption = fmt::format(
      "Estimate of every claim with its 95 % interval (thin) and the interval after Holm's "
      "correction (thick; of two one-sided tests where arms are shown equal), which decides. "
      "Upright line: what the claim asks the interval to lie "
      "beyond; two lines: between them. The word at the right is the verdict; a claim whose "
      "interval passes its line may still be undecided, because it rests on too few test rows. "
      "* primary.{}",
      not_drawn(data.claims));
  figure.data = rows.thin + "\n\n" + rows.thick + "\n\n" + rows.thresholds;
  if (rows.thresholds.find('\n') == rows.thresholds.size() - 1) figure.data += "NaN 0 0 0\n";
  for (const std::string& marks : rows.marks)
    figure.data += "\n\n# estimate y\n" + (marks.empty() ? "NaN 0\n" : marks);
  figure.width_cm = 18;
  figure.height_cm = 5.2 + 1.35 * static_cast<double>(rows.count);
  std::size_t entries = 0;
  figure.plot = plot_command(rows, figure.name, entries);
  figure.settings = fmt::format(
      "set yrange [{}:-0.6]\nset ytics ({}) scale 0\nset rmargin 15\n"
      "set xrange [{:.4f}:{:.4f}]\nunset grid\nset grid xtics lc rgb \"#CCCCCC\" lw 0.7\n"
      "set xtics {:g}\nset xlabel \"points (hundredths of the metric)\"\nset bars 0.6\n{}",
      static_cast<double>(rows.count) - 0.4, rows.tics, rows.low - 0.04 * (rows.high - rows.low),
      rows.high + 0.04 * (rows.high - rows.low), tic_step(rows.low, rows.high), rows.words);
  figure.settings += legend_settings(entries, 1);
  return figure;
}

}  // namespace ratbench::reports
