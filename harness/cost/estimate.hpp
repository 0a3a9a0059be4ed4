// Ratios of times from blocks that were measured in rounds: paired by round, so that what slows a
// whole round down cancels. Pure arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "src/stats/summary.hpp"

namespace ratbench::cost {

// By round: share of the steps that were attacked less its expectation p_rat, of an arm whose
// attacks are drawn at random; empty where none are. Its mean is known to be 0, so that it serves
// as control variate: estimates are those at share p_rat, without the spread of the draws.
using RoundDraws = std::span<const double>;

// Seconds per step of one arm, one entry per round; absent where its block was disturbed.
using RoundTimes = std::span<const std::optional<double>>;

// Intervals are those of Student's t over rounds; identical arms are judged by the one at 99.9 %.
struct Ratio {
  double ratio = 1;
  stats::Interval ci95;
  stats::Interval ci999;
  std::size_t rounds = 0;  // that entered

  // Half the 95 % interval as a fraction of the ratio.
  double half_width() const;
};

// Rounds below which no interval is given: with fewer, one odd round decides.
inline constexpr std::size_t kLeastRounds = 5;

// Time of `arm` over time of `baseline`: exp of the mean log ratio over the rounds that have both.
// With `draws`, which are those of `arm`, the intercept of the ratio's regression on them, weighted
// with the baseline's time. Absent with fewer than kLeastRounds.
std::optional<Ratio> time_ratio(RoundTimes arm, RoundTimes baseline, RoundDraws draws = {});

// Time of `times` over time of `baseline`, measured apart from each other: exp of the difference of
// the mean logs with Welch's t interval. `rounds` is the smaller number of values. Absent with
// fewer than 2 of either or when neither varies.
std::optional<Ratio> independent_ratio(RoundTimes times, RoundTimes baseline);

// What `arm` takes beyond `floor`, over what `baseline` takes beyond it: (x - 1) / (y - 1) of the
// ratios x and y of summed times to the floor's (at share p_rat, where either is drawn), with the
// interval of its linearisation over rounds (delta method). Absent with fewer than kLeastRounds,
// and when the baseline does not take longer than the floor by its 99.9 % interval: then the
// quotient says nothing.
std::optional<Ratio> overhead_ratio(RoundTimes arm, RoundTimes baseline, RoundTimes floor,
                                    RoundDraws draws = {});

}  // namespace ratbench::cost
