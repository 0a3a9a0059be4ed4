// One row of v_claim: the verdict on one claim of an experiment.
// Numbers are fractions of 1, absent where nothing was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  std::string fragility_rows;  // "1", "at most 4", "20 tried do not", or empty
  std::string kind;
  std::string metric;    // empty for cost_ratio
  std::string contrast;  // "both - abex"; the step that the numbers are about
  std::optional<double> bound;
  bool primary = false;
  std::string sentence;
  std::string interval_method;
  std::optional<double> bootstrap_low, bootstrap_high;
  std::string fragility_relabelled;   // as fragility_rows
  std::string fragile_rows_json;      // array of rows of the test split
  std::string rare_classes_json;      // array of {class, rows, lost}
  std::string notes_json;             // array of warnings
  std::vector<std::string> run_keys;  // of this database
};

}  // namespace ratbench::store
