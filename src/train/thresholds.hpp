// Where a label's probability counts as yes: chosen on validation, applied to test.
#pragma once

#include <cstdint>
#include <span>

namespace ratbench::train {

inline constexpr double kUsualThreshold = 0.5;

// The threshold with the largest F1 of "probability >= threshold" against `truth` (0 or 1, as
// many). Of equally good ones that nearest to 0.5; between two neighbouring probabilities their
// middle stands for all. 0.5 when nothing is true.
double best_threshold(std::span<const double> probabilities, std::span<const std::int32_t> truth);

}  // namespace ratbench::train
