#include "harness/cost/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"

namespace ratbench::cost {
namespace {

constexpr double k95 = 0.95;
constexpr double kAa = 0.999;

// log(arm / baseline) of round `round`, absent unless both are there.
std::optional<double> log_ratio(RoundTimes arm, RoundTimes baseline, std::size_t round) {
  if (!arm[round] || !baseline[round]) return std::nullopt;
  RB_CHECK(*arm[round] > 0 && *baseline[round] > 0);
  return std::log(*arm[round] / *baseline[round]);
}

struct Location {
  double value = 0;
  stats::Interval ci95;
  stats::Interval ci999;
};

bool vary(const std::vector<double>& draws) {
  return std::adjacent_find(draws.begin(), draws.end(), std::not_equal_to<>()) != draws.end();
}

// Mean of `values` with Student's t intervals.
Location locate(const std::vector<double>& values) {
  return {stats::mean(values), *stats::t_interval(values), *stats::t_interval(values, kAa)};
}

// Ratios to a floor by round, weighted with the floor's time, so that their mean is the quotient of
// the times summed over rounds: a mean of quotients would rise with the noise of the floor.
struct WeightedRatios {
  std::vector<double> floor_s;
  std::vector<double> drawn;  // empty where nothing is

  double mean(const std::vector<double>& values) const {
    return std::inner_product(values.begin(), values.end(), floor_s.begin(), 0.0) / total_s();
  }
  double total_s() const { return std::accumulate(floor_s.begin(), floor_s.end(), 0.0); }

  // The weighted mean; with draws that vary the intercept of the weighted least squares line, that
  // is the expected value where the draw is as expected. Student's t intervals with the variance of
  // the linearised estimate (White, Econometrica 48, 1980, with n / (n - parameters)).
  Location locate(const std::vector<double>& values) const {
    const bool regress = vary(drawn);
    const double total = total_s();
    const double centre = regress ? mean(drawn) : 0;
    double square = 0;
    double product = 0;
    const double middle = mean(values);
    for (std::size_t i = 0; regress && i < values.size(); ++i) {
      square += floor_s[i] * (drawn[i] - centre) * (drawn[i] - centre);
      product += floor_s[i] * (drawn[i] - centre) * (values[i] - middle);
    }
    const double slope = regress ? product / square : 0;
    Location out;
    out.value = middle - slope * centre;
    double variance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double draw = regress ? drawn[i] : 0;
      const double leverage = 1 / total - (regress ? centre * (draw - centre) / square : 0);
      variance += std::pow(floor_s[i] * (values[i] - out.value - slope * draw) * leverage, 2);
    }
    const auto n = static_cast<double>(values.size());
    const double degrees = n - (regress ? 2 : 1);
    const double se = std::sqrt(variance * n / degrees);
    const auto interval = [&](double confidence) {
      const double half = stats::t_quantile((1 + confidence) / 2, degrees) * se;
      return stats::Interval{out.value - half, out.value + half};
    };
    out.ci95 = interval(k95);
    out.ci999 = interval(kAa);
    return out;
  }
};

// Of a positive location, its interval to first order: that of the ratio stays above 0.
Location logarithm(const Location& of) {
  const double log = std::log(of.value);
  const auto log_of = [&](const stats::Interval& i) {
    return stats::Interval{log + i.low / of.value - 1, log + i.high / of.value - 1};
  };
  return {log, log_of(of.ci95), log_of(of.ci999)};
}

Ratio exponential(const Location& log, std::size_t rounds) {
  const auto exp_of = [](const stats::Interval& i) {
    return stats::Interval{std::exp(i.low), std::exp(i.high)};
  };
  return {std::exp(log.value), exp_of(log.ci95), exp_of(log.ci999), rounds};
}

}  // namespace

double Ratio::half_width() const { return (ci95.high - ci95.low) / 2 / std::abs(ratio); }

std::optional<Ratio> time_ratio(RoundTimes arm, RoundTimes baseline, RoundDraws draws) {
  std::vector<double> logs;
  WeightedRatios weighted;
  for (std::size_t round = 0; round < std::min(arm.size(), baseline.size()); ++round) {
    const auto value = log_ratio(arm, baseline, round);
    if (!value) continue;
    logs.push_back(*value);
    weighted.floor_s.push_back(*baseline[round]);
    if (!draws.empty()) weighted.drawn.push_back(draws[round]);
  }
  if (logs.size() < kLeastRounds) return std::nullopt;
  if (!vary(weighted.drawn)) return exponential(locate(logs), logs.size());
  // Every attack adds the same, so that the ratio is linear in the share and its logarithm is not.
  std::vector<double> ratios;
  for (const double log : logs) ratios.push_back(std::exp(log));
  const Location at_p_rat = weighted.locate(ratios);
  if (at_p_rat.value <= 0) return std::nullopt;
  return exponential(logarithm(at_p_rat), logs.size());
}

std::optional<Ratio> independent_ratio(RoundTimes times, RoundTimes baseline) {
  const auto logs_of = [](RoundTimes values) {
    std::vector<double> logs;
    for (const auto& value : values)
      if (value) logs.push_back(std::log(*value));
    return logs;
  };
  const std::vector<double> a = logs_of(times);
  const std::vector<double> b = logs_of(baseline);
  if (a.size() < 2 || b.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  const double var_a = stats::variance(a) / n;
  const double var_b = stats::variance(b) / m;
  const double var = var_a + var_b;
  if (var <= 0) return std::nullopt;
  // Welch and Satterthwaite.
  const double degrees = var * var / (var_a * var_a / (n - 1) + var_b * var_b / (m - 1));
  Location log;
  log.value = stats::mean(a) - stats::mean(b);
  const auto interval = [&](double confidence) {
    const double half = stats::t_quantile((1 + confidence) / 2, degrees) * std::sqrt(var);
    return stats::Interval{log.value - half, log.value + half};
  };
  log.ci95 = interval(k95);
  log.ci999 = interval(kAa);
  return exponential(log, std::min(a.size(), b.size()));
}

std::optional<Ratio> overhead_ratio(RoundTimes arm, RoundTimes baseline, RoundTimes floor,
                                    RoundDraws draws) {
  std::vector<double> arm_ratios;
  std::vector<double> baseline_ratios;
  WeightedRatios weighted;
  for (std::size_t round = 0; round < std::min({arm.size(), baseline.size(), floor.size()});
       ++round) {
    const auto x = log_ratio(arm, floor, round);
    const auto y = log_ratio(baseline, floor, round);
    if (!x || !y) continue;
    arm_ratios.push_back(std::exp(*x));
    baseline_ratios.push_back(std::exp(*y));
    weighted.floor_s.push_back(*floor[round]);
    if (!draws.empty()) weighted.drawn.push_back(draws[round]);
  }
  if (arm_ratios.size() < kLeastRounds) return std::nullopt;
  const Location above = weighted.locate(baseline_ratios);
  if (above.ci999.low <= 1) return std::nullopt;
  const double x = weighted.locate(arm_ratios).value;
  const double y = above.value;
  const double quotient = (x - 1) / (y - 1);
  std::vector<double> linearised;
  for (std::size_t i = 0; i < arm_ratios.size(); ++i)
    linearised.push_back(quotient +
                         ((arm_ratios[i] - x) - quotient * (baseline_ratios[i] - y)) / (y - 1));
  const Location located = weighted.locate(linearised);
  return Ratio{quotient, located.ci95, located.ci999, linearised.size()};
}

}  // namespace ratbench::cost
