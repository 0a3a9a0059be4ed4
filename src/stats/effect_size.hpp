// Sizes of differences between two samples, free of their units.
// Absent where a deviation is unknown or zero.
#pragma once

#include <optional>
#include <span>

namespace ratbench::stats {

// Mean difference over the deviation of the differences; a and b paired, of equal size (CHECKed).
std::optional<double> cohens_d_z(std::span<const double> a, std::span<const double> b);
// Mean difference over sqrt((var a + var b) / 2).
std::optional<double> cohens_d_pooled(std::span<const double> a, std::span<const double> b);
// cohens_d_pooled times 1 - 3 / (4 (n_a + n_b - 2) - 1): its bias in small samples removed.
std::optional<double> hedges_g(std::span<const double> a, std::span<const double> b);
// Mean over all pairs of sign(a_i - b_j): -1..1; both not empty (CHECKed).
double cliffs_delta(std::span<const double> a, std::span<const double> b);

}  // namespace ratbench::stats
