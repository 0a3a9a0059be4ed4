// Two databases against each other, cell by cell: equivalent within a margin, different, or
// undecided, by two one-sided t tests over seeds. Test rows are taken as given, so nothing is said
// about other rows; `ratbench verify` counts both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/store/reader.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::cli {

inline constexpr double kCompareAlpha = 0.05;

using SeedScores = std::map<std::uint64_t, double>;

// B - A. Numbers are absent where they cannot be known, never NaN.
struct Equivalence {
  claims::Outcome outcome = claims::Outcome::kUndecided;  // supported: equivalent
  std::string reason;                                     // of an undecided outcome; else empty
  bool paired = false;  // by seed, when both have the same seeds; else Welch's test
  std::optional<double> estimate;
  std::optional<stats::Interval> narrow;  // 1 - 2 alpha: inside the margin when equivalent
  std::optional<stats::Interval> wide;    // 1 - alpha: outside the margin when different
  std::optional<double> p;
};

// Equal scores in every seed are equivalent; any other sample without spread is undecided.
// margin > 0 (CHECKed).
Equivalence test_equivalence(const SeedScores& a, const SeedScores& b, double margin);

struct CellComparison {
  std::string experiment;
  std::string cell;
  std::string metric;
  Equivalence result;
  std::optional<double> mean_a, mean_b;  // of the runs that are done
  std::size_t seeds_a = 0, seeds_b = 0;  // runs of the cell
  std::size_t identical = 0;             // seeds with the same test logits, bit for bit
  std::string data_a, data_b;            // hashes of the data sets
  std::vector<std::string> differences;  // of the configurations: "train.epochs 20 / 5"
};

struct CellPlace {
  std::string experiment;
  std::string cell;
};

struct StoreComparison {
  std::vector<CellComparison> cells;  // by experiment, then as in A, then by metric
  std::vector<CellPlace> only_a, only_b;
};

struct CompareRequest {
  double margin = 0;
  std::vector<std::string> metrics;
  std::string experiment;  // empty: every experiment
};

// Cells belong together by experiment and name. Throws UsageError when the databases have no cell
// in common, or no value of a metric.
StoreComparison compare_stores(const store::Reader& a, const store::Reader& b,
                               const CompareRequest& request);

}  // namespace ratbench::cli
