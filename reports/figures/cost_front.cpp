#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/figures/figure.hpp"

namespace ratbench::reports {
namespace {

constexpr std::size_t kMostNumbered = 40;  // cells that the list beside the plot has room for

struct Spot {
  const CellData* cell = nullptr;
  Point time;   // relative to clean training; low and high are the mean where there is no interval
  Point score;  // percent
  bool front = false;
};

enum class Source { kMeasured, kIndicative };

std::optional<Point> time_of(const CellData& cell, Source source) {
  if (source == Source::kIndicative) {
    const auto time = cell.training.time_to_first_clean;
    return time ? std::optional(Point{*time, *time, *time}) : std::nullopt;
  }
  if (!cell.measured_time) return std::nullopt;
  const double ratio = cell.measured_time->ratio;
  const stats::Interval ci = cell.measured_time->ci95.value_or(stats::Interval{ratio, ratio});
  return Point{ratio, ci.low, ci.high};
}

std::vector<Spot> spots_of(const ReportData& data, Source source) {
  std::vector<Spot> spots;
  for (const CellData& cell : data.cells) {
    const auto score = percent_point(cell, data.primary_metric());
    const auto time = time_of(cell, source);
    if (score && time) spots.push_back({&cell, *time, *score, false});
  }
  return spots;
}

// At least three cells, one of them attacked: fewer are no front.
bool worth_drawing(const std::vector<Spot>& spots) {
  constexpr std::size_t kFewest = 3;
  return spots.size() >= kFewest && spots.size() <= kMostNumbered &&
         std::any_of(spots.begin(), spots.end(),
                     [](const Spot& spot) { return !spot.cell->training.clean(); });
}

// A spot is on the front when no other is at least as quick and as good, and better in one of both.
void mark_front(std::vector<Spot>& spots) {
  for (Spot& spot : spots)
    spot.front = std::none_of(spots.begin(), spots.end(), [&](const Spot& other) {
      return other.time.mean <= spot.time.mean && other.score.mean >= spot.score.mean &&
             (other.time.mean < spot.time.mean || other.score.mean > spot.score.mean);
    });
}

// One block per kind of marker, then the front from left to right.
std::string blocks(const std::vector<Spot>& spots) {
  std::string text;
  for (const bool control : {false, true}) {
    for (const bool front : {true, false}) {
      text += fmt::format("# {}{}: time low high score low high\n", front ? "front" : "dominated",
                          control ? ", controls" : "");
      for (const Spot& spot : spots)
        if (spot.front == front && spot.cell->training.control() == control)
          text += fmt::format("{:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f}\n", spot.time.mean,
                              spot.time.low, spot.time.high, spot.score.mean, spot.score.low,
                              spot.score.high);
      text += "NaN NaN NaN NaN NaN NaN\n\n\n";
    }
  }
  std::vector<Spot> front;
  std::copy_if(spots.begin(), spots.end(), std::back_inserter(front),
               [](const Spot& spot) { return spot.front; });
  std::sort(front.begin(), front.end(),
            [](const Spot& a, const Spot& b) { return a.time.mean < b.time.mean; });
  text += "# front, by time: time score\n";
  for (const Spot& spot : front)
    text += fmt::format("{:.4f} {:.4f}\n", spot.time.mean, spot.score.mean);
  return text;
}

// How near two markers are when their numbers would overlap.
struct Reach {
  double time = 0, score = 0;
};

Reach reach_of(const std::vector<Spot>& spots) {
  Spot low = spots.front(), high = spots.front();
  for (const Spot& spot : spots) {
    low.time.mean = std::min(low.time.mean, spot.time.mean);
    high.time.mean = std::max(high.time.mean, spot.time.mean);
    low.score.low = std::min(low.score.low, spot.score.low);
    high.score.high = std::max(high.score.high, spot.score.high);
  }
  return {0.06 * (high.time.mean - low.time.mean), 0.05 * (high.score.high - low.score.low)};
}

// Where a number stands: to the right of its marker; elsewhere when earlier ones are close by.
std::string_view number_place(const std::vector<Spot>& spots, std::size_t i, const Reach& reach) {
  constexpr std::string_view kPlaces[] = {"left offset 0.6,0.35", "right offset -0.6,0.35",
                                          "left offset 0.6,-0.6", "right offset -0.6,-0.6"};
  const auto near = [&](const Spot& other) {
    return std::abs(other.time.mean - spots[i].time.mean) < reach.time &&
           std::abs(other.score.mean - spots[i].score.mean) < reach.score;
  };
  const auto end = spots.begin() + static_cast<std::ptrdiff_t>(i);
  return kPlaces[static_cast<std::size_t>(std::count_if(spots.begin(), end, near)) % 4];
}

// Numbers beside the markers, and what they stand for in the margin.
std::string labels(const std::vector<Spot>& spots, double height_cm) {
  const Reach reach = reach_of(spots);
  std::string text;
  for (std::size_t i = 0; i < spots.size(); ++i)
    text +=
        fmt::format("set label \"{}\" at {:.4f},{:.4f} {} front textcolor rgb \"black\"\n", i + 1,
                    spots[i].time.mean, spots[i].score.mean, number_place(spots, i, reach));
  double at = 1 - 2.2 / height_cm;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const std::string name = wrapped_at_commas(spots[i].cell->label, 32);
    text += fmt::format("set label \"{}\" at screen 0.648, screen {:.4f} right\n", i + 1, at);
    text += fmt::format("set label {} at screen 0.66, screen {:.4f} left\n", quoted(name), at);
    at -= (tic_height_cm(name) - 0.08) / height_cm;
  }
  return text;
}

double list_height_cm(const std::vector<Spot>& spots) {
  return std::accumulate(spots.begin(), spots.end(), 2.8, [](double sum, const Spot& spot) {
    return sum + tic_height_cm(wrapped_at_commas(spot.cell->label, 32)) - 0.08;
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
  std::string plot =
      fmt::format("plot \"cost_front.dat\" index 4 using 1:2 with lines lc rgb \"{}\" lw 2 notitle",
                  palette_colour(0));
  const std::vector<Kind> all = kinds();
  for (std::size_t k = 0; k < all.size(); ++k)
    if (occurs(all[k], spots))
      plot += fmt::format(
          ", \\\n     \"cost_front.dat\" index {} using 1:4:2:3:5:6 with xyerrorbars pt {} ps 1 lw "
          "1.3 "
          "lc rgb \"{}\" title \"{}\"",
          k, all[k].point, all[k].colour, all[k].title);
  return plot;
}

std::string caption_of(const ReportData& data, Source source, std::size_t shown) {
  std::string time =
      "mean training time of a run relative to the first clean cell, from ordinary sweep runs: "
      "indicative, not a cost measurement";
  if (source == Source::kMeasured) {
    time =
        "the measured time of a training step relative to clean training, with 95 % t interval "
        "over rounds of blocks";
    if (shown < data.cells.size())
      time += fmt::format("; {} of {} cells were measured", shown, data.cells.size());
  } else {
    for (const CostMeasurement& m : data.costs)
      if (!m.problem.empty())
        time += fmt::format(" (the latest one on {} is unusable: {})", m.device, m.problem);
  }
  return fmt::format(
      "Mean {} with 95 % t interval over seeds (test rows not counted) against {}. The line joins "
      "the cells that no other beats in both means; it says nothing about significance. {}.",
      metric_title(data.primary_metric()), time, seed_count_text(data));
}

std::string settings_of(const ReportData& data, const std::vector<Spot>& spots, Source source,
                        double height_cm) {
  const auto low = std::min_element(spots.begin(), spots.end(), [](const Spot& a, const Spot& b) {
    return a.time.low < b.time.low;
  });
  const auto high = std::max_element(spots.begin(), spots.end(), [](const Spot& a, const Spot& b) {
    return a.time.high < b.time.high;
  });
  const std::vector<Kind> all = kinds();
  const auto entries = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Kind& kind) { return occurs(kind, spots); }));
  const double reach = std::max(high->time.high - low->time.low, 0.1);
  return fmt::format(
             "set xrange [{:.4f}:{:.4f}]\nset offsets 0, 0, graph 0.05, graph 0.05\n"
             "set xlabel \"{}\"\nset xtics {:g} format \"%g×\"\nset ylabel {}\n",
             low->time.low - 0.06 * reach, high->time.high + 0.1 * reach,
             source == Source::kMeasured ? "measured time of a step relative to clean"
                                         : "training time relative to clean (indicative)",
             2 * tic_step(low->time.low, low->time.low + reach), quoted(metric_axis(data))) +
         legend_settings(entries, 2) + "set rmargin at screen 0.61\n" + labels(spots, height_cm);
}

}  // namespace

std::optional<Figure> cost_front_figure(const ReportData& data) {
  Source source = Source::kMeasured;
  std::vector<Spot> spots = spots_of(data, source);
  if (!worth_drawing(spots)) {
    source = Source::kIndicative;
    spots = spots_of(data, source);
  }
  if (!worth_drawing(spots)) return std::nullopt;
  mark_front(spots);
  Figure figure;
  figure.name = "cost_front";
  figure.title = metric_title(data.primary_metric()) +
                 (source == Source::kMeasured ? " against measured time"
                                              : " against training time (indicative)");
  figure.caption = caption_of(data, source, spots.size());
  figure.width_cm = 17;
  figure.height_cm = std::max(10.0, list_height_cm(spots));
  figure.data = blocks(spots);
  figure.settings = settings_of(data, spots, source, figure.height_cm);
  figure.plot = markers(spots);
  return figure;
}

}  // namespace ratbench::reports
