// The test rows of every cell, read once for each data set.
// Internal to the loading of a report.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/store/split_rows.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

class TestRows {
 public:
  // Borrows all three; `rows` are the cells of the store in the order of `cells`.
  TestRows(const store::Reader& reader, const std::vector<store::CellRow>& rows,
           const std::vector<CellData>& cells)
      : reader_(reader), rows_(rows), cells_(cells) {}

  const store::SplitRows& of(std::size_t cell);

 private:
  const store::Reader& reader_;
  const std::vector<store::CellRow>& rows_;
  const std::vector<CellData>& cells_;
  std::map<std::string, store::SplitRows> splits_;
};

// Fills the baselines: every cell's among those with the same test rows.
void assign_baselines(TestRows& test_rows, ReportData& data);

}  // namespace ratbench::reports
