#include "src/stats/paired.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"

namespace ratbench::stats {
namespace {

// Differences whose spread is nothing but rounding: 1e-12 of their size.
bool is_constant(std::span<const double> values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low <= 1e-12 * std::max(1.0, std::max(std::abs(*low), std::abs(*high)));
}

std::optional<TTest> scaled_t(std::span<const double> differences, double variance_factor) {
  if (differences.size() < 2 || is_constant(differences)) return std::nullopt;
  const double df = static_cast<double>(differences.size() - 1);
  return t_test(mean(differences), std::sqrt(variance_factor * variance(differences)), df);
}

struct RankSums {
  double plus = 0;
  double minus = 0;
  std::size_t ranked = 0;  // including zeros under Pratt
  std::size_t zeros = 0;
  double tie_term = 0;  // sum over groups of tied non-zero ranks of t^3 - t
  bool ties = false;
};

// Mean ranks of |d|, summed by sign.
RankSums rank_sums(std::vector<double> values) {
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  RankSums sums;
  sums.ranked = values.size();
  for (std::size_t begin = 0; begin < values.size();) {
    std::size_t end = begin;
    while (end < values.size() && std::abs(values[end]) == std::abs(values[begin])) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    const double group = static_cast<double>(end - begin);
    if (values[begin] == 0) {
      sums.zeros = end - begin;
    } else {
      sums.ties = sums.ties || group > 1;
      sums.tie_term += group * group * group - group;
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (values[i] > 0) sums.plus += rank;
      if (values[i] < 0) sums.minus += rank;
    }
    begin = end;
  }
  return sums;
}

// P(W+ >= w) without ties: number of subsets of 1..n by sum, over 2^n.
double exact_upper_tail(double w, std::size_t n) {
  std::vector<double> ways(n * (n + 1) / 2 + 1, 0);
  ways[0] = 1;
  std::size_t most = 0;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    most += rank;
    for (std::size_t sum = most; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  }
  double tail = 0;
  for (std::size_t sum = static_cast<std::size_t>(std::ceil(w)); sum < ways.size(); ++sum)
    tail += ways[sum];
  return tail / std::exp2(static_cast<double>(n));
}

double normal_p(const RankSums& sums, double statistic, Alternative alternative, bool corrected) {
  const double n = static_cast<double>(sums.ranked), z = static_cast<double>(sums.zeros);
  const double centre = (n * (n + 1) - z * (z + 1)) / 4;
  double spread = n * (n + 1) * (2 * n + 1) - z * (z + 1) * (2 * z + 1);
  spread = std::sqrt((spread - sums.tie_term / 2) / 24);
  double distance = statistic - centre;
  if (corrected) {
    const double sign = distance > 0 ? 1 : (distance < 0 ? -1 : 0);
    distance -= 0.5 * (alternative == Alternative::kTwoSided ? sign : 1);
  }
  if (alternative == Alternative::kGreater) return normal_upper_tail(distance / spread);
  return std::min(1.0, 2 * normal_upper_tail(std::abs(distance) / spread));
}

}  // namespace

TTest t_test(double estimate, double se, double df) {
  RB_CHECK_GT(se, 0.0);
  TTest test;
  test.estimate = estimate;
  test.se = se;
  test.t = estimate / se;
  test.df = df;
  test.p_two_sided = 2 * t_upper_tail(std::abs(test.t), df);
  test.p_greater = t_upper_tail(test.t, df);
  const double half = t_quantile(0.975, df) * se;
  test.ci95 = {estimate - half, estimate + half};
  return test;
}

std::optional<TTest> paired_t(std::span<const double> differences) {
  return scaled_t(differences, 1 / static_cast<double>(differences.size()));
}

std::optional<TTest> nadeau_bengio_t(std::span<const double> differences, double n_train,
                                     double n_test) {
  return scaled_t(differences, 1 / static_cast<double>(differences.size()) + n_test / n_train);
}

std::optional<SignedRank> wilcoxon(std::span<const double> differences, Zeros zeros,
                                   Alternative alternative, WilcoxonMethod method) {
  std::vector<double> values;
  for (const double difference : differences) {
    const double rounded = std::nearbyint(difference * 1e12) / 1e12;
    if (rounded != 0 || zeros == Zeros::kPratt) values.push_back(rounded);
  }
  const RankSums sums = rank_sums(std::move(values));
  if (sums.ranked == sums.zeros) return std::nullopt;
  const bool two_sided = alternative == Alternative::kTwoSided;
  SignedRank test;
  test.statistic = two_sided ? std::min(sums.plus, sums.minus) : sums.plus;
  if (method == WilcoxonMethod::kExact) {
    if (sums.ties || sums.zeros > 0) return std::nullopt;
    test.p = two_sided
                 ? std::min(1.0, 2 * exact_upper_tail(std::max(sums.plus, sums.minus), sums.ranked))
                 : exact_upper_tail(sums.plus, sums.ranked);
    return test;
  }
  test.p = normal_p(sums, test.statistic, alternative, method == WilcoxonMethod::kNormalCorrected);
  return test;
}

}  // namespace ratbench::stats
