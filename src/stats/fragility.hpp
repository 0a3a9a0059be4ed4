// How few test rows carry a verdict: the smallest number that, dropped or given another class in
// all runs, changes it. One row is tried exhaustively, more are found greedily and are an upper
// bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "src/stats/contrast_scan.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::stats {

// What a verdict is once rows are changed: `outcome` is the caller's code, `slack` how far it is
// from becoming another one (smaller is nearer).
struct Judgement {
  int outcome = 0;
  double slack = 0;
};
using Judge = std::function<Judgement(const ChangedRows& rows)>;

enum class RowChange { kDrop, kRelabel };

// One row of a pattern: its new true class, or nothing when it is dropped.
struct RowEdit {
  std::size_t pattern = 0;
  std::optional<std::int32_t> label;
};

struct FragilitySearch {
  RowChange change = RowChange::kDrop;
  std::size_t most_rows = 20;   // changed at most, at least 1
  std::size_t candidates = 40;  // tried after the first row: those nearest to another verdict
  // Tried for the first row; empty for every row and class.
  std::vector<RowEdit> shortlist;
};

struct Fragility {
  // Rows that change the verdict; nothing when `searched` rows do not.
  std::optional<std::size_t> rows;
  bool exhaustive = false;               // true: fewer rows cannot do it
  std::size_t searched = 0;              // rows changed at most
  std::vector<std::size_t> row_indices;  // of the test split
  std::vector<std::size_t> patterns;     // of each
};

// The row whose loss moves a contrast most, with the contrast without it.
struct InfluentialRow {
  std::size_t row = 0;
  std::size_t pattern = 0;
  double estimate_without = 0;
};
// The first of several equal ones; at least two rows (CHECKed).
InfluentialRow most_influential_row(const PredictionTable& table, const MetricFunction& metric,
                                    const Contrast& contrast);

// Rows of one pattern are interchangeable; a relabelled row takes every other class in turn. Rows
// with counts are not relabelled.
Fragility fragility(const PredictionTable& table, const Judge& judge,
                    const FragilitySearch& search);

// The `count` changes of one row that by its influence move the contrast most, half of them up and
// half down: for tables too large to try every row.
std::vector<RowEdit> likeliest_edits(const PredictionTable& table, const MetricFunction& metric,
                                     const Contrast& contrast, RowChange change, std::size_t count);

}  // namespace ratbench::stats
