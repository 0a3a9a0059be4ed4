#include "src/train/thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::train {
namespace {

// Rows above one threshold: how many, and how many of them are true.
struct Cut {
  double threshold = kUsualThreshold;
  std::int64_t taken = 0;
  std::int64_t hits = 0;
};

// The threshold that stands for all of (low, high].
double representative(double low, double high) {
  return low < kUsualThreshold && kUsualThreshold <= high ? kUsualThreshold
                                                          : low + (high - low) / 2;
}

// Every cut that a threshold up to 1 can make, from none of the rows to all.
std::vector<Cut> cuts_of(const LabelColumn& label) {
  const std::size_t rows = label.truth.size();
  RB_CHECK_EQ(label.probabilities.size(), rows);
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return label.probabilities[a] > label.probabilities[b];
  });
  std::vector<Cut> cuts;
  Cut cut;
  double high = 1;
  for (std::size_t i = 0; i <= rows; ++i) {
    const double low = i < rows ? label.probabilities[order[i]] : 0;
    // No threshold lies between equal probabilities.
    if (low < high || i == rows) {
      cut.threshold = representative(low, high);
      cuts.push_back(cut);
    }
    if (i == rows) break;
    high = low;
    ++cut.taken;
    cut.hits += label.truth[order[i]];
  }
  return cuts;
}

// The cut with the largest score; of equally good ones the threshold nearest to 0.5.
template <typename Score>
const Cut& best_of(const std::vector<Cut>& cuts, const Score& score) {
  return *std::max_element(cuts.begin(), cuts.end(), [&](const Cut& a, const Cut& b) {
    const double of_a = score(a);
    const double of_b = score(b);
    return of_a != of_b
               ? of_a < of_b
               : std::abs(a.threshold - kUsualThreshold) > std::abs(b.threshold - kUsualThreshold);
  });
}

double f1_of(std::int64_t hits, std::int64_t taken, std::int64_t positives) {
  return taken + positives == 0
             ? 0
             : 2 * static_cast<double>(hits) / static_cast<double>(taken + positives);
}

std::int64_t positives_of(const LabelColumn& label) {
  return std::count(label.truth.begin(), label.truth.end(), 1);
}

}  // namespace

double best_threshold(const LabelColumn& label) {
  const std::int64_t positives = positives_of(label);
  if (positives == 0) return kUsualThreshold;
  return best_of(cuts_of(label),
                 [&](const Cut& cut) { return f1_of(cut.hits, cut.taken, positives); })
      .threshold;
}

std::vector<double> best_micro_thresholds(std::span<const LabelColumn> labels) {
  std::vector<std::vector<Cut>> cuts;
  std::int64_t positives = 0;
  for (const LabelColumn& label : labels) {
    cuts.push_back(cuts_of(label));
    positives += positives_of(label);
  }
  std::vector<double> thresholds(labels.size(), kUsualThreshold);
  if (positives == 0) return thresholds;
  // Rises with every turn, and takes one of finitely many values.
  for (double best = -1, f1 = 0; f1 > best;) {
    best = f1;
    Cut all;
    for (std::size_t label = 0; label < cuts.size(); ++label) {
      const Cut& cut = best_of(cuts[label], [&](const Cut& c) {
        return 2 * static_cast<double>(c.hits) - best * static_cast<double>(c.taken);
      });
      thresholds[label] = cut.threshold;
      all.taken += cut.taken;
      all.hits += cut.hits;
    }
    f1 = f1_of(all.hits, all.taken, positives);
  }
  return thresholds;
}

}  // namespace ratbench::train
