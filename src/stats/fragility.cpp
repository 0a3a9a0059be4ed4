#include "src/stats/fragility.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

// After the first step only the patterns that brought the verdict nearest to changing are tried.
constexpr std::size_t kCandidates = 40;

struct Step {
  std::size_t pattern = 0;
  Judgement judgement;
};

// Every candidate with one row less, nearest to another verdict first, changed ones before all.
std::vector<Step> try_each(const Judge& judge, std::vector<double>& weights,
                           std::span<const std::size_t> candidates, int unchanged) {
  std::vector<Step> steps;
  for (const std::size_t pattern : candidates) {
    if (weights[pattern] < 1) continue;
    weights[pattern] -= 1;
    steps.push_back({pattern, judge(weights)});
    weights[pattern] += 1;
  }
  std::stable_sort(steps.begin(), steps.end(), [&](const Step& a, const Step& b) {
    const bool a_keeps = a.judgement.outcome == unchanged;
    const bool b_keeps = b.judgement.outcome == unchanged;
    return a_keeps != b_keeps ? b_keeps : a.judgement.slack < b.judgement.slack;
  });
  return steps;
}

}  // namespace

InfluentialRow most_influential_row(const PredictionTable& table, const MetricFunction& metric,
                                    const Contrast& contrast) {
  std::vector<double> weights = table.weights;
  RB_CHECK_GT(std::accumulate(weights.begin(), weights.end(), 0.0), 1.0);
  const double all = contrast_estimate(table, weights, metric, contrast);
  InfluentialRow out;
  double largest = -1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] -= 1;
    const double without = contrast_estimate(table, weights, metric, contrast);
    weights[i] += 1;
    if (std::abs(without - all) <= largest) continue;
    largest = std::abs(without - all);
    out = {table.rows[i].front(), table.labels[i], without};
  }
  return out;
}

Fragility fragility(const PredictionTable& table, const Judge& judge, std::size_t most_rows) {
  Fragility out;
  std::vector<double> weights = table.weights;
  const int unchanged = judge(weights).outcome;
  std::vector<std::size_t> candidates(weights.size());
  std::iota(candidates.begin(), candidates.end(), std::size_t{0});
  std::vector<std::size_t> taken(weights.size(), 0);
  for (out.searched = 1;; ++out.searched) {
    const auto steps = try_each(judge, weights, candidates, unchanged);
    if (steps.empty()) return out;
    const std::size_t best = steps.front().pattern;
    out.row_indices.push_back(table.rows[best][taken[best]++]);
    weights[best] -= 1;
    if (steps.front().judgement.outcome != unchanged) {
      out.rows = out.searched;
      out.exhaustive = out.searched == 1;
      return out;
    }
    if (out.searched >= most_rows) break;
    if (out.searched == 1) {
      candidates.clear();
      for (std::size_t i = 0; i < std::min(kCandidates, steps.size()); ++i)
        candidates.push_back(steps[i].pattern);
    }
  }
  out.row_indices.clear();
  return out;
}

}  // namespace ratbench::stats
