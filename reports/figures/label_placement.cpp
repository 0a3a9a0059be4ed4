#include "reports/figures/label_placement.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "src/base/check.hpp"

namespace ratbench::reports {
namespace {

constexpr double kMarker = 0.24;  // side of a marker's square

// Distances from the marker to the near side of the text, outwards.
constexpr double kReaches[] = {0.16, 0.45, 0.8, 1.2};

struct Direction {
  int x, y;
};
constexpr Direction kDirections[] = {{1, 0},   {1, 1},  {-1, 1}, {1, -1},
                                     {-1, -1}, {-1, 0}, {0, 1},  {0, -1}};

double distance(const LabelBox& box, const Spot2d& marker) {
  return std::hypot(std::max(0.0, std::abs(box.x - marker.x) - box.width / 2),
                    std::max(0.0, std::abs(box.y - marker.y) - box.height / 2));
}

// Whether the text would be read as that of another marker: one is as near, or hardly farther.
bool is_ambiguous(const LabelBox& box, std::span<const Spot2d> markers, std::size_t own) {
  constexpr double kClearly = 0.08;
  const double near = distance(box, markers[own]);
  for (std::size_t i = 0; i < markers.size(); ++i)
    if (i != own && distance(box, markers[i]) < near + kClearly) return true;
  return false;
}

}  // namespace

bool overlap(const LabelBox& a, const LabelBox& b) {
  return std::abs(a.x - b.x) < (a.width + b.width) / 2 &&
         std::abs(a.y - b.y) < (a.height + b.height) / 2;
}

std::vector<LabelBox> place_labels(std::span<const Spot2d> markers, std::span<const double> widths,
                                   double height) {
  RB_CHECK_EQ(markers.size(), widths.size());
  std::vector<LabelBox> taken;
  for (const Spot2d& marker : markers) taken.push_back({marker.x, marker.y, kMarker, kMarker});
  std::vector<LabelBox> placed;
  for (std::size_t i = 0; i < markers.size(); ++i) {
    LabelBox best;
    std::ptrdiff_t fewest = -1;
    for (const double reach : kReaches)
      for (const Direction& to : kDirections) {
        // Upwards and downwards a text is near at the same reach at which it is aside.
        const double up = reach + (to.x == 0 ? height / 2 : 0);
        const LabelBox box{markers[i].x + to.x * (0.16 + widths[i] / 2), markers[i].y + to.y * up,
                           widths[i], height};
        // Covering is worse than doubt, and any place is better than covering.
        const std::ptrdiff_t covered =
            2 * std::count_if(taken.begin(), taken.end(),
                              [&](const LabelBox& other) { return overlap(box, other); }) +
            (is_ambiguous(box, markers, i) ? 1 : 0);
        if (fewest >= 0 && covered >= fewest) continue;
        best = box;
        fewest = covered;
      }
    placed.push_back(best);
    taken.push_back(best);
  }
  return placed;
}

}  // namespace ratbench::reports
