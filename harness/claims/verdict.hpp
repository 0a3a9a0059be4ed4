// Verdicts of an experiment's claims: is each supported, refuted or undecided, how sure, on how few
// test rows it rests, and within which scope.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/claims/row_effects.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "src/base/error.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::claims {

inline constexpr double kAlpha = 0.05;

// Why a verdict is undecided; kDecided for the others.
enum class Because {
  kDecided,
  kNotMeasured,    // nothing to judge: too few seeds, no runs, no measurement
  kZeroVariance,   // an estimate that no seed and no row varies: there is no interval
  kRuns,           // runs are missing, or they were chosen or made in a way that forbids a verdict
  kInterval,       // the interval lies on both sides of what is asked
  kFewRows,        // the verdict would rest on too few test rows
  kNotComparable,  // a paper's number of other data or another encoder
  kTestSplit       // no number of seeds decides it with these test rows
};
// "", "not measured", "zero variance", "runs", "interval", "few test rows", "not comparable", "test
// split".
std::string_view to_text(Because because);

// A class with few test rows, and what the verdict does not survive about it.
struct RareClass {
  std::string name;
  std::size_t rows = 0;           // test rows
  std::vector<std::string> lost;  // "with the class left out", ...; empty when the verdict holds
};

// Numbers are fractions of 1 (ratios for cost_ratio); absent where nothing was measured, never NaN.
// Claims of several steps show the weakest one, or the first that does not vary.
struct Verdict {
  std::string claim;
  std::string kind;
  std::string metric;
  bool primary = false;
  Outcome outcome = Outcome::kUndecided;
  Because because = Because::kNotMeasured;
  std::string reason;                // why this outcome
  std::string place;                 // data, features, model, seeds
  std::vector<std::string> caveats;  // what limits the answer there: unequal training, ...
  std::string scope;                 // both
  std::string sentence;              // all of it in plain words
  std::string step;                  // the contrast that the numbers are about
  std::optional<double> bound;       // the estimate is compared with this
  std::optional<double> estimate;
  std::optional<stats::Interval> ci;           // 95 %, within what the estimate can be
  std::optional<stats::Interval> ci_adjusted;  // at ci_error; it decides
  double ci_error = kAlpha;                    // alpha, or 2 alpha of two one-sided tests
  std::string interval_method;
  std::optional<stats::Interval> bootstrap;  // 95 %, two levels; decides nothing
  double family_alpha = kAlpha;              // before it; less than kAlpha at one of several looks
  double alpha = kAlpha;                     // after Holm's correction
  std::optional<double> p, p_adjusted;
  std::size_t seeds = 0;
  std::optional<double> minimum_detectable_effect;  // power 0.8 at alpha
  std::string fragility_rows;             // "1", "at most 4", "more than 1", "20 tried do not", ""
  std::string fragility_relabelled;       // the same for rows given another class
  std::vector<std::size_t> fragile_rows;  // dropped rows; indices of the test split
  std::vector<RareClass> rare_classes;
  std::vector<std::string> notes;      // about how runs, seeds or epochs were chosen
  std::vector<RowEffect> row_effects;  // on the estimate shown, largest first
  std::vector<std::string> run_keys;   // the runs it rests on
};

// Claims with the same name share Holm's correction: the primary ones, and the numbers of one
// source (the table of a paper) that are to be reproduced; "" for a claim that is not corrected.
std::string family_of(const spec::Claim& claim);

// One verdict per claim, in file order; of an experiment with looks at the look reached. Throws
// SpecError for claims that cannot be asked.
std::vector<Verdict> judge_claims(const store::Reader& reader, const spec::Experiment& experiment);

// The same over all of `experiment.seeds`, with the error `alpha` in (0, 1) for each family.
std::vector<Verdict> judge_claims_at(const store::Reader& reader,
                                     const spec::Experiment& experiment, double alpha);

// "12 claims: 1 supported, 0 refuted, 11 undecided (interval 9, few test rows 1, not comparable
// 1)."
std::string count_in_words(std::span<const Verdict> verdicts);

// Refuted wins over undecided wins over success.
ExitStatus exit_status(std::span<const Verdict> verdicts);

}  // namespace ratbench::claims
