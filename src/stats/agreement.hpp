// What the ratio of two identical things says of the measurement that found it (A/A test).
#pragma once

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

// Half the 95 % interval of identical arms, as a fraction of their ratio, beyond which a
// measurement is too noisy.
inline constexpr double kMostAaHalfWidth = 0.2;

// Of identical arms by the intervals of their ratio, which is not 0, at 95 and 99.9 %. The wider
// one judges, because one in twenty such comparisons misses 1 at 95 %.
inline Agreement agreement(double ratio, const Interval& ci95, const Interval& ci999) {
  if (!ci999.contains(1)) return Agreement::kDiffer;
  const bool too_noisy = (ci95.high - ci95.low) / 2 > kMostAaHalfWidth * ratio;
  return too_noisy ? Agreement::kTooNoisy : Agreement::kAgree;
}

}  // namespace ratbench::stats
