// The exact interval of a binomial share (Clopper and Pearson, 1934): what a recall of k of n rows
// says about the recall on new rows.
#pragma once

#include <cstddef>

#include "src/stats/summary.hpp"

namespace ratbench::stats {

// k <= n, n > 0 (CHECKed); confidence in (0, 1).
Interval clopper_pearson(std::size_t k, std::size_t n, double confidence = 0.95);

}  // namespace ratbench::stats
