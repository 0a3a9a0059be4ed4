// Which runs of the store a report counts, and their scores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Tables are over the seeds that claims are judged at: removes the runs of others (none where
// `seeds` is empty). Returns how many other seeds there were.
std::size_t leave_out_other_seeds(std::span<const std::uint64_t> seeds,
                                  std::vector<store::CellRow>& rows);

// Fills every cell's `scores` of the test split; `metrics`, `classes` and the cells' runs are
// filled already.
void add_scores(const store::Reader& reader, ReportData& data);

}  // namespace ratbench::reports
