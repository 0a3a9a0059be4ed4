#include "reports/figures/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace ratbench::reports {
namespace {

std::optional<Point> time_of(const CellData& cell, TimeSource source) {
  if (source == TimeSource::kIndicative) {
    const auto time = cell.training.time_to_first_clean;
    return time ? std::optional(Point{*time, *time, *time}) : std::nullopt;
  }
  if (!cell.measured_time) return std::nullopt;
  const double step_s = cell.measured_time->step_s;
  const stats::Interval ci = cell.measured_time->ci95.value_or(stats::Interval{step_s, step_s});
  return Point{1e3 * step_s, 1e3 * ci.low, 1e3 * ci.high};
}

std::string baseline_of(const CellData& cell, TimeSource source) {
  if (source == TimeSource::kMeasured) return cell.measured_time->baseline;
  return fmt::format("cell {}", cell.training.first_clean.value_or(0));
}

}  // namespace

std::vector<Spot> spots_of(const ReportData& data, TimeSource source) {
  std::vector<Spot> spots;
  std::vector<std::string> baselines;  // by group
  for (const CellData* cell : data.listed()) {
    const auto score = percent_point(*cell, data.primary_metric());
    const auto time = time_of(*cell, source);
    if (!score || !time) continue;
    const std::string baseline = baseline_of(*cell, source);
    const auto known = std::find(baselines.begin(), baselines.end(), baseline);
    spots.push_back(
        {cell, *time, *score, static_cast<std::size_t>(known - baselines.begin()), false});
    if (known == baselines.end()) baselines.push_back(baseline);
  }
  return spots;
}

std::size_t groups_of(const std::vector<Spot>& spots) {
  std::size_t groups = 0;
  for (const Spot& spot : spots) groups = std::max(groups, spot.group + 1);
  return groups;
}

bool count_rows(const ReportData& data, std::vector<Spot>& spots) {
  std::vector<Point> points;
  for (const Spot& spot : spots)
    if (const auto point = two_way_point(*spot.cell, data.primary_metric()))
      points.push_back(*point);
  if (points.size() < spots.size()) return false;
  for (std::size_t i = 0; i < spots.size(); ++i) spots[i].score = points[i];
  return true;
}

bool worth_drawing(const std::vector<Spot>& spots) {
  constexpr std::size_t kFewest = 3, kMostNumbered = 40;
  return spots.size() >= kFewest && spots.size() <= kMostNumbered &&
         std::any_of(spots.begin(), spots.end(),
                     [](const Spot& spot) { return !spot.cell->training.clean(); });
}

void mark_front(std::vector<Spot>& spots) {
  for (Spot& spot : spots)
    spot.front = std::none_of(spots.begin(), spots.end(), [&](const Spot& other) {
      return other.group == spot.group && other.time.mean <= spot.time.mean &&
             other.score.mean >= spot.score.mean &&
             (other.time.mean < spot.time.mean || other.score.mean > spot.score.mean);
    });
}

std::string front_blocks(const std::vector<Spot>& spots) {
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
  for (std::size_t group = 0; group < groups_of(spots); ++group) {
    std::vector<Spot> front;
    std::copy_if(spots.begin(), spots.end(), std::back_inserter(front),
                 [&](const Spot& spot) { return spot.front && spot.group == group; });
    std::sort(front.begin(), front.end(),
              [](const Spot& a, const Spot& b) { return a.time.mean < b.time.mean; });
    text += fmt::format("{}# front, by time: time score\n", group ? "\n\n" : "");
    for (const Spot& spot : front)
      text += fmt::format("{:.4f} {:.4f}\n", spot.time.mean, spot.score.mean);
  }
  return text;
}

}  // namespace ratbench::reports
