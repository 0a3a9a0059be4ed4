#include "src/losses/class_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "src/base/check.hpp"

namespace ratbench::losses {

std::vector<double> effective_number_weights(const std::vector<double>& counts, double beta) {
  RB_CHECK(beta >= 0 && beta < 1);
  std::vector<double> weights(counts.size(), 0.0);
  double sum = 0;
  int present = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] <= 0) continue;
    // 1 - beta^n without cancellation; beta = 0 gives 1.
    const double effective = beta == 0 ? 1.0 : -std::expm1(counts[c] * std::log(beta));
    weights[c] = (1 - beta) / effective;
    sum += weights[c];
    ++present;
  }
  RB_CHECK_GT(present, 0);
  for (double& weight : weights) weight *= present / sum;
  return weights;
}

std::vector<double> boosted_counts(std::vector<double> counts, const std::vector<int>& boosted,
                                   double divisor) {
  RB_CHECK_GT(divisor, 0.0);
  for (const int c : boosted) counts.at(static_cast<std::size_t>(c)) /= divisor;
  return counts;
}

std::vector<double> ldam_margins(const std::vector<double>& counts, double c) {
  std::vector<double> margins;
  margins.reserve(counts.size());
  for (const double n : counts) margins.push_back(n > 0 ? c / std::sqrt(std::sqrt(n)) : 0.0);
  return margins;
}

std::vector<double> ldam_margins_with_maximum(const std::vector<double>& counts,
                                              double max_margin) {
  std::vector<double> margins = ldam_margins(counts, 1.0);
  const double largest = margins.empty() ? 0.0 : *std::max_element(margins.begin(), margins.end());
  RB_CHECK_GT(largest, 0.0);
  for (double& margin : margins) margin *= max_margin / largest;
  return margins;
}

}  // namespace ratbench::losses
