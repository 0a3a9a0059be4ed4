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
constexpr double kDiffers = 0.99;
constexpr double kAa = 0.999;

struct Location {
  double value = 0;
  stats::Interval ci95, ci99, ci999;
};

bool vary(const std::vector<double>& draws) {
  return std::adjacent_find(draws.begin(), draws.end(), std::not_equal_to<>()) != draws.end();
}

// Around `value`, with Student's t intervals of that standard error.
Location located(double value, double se, double degrees) {
  const auto interval = [&](double confidence) {
    const double half = stats::t_quantile((1 + confidence) / 2, degrees) * se;
    return stats::Interval{value - half, value + half};
  };
  return {value, interval(k95), interval(kDiffers), interval(kAa)};
}

// Mean of `values` with Student's t intervals.
Location locate(const std::vector<double>& values) {
  return {stats::mean(values), *stats::t_interval(values), *stats::t_interval(values, kDiffers),
          *stats::t_interval(values, kAa)};
}

Ratio exponential(const Location& log, std::size_t rounds) {
  const auto exp_of = [](const stats::Interval& i) {
    return stats::Interval{std::exp(i.low), std::exp(i.high)};
  };
  return {std::exp(log.value), exp_of(log.ci95), exp_of(log.ci99), exp_of(log.ci999), rounds};
}

// The rounds in which every time that a comparison needs is there.
struct CommonRounds {
  std::vector<std::vector<double>> times_s;  // by part
  std::vector<std::vector<double>> draws;    // by part; empty where nothing is drawn
  std::size_t count = 0;
};

CommonRounds common_rounds(const std::vector<ArmRounds>& parts) {
  CommonRounds out;
  out.times_s.resize(parts.size());
  out.draws.resize(parts.size());
  std::size_t rounds = parts.front().times.size();
  for (const ArmRounds& part : parts) rounds = std::min(rounds, part.times.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    if (!std::all_of(parts.begin(), parts.end(),
                     [&](const ArmRounds& part) { return part.times[round].has_value(); }))
      continue;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      RB_CHECK(*parts[i].times[round] > 0);
      out.times_s[i].push_back(*parts[i].times[round]);
      if (!parts[i].draws.empty()) out.draws[i].push_back(parts[i].draws[round]);
    }
    ++out.count;
  }
  return out;
}

// An estimate and what each round contributes to its error, to first order: the sum of their
// squares is its variance (White, Econometrica 48, 1980), also of sums of several estimates.
struct Level {
  double value = 0;
  std::vector<double> influence;
};

// Time over that of a reference at the expected draw: the quotients by round are weighted with the
// reference's time, so that their mean is the quotient of summed times (a mean of quotients would
// rise with the noise of the reference); with draws that vary the intercept of the weighted least
// squares line on them. Every attack adds the same, so the line is straight.
Level level_of(const std::vector<double>& times_s, const std::vector<double>& draws,
               const std::vector<double>& reference_s) {
  const double total_s = std::accumulate(reference_s.begin(), reference_s.end(), 0.0);
  const bool regress = vary(draws);
  const auto weighted_mean = [&](const auto& value_at) {
    double sum = 0;
    for (std::size_t i = 0; i < times_s.size(); ++i) sum += reference_s[i] * value_at(i);
    return sum / total_s;
  };
  const auto ratio = [&](std::size_t i) { return times_s[i] / reference_s[i]; };
  const auto draw = [&](std::size_t i) { return regress ? draws[i] : 0; };
  const double middle = weighted_mean(ratio);
  const double centre = weighted_mean(draw);
  const double square = weighted_mean([&](std::size_t i) { return std::pow(draw(i) - centre, 2); });
  const double product =
      weighted_mean([&](std::size_t i) { return (draw(i) - centre) * (ratio(i) - middle); });
  const double slope = regress ? product / square : 0;
  Level out;
  out.value = middle - slope * centre;
  for (std::size_t i = 0; i < times_s.size(); ++i) {
    const double leverage = 1 - (regress ? centre * (draw(i) - centre) / square : 0);
    const double residual = ratio(i) - out.value - slope * draw(i);
    out.influence.push_back(reference_s[i] / total_s * residual * leverage);
  }
  return out;
}

