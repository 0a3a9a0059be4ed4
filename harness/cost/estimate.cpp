#include "harness/cost/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "src/base/check.hpp"

namespace ratbench::cost {
namespace {

constexpr double kAaConfidence = 0.999;

// log(arm / baseline) of round `round`, absent unless both are there.
std::optional<double> log_ratio(RoundTimes arm, RoundTimes baseline, std::size_t round) {
  if (!arm[round] || !baseline[round]) return std::nullopt;
  RB_CHECK(*arm[round] > 0 && *baseline[round] > 0);
  return std::log(*arm[round] / *baseline[round]);
}

Ratio from_logs(const std::vector<double>& logs) {
  const auto exponential = [](const stats::Interval& i) {
    return stats::Interval{std::exp(i.low), std::exp(i.high)};
  };
  return {std::exp(stats::mean(logs)), exponential(*stats::t_interval(logs)),
          exponential(*stats::t_interval(logs, kAaConfidence)), logs.size()};
}

}  // namespace

double Ratio::half_width() const { return (ci95.high - ci95.low) / 2 / std::abs(ratio); }

std::optional<Ratio> time_ratio(RoundTimes arm, RoundTimes baseline) {
  std::vector<double> logs;
  for (std::size_t round = 0; round < std::min(arm.size(), baseline.size()); ++round)
    if (const auto value = log_ratio(arm, baseline, round)) logs.push_back(*value);
  if (logs.size() < kLeastRounds) return std::nullopt;
  return from_logs(logs);
}

std::optional<Ratio> overhead_ratio(RoundTimes arm, RoundTimes baseline, RoundTimes floor) {
  std::vector<double> arm_logs;
  std::vector<double> baseline_logs;
  for (std::size_t round = 0; round < std::min({arm.size(), baseline.size(), floor.size()});
       ++round) {
    const auto x = log_ratio(arm, floor, round);
    const auto y = log_ratio(baseline, floor, round);
    if (!x || !y) continue;
    arm_logs.push_back(*x);
    baseline_logs.push_back(*y);
  }
  if (arm_logs.size() < kLeastRounds) return std::nullopt;
  const Ratio above = from_logs(baseline_logs);
  if (above.ci999.low <= 1) return std::nullopt;
  const double x = std::exp(stats::mean(arm_logs));
  const double y = above.ratio;
  const double quotient = (x - 1) / (y - 1);
  std::vector<double> linearised;
  for (std::size_t i = 0; i < arm_logs.size(); ++i)
    linearised.push_back(quotient + (x * (arm_logs[i] - std::log(x)) -
                                     quotient * y * (baseline_logs[i] - std::log(y))) /
                                        (y - 1));
  return Ratio{quotient, *stats::t_interval(linearised),
               *stats::t_interval(linearised, kAaConfidence), linearised.size()};
}

}  // namespace ratbench::cost
