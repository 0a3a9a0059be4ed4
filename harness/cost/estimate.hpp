// Ratios of times from blocks that were measured in rounds: paired by round, so that what slows a
// whole round down cancels. Pure arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "src/stats/agreement.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::cost {

// By round: share of the steps that were attacked less its expectation p_rat, of an arm whose
// attacks are drawn at random; empty where none are. Its mean is known to be 0, so that it serves
// as control variate: estimates are those at share p_rat, without the spread of the draws.
using RoundDraws = std::span<const double>;

// Seconds per step of one arm, one entry per round; absent where its block was disturbed.
using RoundTimes = std::span<const std::optional<double>>;

// What a comparison needs of one arm.
struct ArmRounds {
  RoundTimes times;
  RoundDraws draws = {};
};

// Intervals are those of Student's t over rounds. A measurement has many of them, so that arms are
// called different by the one at 99 %; by the one at 99.9 % identical arms must agree, or the
// measurement cannot be used.
struct Ratio {
  double ratio = 1;
  stats::Interval ci95;
  stats::Interval ci99;
  stats::Interval ci999;
  std::size_t rounds = 0;  // that entered

  // "longer", "shorter" or "no difference shown", by the interval at 99 %.
  const char* found() const;
  bool differs() const { return !ci99.contains(1); }
  // Of two identical arms.
  stats::Agreement agreement() const { return stats::agreement(ratio, ci95, ci999); }
  // Half the 95 % interval as a fraction of the ratio.
  double half_width() const;
};

// Rounds below which no interval is given: with fewer, one odd round decides.
inline constexpr std::size_t kLeastRounds = 5;

// Time of `arm` over time of `baseline`: exp of the mean log ratio over the rounds that have both.
// Where attacks of either are drawn, the quotient of the times at the expected draws: of each the
// intercept of its regression on its own draws, relative to an arm without draws (the other of the
// two, else `reference`) so that the speed of a round cancels. Swapping the arms gives the inverse.
// Absent with fewer than kLeastRounds.
std::optional<Ratio> time_ratio(const ArmRounds& arm, const ArmRounds& baseline,
                                RoundTimes reference = {});

// Time of `times` over time of `baseline`, measured apart from each other: exp of the difference of
// the mean logs with Welch's t interval. `rounds` is the smaller number of values. Absent with
// fewer than 2 of either or when neither varies.
std::optional<Ratio> independent_ratio(RoundTimes times, RoundTimes baseline);

// What `arm` takes beyond `floor`, over what `baseline` takes beyond it: (x - 1) / (y - 1) of the
// ratios x and y of times to the floor's, each at its expected draw, with the interval of its
// linearisation over rounds (delta method). `reference` is used where the floor itself is drawn.
// Absent with fewer than kLeastRounds, and when the baseline does not take longer than the floor by
// its 99.9 % interval: then the quotient says nothing.
std::optional<Ratio> overhead_ratio(const ArmRounds& arm, const ArmRounds& baseline,
                                    const ArmRounds& floor, RoundTimes reference = {});

}  // namespace ratbench::cost