// Standard error of an estimate from its influences, with n / (n - parameters).
double standard_error(const std::vector<double>& influence, double parameters) {
  const auto n = static_cast<double>(influence.size());
  const double squares =
      std::inner_product(influence.begin(), influence.end(), influence.begin(), 0.0);
  return std::sqrt(squares * n / (n - parameters));
}

// x / y; the interval is one of the logarithm, so that it stays above 0.
std::optional<Ratio> quotient(const Level& x, const Level& y, double parameters) {
  if (x.value <= 0 || y.value <= 0) return std::nullopt;
  std::vector<double> influence;
  for (std::size_t i = 0; i < x.influence.size(); ++i)
    influence.push_back(x.influence[i] / x.value - y.influence[i] / y.value);
  const auto n = static_cast<double>(influence.size());
  return exponential(
      located(std::log(x.value / y.value), standard_error(influence, parameters), n - parameters),
      influence.size());
}

// Parameters of a fitted level: its value, and the slope where something is drawn.
double parameters_of(bool drawn) { return drawn ? 2 : 1; }

}  // namespace

const char* Ratio::found() const {
  if (!differs()) return "no difference shown";
  return ratio > 1 ? "longer" : "shorter";
}

double Ratio::half_width() const { return stats::relative_half_width(ratio, ci95); }

std::optional<Ratio> time_ratio(const ArmRounds& arm, const ArmRounds& baseline,
                                RoundTimes reference) {
  std::vector<ArmRounds> parts = {arm, baseline};
  if (!reference.empty()) parts.push_back({reference, {}});
  const CommonRounds rounds = common_rounds(parts);
  if (rounds.count < kLeastRounds) return std::nullopt;
  const std::vector<double>& arm_s = rounds.times_s[0];
  const std::vector<double>& baseline_s = rounds.times_s[1];
  const bool arm_drawn = vary(rounds.draws[0]);
  const bool baseline_drawn = vary(rounds.draws[1]);
  if (!arm_drawn && !baseline_drawn) {
    std::vector<double> logs;
    for (std::size_t i = 0; i < rounds.count; ++i)
      logs.push_back(std::log(arm_s[i] / baseline_s[i]));
    return exponential(locate(logs), logs.size());
  }
  const std::vector<double> ones(rounds.count, 1.0);
  const std::vector<double>& compared_with = !baseline_drawn      ? baseline_s
                                             : !arm_drawn         ? arm_s
                                             : !reference.empty() ? rounds.times_s[2]
                                                                  : ones;
  return quotient(level_of(arm_s, rounds.draws[0], compared_with),
                  level_of(baseline_s, rounds.draws[1], compared_with), parameters_of(true));
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
  return exponential(located(stats::mean(a) - stats::mean(b), std::sqrt(var), degrees),
                     std::min(a.size(), b.size()));
}

std::optional<Ratio> overhead_ratio(const ArmRounds& arm, const ArmRounds& baseline,
                                    const ArmRounds& floor, RoundTimes reference) {
  std::vector<ArmRounds> parts = {arm, baseline, floor};
  if (!reference.empty()) parts.push_back({reference, {}});
  const CommonRounds rounds = common_rounds(parts);
  if (rounds.count < kLeastRounds) return std::nullopt;
  const bool drawn = std::any_of(rounds.draws.begin(), rounds.draws.end(), vary);
  const std::vector<double> ones(rounds.count, 1.0);
  const std::vector<double>& compared_with = !vary(rounds.draws[2]) ? rounds.times_s[2]
                                             : !reference.empty()   ? rounds.times_s[3]
                                                                    : ones;
  const auto level = [&](std::size_t part) {
    return level_of(rounds.times_s[part], rounds.draws[part], compared_with);
  };
  const Level x = level(0);
  const Level y = level(1);
  const Level f = level(2);
  const double parameters = parameters_of(drawn);
  const std::optional<Ratio> above = quotient(y, f, parameters);
  if (!above || above->ci999.low <= 1) return std::nullopt;
  const double share = (x.value - f.value) / (y.value - f.value);
  std::vector<double> influence;
  for (std::size_t i = 0; i < rounds.count; ++i)
    influence.push_back(
        ((x.influence[i] - f.influence[i]) - share * (y.influence[i] - f.influence[i])) /
        (y.value - f.value));
  const Location at = located(share, standard_error(influence, parameters),
                              static_cast<double>(rounds.count) - parameters);
  return Ratio{share, at.ci95, at.ci99, at.ci999, rounds.count};
}

}  // namespace ratbench::cost
