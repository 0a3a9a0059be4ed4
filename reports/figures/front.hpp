// Cells by time and score, and which of them no other beats in both.
// Internal to the figure of cost.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/figures/figure.hpp"

namespace ratbench::reports {

// Measured: milliseconds of a step. Indicative: training time relative to the first clean cell of
// the same data.
enum class TimeSource { kMeasured, kIndicative };

struct Spot {
  const CellData* cell = nullptr;
  Point time;   // in the unit of its source; low and high are the mean where there is no interval
  Point score;  // percent
  std::size_t group = 0;  // cells timed against the same baseline compete, and no others
  bool front = false;
};

// The listed cells that have a time and a score, in their order.
std::vector<Spot> spots_of(const ReportData& data, TimeSource source);

std::size_t groups_of(const std::vector<Spot>& spots);

// Gives scores the main table's intervals where every cell has one, else leaves all as they are:
// intervals of seeds beside those of seeds and test rows would not compare. True where it did.
bool count_rows(const ReportData& data, std::vector<Spot>& spots);

// At least three cells, one of them attacked, and no more than the list beside the plot has room
// for: fewer are no front.
bool worth_drawing(const std::vector<Spot>& spots);

// A spot is on the front of its group when no other of it is at least as quick and as good, and
// better in one of both.
void mark_front(std::vector<Spot>& spots);

// The figure's data: one block per kind of marker, then each group's front from left to right.
std::string front_blocks(const std::vector<Spot>& spots);

}  // namespace ratbench::reports
