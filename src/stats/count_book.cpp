#include "src/stats/count_book.hpp"

#include "src/base/check.hpp"

namespace ratbench::stats {

std::int32_t CountBook::entry(const std::vector<ColumnCount>& counts) {
  const auto number = static_cast<std::int32_t>(entries_.size());
  const auto [place, is_new] = numbers_.try_emplace(counts, number);
  if (!is_new) return place->second;
  for (const ColumnCount& one : counts) RB_CHECK_LT(one.column, names_.size());
  entries_.push_back(&place->first);
  return number;
}

}  // namespace ratbench::stats
