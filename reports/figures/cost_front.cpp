#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/figures/figure.hpp"
#include "reports/figures/front.hpp"
#include "reports/figures/label_placement.hpp"
#include "reports/leading_metric.hpp"

namespace ratbench::reports {
namespace {

constexpr std::size_t kListWidth = 28;  // characters of one of its lines

// What the axes show; x in decades where times differ too much for a common scale.
struct Frame {
  bool decades;
  double x_low, x_high, y_low, y_high;

  double place(double time) const { return decades ? std::log10(time) : time; }
  double time(double x) const { return decades ? std::pow(10, x) : x; }
};

Frame frame_of(const std::vector<Spot>& spots) {
  Point time = spots.front().time, score = spots.front().score;
  for (const Spot& spot : spots) {
    time.low = std::min(time.low, spot.time.low);
    time.high = std::max(time.high, spot.time.high);
    score.low = std::min(score.low, spot.score.low);
    score.high = std::max(score.high, spot.score.high);
  }
  constexpr double kFarApart = 6;
  Frame frame{};
  frame.decades = time.low > 0 && time.high > kFarApart * time.low;
  frame.x_low = frame.place(time.low);
  frame.x_high = frame.place(time.high);
  const double width = std::max(frame.x_high - frame.x_low, 0.1 * std::abs(frame.x_high));
  const double height = std::max(score.high - score.low, 0.1);
  frame.x_low -= 0.1 * width;
  frame.x_high += 0.1 * width;
  frame.y_low = score.low - 0.05 * height;
  frame.y_high = score.high + 0.05 * height;
  return frame;
}

// Numbers at free places beside the markers. The size of the plot is known within a few
// millimetres, which the boxes leave as room.
std::string numbers(const std::vector<Spot>& spots, double height_cm) {
  constexpr double kPlotWidth = 7.4, kAboveAndBelow = 3.6, kDigit = 0.22, kLine = 0.42;  // cm
  const Frame frame = frame_of(spots);
  const double x_cm = kPlotWidth / (frame.x_high - frame.x_low);
  const double y_cm = (height_cm - kAboveAndBelow) / (frame.y_high - frame.y_low);
  std::vector<Spot2d> markers;
  std::vector<double> widths;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    markers.push_back({frame.place(spots[i].time.mean) * x_cm, spots[i].score.mean * y_cm});
    widths.push_back(kDigit * static_cast<double>(std::to_string(i + 1).size()) + 0.04);
  }
  const std::vector<LabelBox> boxes = place_labels(markers, widths, kLine);
  std::string text = "set style textbox opaque noborder margins 0.3,0.2\n";
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    text += fmt::format("set label \"{}\" at {:.4f},{:.4f} center front boxed\n", i + 1,
                        frame.time(boxes[i].x / x_cm), boxes[i].y / y_cm);
    // A number that had to go farther away is tied to its marker.
    if (std::abs(boxes[i].y - markers[i].y) > kLine)
      text += fmt::format(
          "set arrow from {:.4f},{:.4f} to {:.4f},{:.4f} nohead front lc rgb \"#444444\" lw 0.7\n",
          frame.time(markers[i].x / x_cm), markers[i].y / y_cm, frame.time(boxes[i].x / x_cm),
          boxes[i].y / y_cm);
  }
  return text;
}

// Numbers beside the markers, and what they stand for in the margin.
std::string labels(const std::vector<Spot>& spots, double height_cm) {
  std::string text = numbers(spots, height_cm);
  double at = 1 - 2.2 / height_cm;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const std::string name = wrapped_at_commas(spots[i].cell->label, kListWidth);
    text += fmt::format("set label \"{}\" at screen 0.648, screen {:.4f} right\n", i + 1, at);
    text +=
        fmt::format("set label {} at screen 0.66, screen {:.4f} left\n", gnuplot_quoted(name), at);
    at -= (tic_height_cm(name) - 0.08) / height_cm;
  }
  return text;
}

double list_height_cm(const std::vector<Spot>& spots) {
  return std::accumulate(spots.begin(), spots.end(), 2.8, [](double sum, const Spot& spot) {
    return sum + tic_height_cm(wrapped_at_commas(spot.cell->label, kListWidth)) - 0.08;
  });
}

struct Kind {
  bool front, control;
  std::string_view colour;
  int point;
  const char* title;
};

std::vector<Kind> kinds() {
  return {{true, false, palette_colour(0), marker(0), "on the front"},
          {false, false, palette_colour(4), open_marker(0), "dominated"},
          {true, true, palette_colour(0), marker(2), "control, on the front"},
          {false, true, palette_colour(4), open_marker(2), "control, dominated"}};
}

bool occurs(const Kind& kind, const std::vector<Spot>& spots) {
  return std::any_of(spots.begin(), spots.end(), [&](const Spot& spot) {
    return spot.front == kind.front && spot.cell->training.control() == kind.control;
  });
}

std::string markers(const std::vector<Spot>& spots) {
  const std::vector<Kind> all = kinds();
  std::string plot;
  for (std::size_t group = 0; group < groups_of(spots); ++group)
    plot +=
        fmt::format("{}\"cost_front.dat\" index {} using 1:2 with lines lc rgb \"{}\" lw 2 notitle",
                    group ? ", \\\n     " : "plot ", all.size() + group, palette_colour(0));
  for (std::size_t k = 0; k < all.size(); ++k)
    if (occurs(all[k], spots))
      plot += fmt::format(
          ", \\\n     \"cost_front.dat\" index {} using 1:4:2:3:5:6 with xyerrorbars pt {} ps 1 lw "
          "1.3 "
          "lc rgb \"{}\" title \"{}\"",
          k, all[k].point, all[k].colour, all[k].title);
  return plot;
}

