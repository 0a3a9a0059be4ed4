// Where a label's probability counts as yes: chosen on validation, applied to test.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ratbench::train {

inline constexpr double kUsualThreshold = 0.5;

// One label on all rows: probabilities in 0..1, and truth, 0 or 1, as many.
struct LabelColumn {
  std::vector<double> probabilities;
  std::vector<std::int32_t> truth;
};

// The threshold with the largest F1 of "probability >= threshold" of the label alone, which gives
// the largest macro-F1 of all labels. Of equally good ones that nearest to 0.5; between two
// neighbouring probabilities their middle stands for all. 0.5 when nothing is true.
double best_threshold(const LabelColumn& label);

// The thresholds, one a label, with the largest micro-F1 of all labels together. A label whose
// every yes would lower it is never predicted. Ties and places as above. Exact, by the method of
// Dinkelbach ("On nonlinear fractional programming", Management Science 13, 1967): with F the best
// micro-F1 so far, every label takes the threshold with the largest 2 TP - F (TP + FP).
std::vector<double> best_micro_thresholds(std::span<const LabelColumn> labels);

}  // namespace ratbench::train
