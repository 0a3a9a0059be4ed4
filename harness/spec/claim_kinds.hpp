// The kinds of claims and the fields each of them takes.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ratbench::spec {

// Bits of ClaimKind::required and ClaimKind::optional.
enum ClaimField : unsigned {
  kArms = 1U << 0U,
  kArm = 1U << 1U,
  kFactor = 1U << 2U,
  kMetric = 1U << 3U,
  kEffect = 1U << 4U,
  kMargin = 1U << 5U,
  kLimit = 1U << 6U,
  kValue = 1U << 7U,
  kTolerance = 1U << 8U,
  kSource = 1U << 9U,
  kAssumedSd = 1U << 10U,
  kPrimary = 1U << 11U,
};

struct ClaimFieldSpec {
  ClaimField field;
  std::string_view key;
  std::string_view meaning;
  // Limits of a number; the lower one is excluded when `open`. Other fields have none.
  double low = 0;
  double high = 0;
  bool open = false;
};

inline constexpr std::array<ClaimFieldSpec, 12> kClaimFields = {{
    {kArms, "arms", "names of arms, in the order of the statement"},
    {kArm, "arm", "name of one arm"},
    {kFactor, "factor", "the factor whose slope is meant"},
    {kMetric, "metric", "what is compared; macro_f1 when not given"},
    {kEffect, "effect", "smallest effect that counts, a fraction of 1; 0 when not given", 0, 1},
    {kMargin, "margin", "largest difference that does not count, a fraction of 1", 0, 1, true},
    {kLimit, "limit", "the ratio must lie below", 0, 1000, true},
    {kValue, "value", "the number stated by the source, a fraction of 1", 0, 1},
    {kTolerance, "tolerance", "largest difference to `value`, a fraction of 1", 0, 1, true},
    {kSource, "source",
     "who states the number, with its table; what is to be reproduced of one source is one family "
     "of "
     "Holm's correction"},
    {kAssumedSd, "assumed_sd",
     "standard deviation of one arm's metric over seeds, assumed by `plan` before any run", 0, 1,
     true},
    {kPrimary, "primary",
     "true: one of the claims that Holm's correction is over; not for a claim on time, nor for "
     "`reproduces`, whose family is its source"},
}};

struct ClaimKind {
  std::string_view name;
  std::string_view meaning;
  unsigned required;
  unsigned optional;
  std::size_t least_arms;
  std::size_t most_arms;
};

inline constexpr unsigned kOfSeeds = kMetric | kSource | kAssumedSd;
inline constexpr unsigned kCommon = kOfSeeds | kPrimary;

inline constexpr std::array<ClaimKind, 9> kClaimKinds = {{
    {"best_of", "the first arm beats the best of the others", kArms, kCommon | kEffect, 3, 100},
    {"cost_ratio",
     "the first arm's time over the second's lies below `limit`; with a third arm both are counted "
     "beyond its time",
     kArms | kLimit, kSource, 2, 3},
    {"difference", "first arm minus second", kArms, kCommon | kEffect, 2, 2},
    {"equivalence", "the arms differ by less than `margin`", kArms | kMargin, kCommon, 2, 2},
    {"interaction", "first - second - third + fourth: both, one, the other, neither", kArms,
     kCommon | kEffect, 4, 4},
    {"non_inferiority", "the first arm is at most `margin` worse", kArms | kMargin, kCommon, 2, 2},
    {"order", "each arm beats the next", kArms, kCommon | kEffect, 2, 100},
    {"reproduces", "the arm's metric equals `value`", kArm | kValue | kTolerance, kOfSeeds, 0, 0},
    {"trend", "the metric rises with the factor", kFactor, kCommon | kEffect, 0, 0},
}};

// What follows the least number of arms in a sentence: "", " or more", " to 3".
inline std::string arms_upwards(const ClaimKind& kind) {
  if (kind.most_arms == kind.least_arms) return "";
  constexpr std::size_t kAnyNumber = 100;
  return kind.most_arms >= kAnyNumber ? " or more" : " to " + std::to_string(kind.most_arms);
}

}  // namespace ratbench::spec
