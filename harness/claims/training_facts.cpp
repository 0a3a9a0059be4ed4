#include "harness/claims/training_facts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace ratbench::claims {
namespace {

// Lengths of training that count as the same: early stopping makes small differences.
constexpr double kSameLength = 1.05;

}  // namespace

TrainedRows fewest_trained_rows(std::span<const store::RunRow> runs) {
  TrainedRows out;
  for (const store::RunRow& run : runs) {
    const auto& counts = run.train_class_counts;
    const auto rows = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    if (rows == 0) continue;
    const auto [fewest, is_new] = out.try_emplace(run.dataset, rows);
    if (!is_new) fewest->second = std::min(fewest->second, rows);
  }
  return out;
}

std::size_t independent_rows(const store::SplitRows& train, const std::string& dataset,
                             const TrainedRows& trained) {
  const auto fewest = trained.find(dataset);
  // Of other tasks the counts are of labels or tokens.
  const bool counted = train.setting.task == "classification" || train.setting.task == "relation";
  return counted && fewest != trained.end()
             ? std::min(train.rows(), static_cast<std::size_t>(fewest->second))
             : train.rows();
}

bool differs_with_the_side(const stats::Contrast& contrast,
                           const std::vector<std::map<std::string, double>>& shares) {
  constexpr double kSameShare = 0.05;
  std::array<double, 2> weights = {0, 0};
  std::array<std::map<std::string, double>, 2> sides;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    const double c = contrast.coefficients[k];
    if (c == 0 || shares[k].empty()) continue;
    const std::size_t side = c > 0 ? 0 : 1;
    weights[side] += std::abs(c);
    for (const auto& [name, share] : shares[k]) sides[side][name] += std::abs(c) * share;
  }
  if (weights[0] == 0 || weights[1] == 0) return false;
  const auto has_more = [&](std::size_t a, std::size_t b) {
    return std::any_of(sides[a].begin(), sides[a].end(), [&](const auto& entry) {
      const auto other = sides[b].find(entry.first);
      const double theirs = other == sides[b].end() ? 0 : other->second / weights[b];
      return entry.second / weights[a] > theirs + kSameShare;
    });
  };
  return has_more(0, 1) || has_more(1, 0);
}

std::optional<std::pair<std::size_t, std::size_t>> uneven_cells(
    const stats::Contrast& contrast, const std::vector<double>& batches) {
  struct Side {
    double weight = 0, batches = 0;
    std::size_t least = 0, most = 0;
  };
  std::array<std::optional<Side>, 2> sides;
  for (std::size_t k = 0; k < batches.size(); ++k) {
    const double c = contrast.coefficients[k];
    if (batches[k] == 0 || c == 0) continue;
    auto& side = sides[c > 0 ? 0 : 1];
    if (!side) side = Side{0, 0, k, k};
    side->weight += std::abs(c);
    side->batches += std::abs(c) * batches[k];
    if (batches[k] < batches[side->least]) side->least = k;
    if (batches[k] > batches[side->most]) side->most = k;
  }
  if (!sides[0] || !sides[1]) return std::nullopt;
  const auto mean = [](const Side& side) { return side.batches / side.weight; };
  const bool first = mean(*sides[0]) < mean(*sides[1]);
  const Side& shorter = first ? *sides[0] : *sides[1];
  const Side& longer = first ? *sides[1] : *sides[0];
  if (mean(longer) <= kSameLength * mean(shorter)) return std::nullopt;
  return std::pair(shorter.least, longer.most);
}

}  // namespace ratbench::claims
