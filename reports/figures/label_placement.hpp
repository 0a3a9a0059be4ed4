// Where short texts beside markers stand so that none covers another text or another marker.
// All lengths in cm.
#pragma once

#include <span>
#include <vector>

namespace ratbench::reports {

struct Spot2d {
  double x = 0, y = 0;
};

struct LabelBox {
  double x = 0, y = 0;  // centre
  double width = 0, height = 0;
};
bool overlap(const LabelBox& a, const LabelBox& b);

// One box of widths[i] x `height` for each marker, in order: at the nearest of a fixed list of
// places around it that is free and nearer to it than to other markers; where none is, at the one
// that covers the fewest.
std::vector<LabelBox> place_labels(std::span<const Spot2d> markers, std::span<const double> widths,
                                   double height);

}  // namespace ratbench::reports
