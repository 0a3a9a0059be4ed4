// What the ratio of two identical things says of the measurement that found it (A/A test).
#pragma once

#include <cmath>

#include "src/stats/summary.hpp"

namespace ratbench::stats {

enum class Agreement {
  kAgree,
  kDiffer,    // although they are the same: something else was measured as well
  kTooNoisy,  // they agree, but by an interval that tells nearly nothing apart
};

inline const char* text_of(Agreement agreement) {
  if (agreement == Agreement::kAgree) return "agrees";
  return agreement == Agreement::kDiffer ? "differs" : "too noisy";
}

// Half an interval as a fraction of the ratio that it belongs to, which is not 0.
inline double relative_half_width(double ratio, const Interval& interval) {
  return (interval.high - interval.low) / 2 / std::abs(ratio);
}

// Relative half width of the 95 % interval of identical arms beyond which a measurement is too
// noisy.
inline constexpr double kMostAaHalfWidth = 0.2;

// Of identical arms by the intervals of their ratio, which is not 0, at 95 and 99.9 %. The wider
// one judges, because one in twenty such comparisons misses 1 at 95 %.
inline Agreement agreement(double ratio, const Interval& ci95, const Interval& ci999) {
  if (!ci999.contains(1)) return Agreement::kDiffer;
  const bool too_noisy = relative_half_width(ratio, ci95) > kMostAaHalfWidth;
  return too_noisy ? Agreement::kTooNoisy : Agreement::kAgree;
}

}  // namespace ratbench::stats
