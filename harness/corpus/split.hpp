// Divides rows into training, validation and test with every class spread evenly, and thins classes
// out. Results depend on seed and labels alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ratbench::corpus {

// Ascending rows of the three parts.
struct RowSplit {
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> val;
  std::vector<std::int64_t> test;
};

// Holds out round(fraction * n) rows of every class of n rows for testing and as many for
// validation, but leaves at least one row of each in `train`. 0 < fraction < 0.5; labels are
// non-negative.
RowSplit stratified_split(std::span<const std::int32_t> labels, double fraction,
                          std::uint64_t seed);

// Ascending rows of two parts.
struct HeldOut {
  std::vector<std::int64_t> held;
  std::vector<std::int64_t> rest;
};

// Holds out round(fraction * n) rows of every class of n rows, but leaves at least one in `rest`.
// 0 < fraction < 1; labels are non-negative.
HeldOut held_out(std::span<const std::int32_t> labels, double fraction, std::uint64_t seed);

// Fold (0 .. folds - 1) of every row: sizes differ by at most one in every class and in all. folds
// >= 2.
std::vector<int> stratified_folds(std::span<const std::int32_t> labels, int folds,
                                  std::uint64_t seed);

// Fold `fold` tests, the next one (the first after the last) validates. folds >= 3.
RowSplit fold_split(std::span<const std::int32_t> labels, int folds, int fold, std::uint64_t seed);

// Ascending rows that are left when class c keeps at most most[c] of its rows (< 0: all of them).
// Nested: a smaller number keeps some of the rows that a larger one keeps.
std::vector<std::int64_t> thinned(std::span<const std::int32_t> labels,
                                  std::span<const std::int64_t> most, std::uint64_t seed);

}  // namespace ratbench::corpus
