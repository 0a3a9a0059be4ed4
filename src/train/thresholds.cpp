#include "src/train/thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "src/base/check.hpp"

namespace ratbench::train {
namespace {

// The threshold that stands for all of (low, high].
double representative(double low, double high) {
  return low < kUsualThreshold && kUsualThreshold <= high ? kUsualThreshold
                                                          : low + (high - low) / 2;
}

}  // namespace

double best_threshold(std::span<const double> probabilities, std::span<const std::int32_t> truth) {
  RB_CHECK_EQ(probabilities.size(), truth.size());
  const auto positives = std::count(truth.begin(), truth.end(), 1);
  if (positives == 0) return kUsualThreshold;
  std::vector<std::size_t> order(truth.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  double best = kUsualThreshold;
  double best_f1 = -1;
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    hits += truth[order[i]];
    const double high = probabilities[order[i]];
    const double low = i + 1 < order.size() ? probabilities[order[i + 1]] : 0;
    if (low == high) continue;  // no threshold lies between equal probabilities
    const double f1 = 2 * static_cast<double>(hits) /
                      static_cast<double>(static_cast<std::int64_t>(i) + 1 + positives);
    const double threshold = representative(low, high);
    const bool nearer = std::abs(threshold - kUsualThreshold) < std::abs(best - kUsualThreshold);
    if (f1 > best_f1 || (f1 == best_f1 && nearer)) {
      best = threshold;
      best_f1 = f1;
    }
  }
  return best;
}

}  // namespace ratbench::train
