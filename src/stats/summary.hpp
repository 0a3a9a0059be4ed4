// Location and spread of a sample of scores, one value per seed or run.
// What cannot be known from the sample (spread of a single value) is absent, never zero.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace ratbench::stats {

// A closed interval; low <= high.
struct Interval {
  double low = 0;
  double high = 0;
  bool contains(double value) const { return low <= value && value <= high; }
  bool operator==(const Interval&) const = default;
};

// The part of an interval within `range`; its nearer end where they do not meet. An interval of few
// degrees of freedom may reach beyond the values that a score can have, which says nothing more.
Interval clipped(const Interval& interval, const Interval& range);

struct Summary {
  std::size_t n = 0;
  std::optional<double> mean;    // absent when n = 0
  std::optional<double> sd;      // divisor n - 1; absent when n < 2
  std::optional<Interval> t95;   // mean -+ t_{n-1, 0.975} sd / sqrt(n); absent when n < 2
  std::optional<double> median;  // absent when n = 0
  std::optional<double> iqm;     // absent when n = 0
};

// Mean of finite numbers; n > 0 (CHECKed).
double mean(std::span<const double> values);

// Sum of squared deviations over n - 1. n > 1 (CHECKed).
double variance(std::span<const double> values);

// Middle value, or the mean of the two middle ones; n > 0 (CHECKed).
double median(std::span<const double> values);

// Interquartile mean: floor(n / 4) values dropped at either end, mean of the rest (the convention
// of Agarwal et al., "Deep RL at the edge of the statistical precipice", without fractional
// weights). n > 0 (CHECKed).
double interquartile_mean(std::span<const double> values);

// Quantile with linear interpolation at position (n - 1) q between order statistics; q in [0, 1],
// n > 0 (CHECKed).
double percentile(std::span<const double> values, double q);

// Student's t interval of the mean at `confidence` in (0, 1). Absent when n < 2.
std::optional<Interval> t_interval(std::span<const double> values, double confidence = 0.95);

Summary summarise(std::span<const double> values);

}  // namespace ratbench::stats