std::string measured_caption(const ReportData& data, std::size_t shown) {
  const std::vector<const CellData*> cells = data.listed();
  const auto measured = static_cast<std::size_t>(std::ranges::count_if(
      cells, [](const CellData* cell) { return cell->measured_time.has_value(); }));
  std::string text =
      "the measured time of a training step, with the 95 % t interval over rounds of its ratio to "
      "its baseline; a baseline has none, its ratio is 1 by definition";
  if (!data.costs.empty())
    text += fmt::format(" ({}, {})", data.costs.front().device, data.costs.front().measured_at);
  if (measured < cells.size())
    text += fmt::format("; {} of {} cells were measured", measured, cells.size());
  if (shown < measured)
    text += fmt::format("; {} of those have no score of finished runs", measured - shown);
  return text;
}

// What the whiskers are, below the axis.
std::string whiskers(TimeSource source, bool rows_count) {
  const char* score = rows_count ? "seeds and test rows" : "seeds only";
  return source == TimeSource::kMeasured
             ? fmt::format(
                   "whiskers: 95 % t interval of the score ({})\nand of the time (rounds; "
                   "baselines are 1 by definition)",
                   score)
             : fmt::format("whiskers: 95 % t interval ({})", score);
}

std::string caption_of(const ReportData& data, TimeSource source, const std::vector<Spot>& spots,
                       bool rows_count) {
  std::string time =
      "median training time of a run relative to the first clean cell of the same data, from "
      "ordinary sweep runs: "
      "indicative, not a cost measurement";
  if (source == TimeSource::kMeasured) {
    time = measured_caption(data, spots.size());
  } else {
    for (const CostMeasurement& m : data.costs)
      if (!m.problem.empty())
        time += fmt::format(" (the latest one on {} is unusable: {})", m.device, m.problem);
  }
  const std::size_t groups = groups_of(spots);
  const std::string line =
      groups == 1
          ? "The line joins the cells that no other beats in both;"
          : fmt::format(
                "One line for each of the {} baselines that times are relative to: only cells "
                "of the same one compete. A line joins those that no other beats in both;",
                groups);
  return fmt::format(
      "Mean {} with {} against {}. {} it says nothing about significance. Intervals are cut off at "
      "0 and "
      "100 %. {}.{}",
      metric_title(data.primary_metric()),
      rows_count ? "two-way 95 % t interval (seeds and test rows, as in the main table)"
                 : "95 % t interval over seeds (test rows not counted)",
      time, line, seed_count_text(data),
      metrics_by_task(data).empty()
          ? ""
          : fmt::format(" Cells of other tasks than {} have other scores and are not drawn.",
                        data.task));
}

// At most six tics: their texts are as wide as "1.25×".
double tic_distance(const Frame& frame) {
  const double step = tic_step(frame.x_low, frame.x_high);
  return (frame.x_high - frame.x_low) / step > 6 ? 2 * step : step;
}

// "(0.5,1,2,5)" on a scale of decades, else the distance.
std::string tics(const Frame& frame) {
  if (!frame.decades) return fmt::format("{:g}", tic_distance(frame));
  std::vector<std::string> places;
  for (int decade = static_cast<int>(std::floor(frame.x_low)); decade <= frame.x_high; ++decade)
    for (const int digit : {1, 2, 5}) {
      const double tic = digit * std::pow(10, decade);
      if (std::log10(tic) >= frame.x_low && std::log10(tic) <= frame.x_high)
        places.push_back(fmt::format("{:g}", tic));
    }
  return fmt::format("({})", fmt::join(places, ","));
}

std::string settings_of(const ReportData& data, const std::vector<Spot>& spots, TimeSource source,
                        bool rows_count, double height_cm) {
  const Frame frame = frame_of(spots);
  const std::vector<Kind> all = kinds();
  const auto entries = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Kind& kind) { return occurs(kind, spots); }));
  return fmt::format(
             "set xrange [{:.4f}:{:.4f}]\nset yrange [{:.4f}:{:.4f}]\n{}"
             "set xlabel {}\nset xtics {} format \"{}\"\nset ylabel {}\n",
             frame.time(frame.x_low), frame.time(frame.x_high), frame.y_low, frame.y_high,
             frame.decades ? "set logscale x\n" : "",
             label_with_note(source == TimeSource::kMeasured
                                 ? "measured time of a step (ms)"
                                 : "training time relative to clean (indicative)",
                             whiskers(source, rows_count)),
             tics(frame), source == TimeSource::kMeasured ? "%g" : "%g×",
             gnuplot_quoted(metric_axis(data))) +
         legend_settings(entries, 2) + "set rmargin at screen 0.61\n" + labels(spots, height_cm);
}

}  // namespace

std::optional<Figure> cost_front_figure(const ReportData& data) {
  TimeSource source = TimeSource::kMeasured;
  std::vector<Spot> spots = spots_of(data, source);
  if (!worth_drawing(spots)) {
    source = TimeSource::kIndicative;
    spots = spots_of(data, source);
  }
  if (!worth_drawing(spots)) return std::nullopt;
  const bool rows_count = count_rows(data, spots);
  mark_front(spots);
  Figure figure;
  figure.name = "cost_front";
  figure.title = metric_title(data.primary_metric()) +
                 (source == TimeSource::kMeasured ? " against measured time"
                                                  : " against training time (indicative)");
  figure.caption = caption_of(data, source, spots, rows_count);
  figure.width_cm = 17;
  figure.height_cm = std::max(10.0, list_height_cm(spots));
  figure.data = front_blocks(spots);
  figure.settings = settings_of(data, spots, source, rows_count, figure.height_cm);
  figure.plot = markers(spots);
  return figure;
}

}  // namespace ratbench::reports
