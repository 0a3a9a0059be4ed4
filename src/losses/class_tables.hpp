// Per-class weights and margins from training counts. Boosting divides counts in the margin only.
#pragma once

#include <vector>

namespace ratbench::losses {

// (1 - beta) / (1 - beta^n), scaled so that the classes present sum to their number (Cui et al.,
// "Class-balanced loss based on effective number of samples", 2019, eq. 8). Absent classes
// (n = 0) get 0. beta in [0, 1).
std::vector<double> effective_number_weights(const std::vector<double>& counts, double beta);

// n / divisor for the boosted classes (real division), n for the others.
std::vector<double> boosted_counts(std::vector<double> counts, const std::vector<int>& boosted,
                                   double divisor);

// c / n^(1/4) (Cao et al., "Learning imbalanced datasets with label-distribution-aware margin
// loss", 2019, eq. 12). Absent classes get 0.
std::vector<double> ldam_margins(const std::vector<double>& counts, double c);

// The same scaled so that the largest margin is `max_margin`.
std::vector<double> ldam_margins_with_maximum(const std::vector<double>& counts, double max_margin);

}  // namespace ratbench::losses
