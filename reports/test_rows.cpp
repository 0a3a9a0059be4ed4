#include "reports/test_rows.hpp"

namespace ratbench::reports {

const store::SplitRows& TestRows::of(std::size_t cell) {
  const std::string key = rows_[cell].dataset + cells_[cell].negative_class;
  const auto [place, is_new] = splits_.try_emplace(key);
  if (is_new)
    place->second =
        store::split_rows(reader_, rows_[cell].dataset, "test", cells_[cell].negative_class);
  return place->second;
}

void assign_baselines(TestRows& test_rows, ReportData& data) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t cell = 0; cell < data.cells.size(); ++cell) {
    std::vector<std::size_t>* own = nullptr;
    for (std::vector<std::size_t>& group : groups)
      if (store::same_rows(test_rows.of(cell), test_rows.of(group.front()))) own = &group;
    if (own == nullptr) own = &groups.emplace_back();
    own->push_back(cell);
  }
  for (const std::vector<std::size_t>& group : groups) {
    const std::size_t baseline = find_baseline(data.cells, group);
    for (const std::size_t cell : group) data.cells[cell].baseline = baseline;
  }
  data.baseline = data.cells.front().baseline;
}

}  // namespace ratbench::reports
