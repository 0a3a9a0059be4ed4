// Which single test row moves a claim's estimate most, over all rows and within each rare class:
// what a reader must know before believing it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/claims/evidence.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {

struct RowEffect {
  std::size_t row = 0;  // of the test split
  std::string split;    // "fold 3" where there are several; else ""
  std::string class_name;
  std::size_t class_rows = 0;   // test rows of which the same is true
  double estimate_without = 0;  // the contrast when the row is dropped in all runs
};

// The row with the largest effect first, then that of every rare class, by class; no row twice.
// Empty for fewer than two rows.
std::vector<RowEffect> row_effects(const Evidence& evidence, const stats::Contrast& contrast);

}  // namespace ratbench::claims
