// Divides rows into parts with every class spread evenly. The division depends on seed and labels
// alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ratbench::corpus {

// Ascending rows of both parts.
struct RowSplit {
  std::vector<std::int64_t> kept;
  std::vector<std::int64_t> held_out;
};

// Holds out round(fraction * n) rows of every class of n rows, but leaves at least one row of each
// in `kept`. 0 < fraction < 1; labels are non-negative.
RowSplit stratified_split(std::span<const std::int32_t> labels, double fraction,
                          std::uint64_t seed);

// Fold (0 .. folds - 1) of every row: sizes differ by at most one in every class and in all. folds
// >= 2.
std::vector<int> stratified_folds(std::span<const std::int32_t> labels, int folds,
                                  std::uint64_t seed);

}  // namespace ratbench::corpus
