#include "harness/corpus/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/random.hpp"

namespace ratbench::corpus {
namespace {

// Each use of a seed has its own keys.
enum Lane : std::uint32_t { kDividing = 0, kThinning = 1 };

// Rows of every class, each class in the order of a random key per row.
std::map<std::int32_t, std::vector<std::int64_t>> shuffled_classes(
    std::span<const std::int32_t> labels, std::uint64_t seed, Lane lane) {
  const RandomStream stream(seed, Purpose::kSplit);
  std::map<std::int32_t, std::vector<std::int64_t>> classes;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    RB_CHECK_GE(labels[row], 0);
    classes[labels[row]].push_back(static_cast<std::int64_t>(row));
  }
  for (auto& [label, rows] : classes)
    std::sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
      return std::pair(stream.bits(lane, static_cast<std::uint64_t>(a)), a) <
             std::pair(stream.bits(lane, static_cast<std::uint64_t>(b)), b);
    });
  return classes;
}

}  // namespace

RowSplit stratified_split(std::span<const std::int32_t> labels, double fraction,
                          std::uint64_t seed) {
  RB_CHECK(fraction > 0 && fraction < 0.5);
  RowSplit split;
  for (const auto& [label, rows] : shuffled_classes(labels, seed, kDividing)) {
    const auto wanted = std::llround(fraction * static_cast<double>(rows.size()));
    const auto held = std::min(static_cast<std::size_t>(wanted), (rows.size() - 1) / 2);
    for (std::size_t i = 0; i < rows.size(); ++i)
      (i < held ? split.test : i < 2 * held ? split.val : split.train).push_back(rows[i]);
  }
  for (auto* part : {&split.train, &split.val, &split.test}) std::sort(part->begin(), part->end());
  return split;
}

HeldOut held_out(std::span<const std::int32_t> labels, double fraction, std::uint64_t seed) {
  RB_CHECK(fraction > 0 && fraction < 1);
  HeldOut split;
  for (const auto& [label, rows] : shuffled_classes(labels, seed, kDividing)) {
    const auto wanted = std::llround(fraction * static_cast<double>(rows.size()));
    const auto held = std::min(static_cast<std::size_t>(wanted), rows.size() - 1);
    for (std::size_t i = 0; i < rows.size(); ++i)
      (i < held ? split.held : split.rest).push_back(rows[i]);
  }
  for (auto* part : {&split.held, &split.rest}) std::sort(part->begin(), part->end());
  return split;
}

std::vector<int> stratified_folds(std::span<const std::int32_t> labels, int folds,
                                  std::uint64_t seed) {
  RB_CHECK_GE(folds, 2);
  std::vector<int> fold_of(labels.size(), 0);
  // Dealing goes on where the last class ended, which keeps the totals even too.
  int next = 0;
  for (const auto& [label, rows] : shuffled_classes(labels, seed, kDividing))
    for (const std::int64_t row : rows) {
      fold_of[static_cast<std::size_t>(row)] = next;
      next = (next + 1) % folds;
    }
  return fold_of;
}

RowSplit fold_split(std::span<const std::int32_t> labels, int folds, int fold, std::uint64_t seed) {
  RB_CHECK_GE(folds, 3);
  RB_CHECK(fold >= 0 && fold < folds);
  RowSplit split;
  const std::vector<int> fold_of = stratified_folds(labels, folds, seed);
  for (std::size_t row = 0; row < fold_of.size(); ++row) {
    auto& part = fold_of[row] == fold                 ? split.test
                 : fold_of[row] == (fold + 1) % folds ? split.val
                                                      : split.train;
    part.push_back(static_cast<std::int64_t>(row));
  }
  return split;
}

std::vector<std::int64_t> thinned(std::span<const std::int32_t> labels,
                                  std::span<const std::int64_t> most, std::uint64_t seed) {
  std::vector<std::int64_t> left;
  for (const auto& [label, rows] : shuffled_classes(labels, seed, kThinning)) {
    const std::int64_t limit = most[static_cast<std::size_t>(label)];
    const auto kept =
        limit < 0 ? rows.size() : std::min(rows.size(), static_cast<std::size_t>(limit));
    left.insert(left.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  std::sort(left.begin(), left.end());
  return left;
}

}  // namespace ratbench::corpus
