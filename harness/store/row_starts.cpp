#include "harness/store/row_starts.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace ratbench::store {

void store_row_starts(Connection& connection, std::int64_t dataset_id, const std::string& split,
                      std::span<const std::int64_t> starts) {
  Query insert = connection.query("INSERT INTO row_start VALUES (?, ?, ?, ?)");
  for (std::size_t row = 0; row + 1 < starts.size(); ++row) {
    RB_CHECK_LE(starts[row], starts[row + 1]);
    if (starts[row] < starts[row + 1]) insert.run(dataset_id, split, starts[row], row);
  }
}

std::vector<std::int64_t> load_row_starts(Connection& connection, std::int64_t dataset_id,
                                          const std::string& split) {
  Query rows = connection.query(
      "SELECT s.row, s.first_unit FROM row_start s WHERE s.dataset_id = ? AND s.split = ? "
      "ORDER BY s.first_unit");
  rows.bind(dataset_id, split);
  std::vector<std::int64_t> starts;
  while (rows.step()) {
    // Rows without a unit begin where the next one does.
    const auto next = static_cast<std::size_t>(rows.integer(0)) + 1;
    starts.resize(std::max(next, starts.size()), rows.integer(1));
  }
  if (starts.empty()) return starts;
  Query ends = connection.query(
      "SELECT t.row_count, (SELECT count(*) FROM label l WHERE l.dataset_id = t.dataset_id AND "
      "l.split = t.split) FROM dataset_split t WHERE t.dataset_id = ? AND t.split = ?");
  RB_CHECK(ends.bind(dataset_id, split).step());
  starts.resize(static_cast<std::size_t>(ends.integer(0)) + 1, ends.integer(1));
  return starts;
}

}  // namespace ratbench::store
