#include "harness/corpus/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/random.hpp"

namespace ratbench::corpus {
namespace {

// Rows of every class, each class in the order of a random key per row.
std::map<std::int32_t, std::vector<std::int64_t>> shuffled_classes(
    std::span<const std::int32_t> labels, std::uint64_t seed) {
  const RandomStream stream(seed, Purpose::kSplit);
  std::map<std::int32_t, std::vector<std::int64_t>> classes;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    RB_CHECK_GE(labels[row], 0);
    classes[labels[row]].push_back(static_cast<std::int64_t>(row));
  }
  for (auto& [label, rows] : classes)
    std::sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
      return std::pair(stream.bits(0, static_cast<std::uint64_t>(a)), a) <
             std::pair(stream.bits(0, static_cast<std::uint64_t>(b)), b);
    });
  return classes;
}

}  // namespace

RowSplit stratified_split(std::span<const std::int32_t> labels, double fraction,
                          std::uint64_t seed) {
  RB_CHECK(fraction > 0 && fraction < 1);
  RowSplit split;
  for (const auto& [label, rows] : shuffled_classes(labels, seed)) {
    const auto wanted = std::llround(fraction * static_cast<double>(rows.size()));
    const auto held = std::min(static_cast<std::size_t>(wanted), rows.size() - 1);
    for (std::size_t i = 0; i < rows.size(); ++i)
      (i < held ? split.held_out : split.kept).push_back(rows[i]);
  }
  std::sort(split.kept.begin(), split.kept.end());
  std::sort(split.held_out.begin(), split.held_out.end());
  return split;
}

std::vector<int> stratified_folds(std::span<const std::int32_t> labels, int folds,
                                  std::uint64_t seed) {
  RB_CHECK_GE(folds, 2);
  std::vector<int> fold_of(labels.size(), 0);
  // Dealing goes on where the last class ended, which keeps the totals even too.
  int next = 0;
  for (const auto& [label, rows] : shuffled_classes(labels, seed))
    for (const std::int64_t row : rows) {
      fold_of[static_cast<std::size_t>(row)] = next;
      next = (next + 1) % folds;
    }
  return fold_of;
}

}  // namespace ratbench::corpus
