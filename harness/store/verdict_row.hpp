// One row of v_claim: the verdict on one claim of an experiment.
// Numbers are fractions of 1, absent where nothing was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ratbench::store {

struct VerdictRow {
  std::string claim;
  std::string verdict;  // supported, refuted, undecided
  std::string reason;
  std::string scope;
  std::optional<double> estimate, ci_low, ci_high, ci_low_adjusted, ci_high_adjusted;
  std::optional<double> alpha, p, p_adjusted;
  std::int64_t seeds = 0;
  std::optional<double> minimum_detectable_effect;
  std::string fragility_rows;  // "1", "at most 4", "more than 20", or empty
};

}  // namespace ratbench::store
