// Rows that carry counts instead of one class: right, predicted and true items per column. Rows and
// answers with the same counts are one entry, so that tables stay as small as those of classes.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ratbench::stats {

// Of the truth of a row only `gold` is set, of an answer only `right` and `predicted`.
struct ColumnCount {
  std::uint32_t column = 0;
  std::int32_t right = 0, predicted = 0, gold = 0;
  auto operator<=>(const ColumnCount&) const = default;
};

class CountBook {
 public:
  // `names` [columns]; "" for a column that is no class of its own.
  explicit CountBook(std::vector<std::string> names) : names_(std::move(names)) {}

  // The number of this entry, a new one when it was not there.
  std::int32_t entry(const std::vector<ColumnCount>& counts);

  std::span<const ColumnCount> operator[](std::int32_t entry) const {
    return *entries_[static_cast<std::size_t>(entry)];
  }
  std::size_t entries() const { return entries_.size(); }
  std::size_t columns() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::map<std::vector<ColumnCount>, std::int32_t> numbers_;
  std::vector<const std::vector<ColumnCount>*> entries_;  // keys of numbers_
};

}  // namespace ratbench::stats
