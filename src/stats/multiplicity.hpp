// Adjusted p values for several tests at once.
// Results stand in the order of the input; all lie in [0, 1].
#pragma once

#include <span>
#include <vector>

namespace ratbench::stats {

// Holm (1979), step-down: controls the chance of any false rejection.
std::vector<double> holm(std::span<const double> p);
std::vector<double> bonferroni(std::span<const double> p);
// Benjamini and Hochberg (1995), step-up: controls the share of false rejections.
std::vector<double> benjamini_hochberg(std::span<const double> p);
// Benjamini and Yekutieli (2001): the same under any dependence.
std::vector<double> benjamini_yekutieli(std::span<const double> p);

}  // namespace ratbench::stats
