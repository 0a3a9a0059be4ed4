// The 2x2 interaction: does the combination do more than the sum of its parts?
// Contrast AB - A - B + base, paired by seed.
#pragma once

#include <optional>
#include <span>

#include "src/stats/paired.hpp"

namespace ratbench::stats {

// Scores of the four cells; the same seeds in the same order, equally many (CHECKed).
struct TwoByTwo {
  std::span<const double> base, a, b, ab;
};

// t test of the contrast over seeds. Absent for fewer than two seeds or no spread.
std::optional<TTest> interaction(const TwoByTwo& cells);
// Effect of A averaged over the levels of B: (A + AB - base - B) / 2; likewise for B.
std::optional<TTest> main_effect_a(const TwoByTwo& cells);
std::optional<TTest> main_effect_b(const TwoByTwo& cells);
// The contrast with the four cells as independent samples, with Welch and Satterthwaite's degrees
// of freedom; what unpaired seeds would give.
std::optional<TTest> interaction_unpaired(const TwoByTwo& cells);

}  // namespace ratbench::stats
