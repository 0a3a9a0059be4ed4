// Verdicts as a report shows them: plain values that whoever judged the claims hands over.
// Reports do not judge; they say what was judged, by which interval and on which runs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/stats/summary.hpp"

namespace ratbench::reports {

enum class Verdict { kUndecided, kSupported, kRefuted };
// "undecided", "supported", "refuted".
std::string_view verdict_word(Verdict verdict);
// A shape beside the word, so that no reader depends on colour: "▲", "▼", "○".
std::string_view verdict_shape(Verdict verdict);

// The estimate when one test row is dropped in all runs.
struct RowEffect {
  std::size_t row = 0;  // of the test split, from 0
  std::string class_name;
  std::size_t class_rows = 0;  // test rows of that class
  double estimate_without = 0;
  std::string split = {};  // "fold 3" where the rows are of several splits
};

// The error of a family of claims, over all looks together.
inline constexpr double kWholeAlpha = 0.05;

// Differences are fractions of 1, those of cost_ratio are ratios; absent where nothing was
// measured. Claims of several steps show the weakest one.
struct ClaimData {
  std::string name;
  std::string kind;    // as in the experiment file
  std::string metric;  // "" for cost_ratio
  bool primary = false;
  Verdict verdict = Verdict::kUndecided;
  std::string because;  // of an undecided claim: "interval", "few test rows", "not comparable", ...
  std::string reason;
  std::string scope;
  std::string sentence;             // verdict, scope and reason in plain words
  std::string contrast;             // what the numbers are about: "both - abex"
  std::optional<double> threshold;  // the estimate is compared with this; a margin for kinds within
  std::optional<double> estimate;
  std::optional<stats::Interval> ci95;
  std::optional<stats::Interval> ci_adjusted;  // at `alpha`, see `two_one_sided`; it decides
  std::string interval_method;
  std::optional<stats::Interval> bootstrap;  // 95 %; decides nothing
  double family_alpha = kWholeAlpha;         // before the correction; less at one of several looks
  double alpha = kWholeAlpha;                // after the correction
  double ci_error = kWholeAlpha;             // at which `ci_adjusted` stands
  std::optional<double> p, p_adjusted;
  std::size_t seeds = 0;
  std::optional<double> minimum_detectable_effect;
  std::string fragility_dropped;     // "1", "at most 4", "more than 20", "" unknown
  std::string fragility_relabelled;  // the same for rows given another class
  std::vector<std::size_t> fragile_rows;
  std::vector<RowEffect> row_effects;  // largest first, then one per rare class
  std::vector<std::string> notes;
  std::vector<std::string> run_keys;  // the runs that it rests on

  bool is_ratio() const { return kind == "cost_ratio"; }
  // The claim asks for an estimate inside (-threshold, threshold).
  bool is_within() const { return kind == "equivalence" || kind == "reproduces"; }
  // The adjusted interval is the 1 - 2 alpha one: two one-sided tests decide where an estimate lies
  // between the bounds.
  bool two_one_sided() const;
};

// What claims compare, as the experiment file defines it.
struct ArmData {
  std::string name;
  std::string where;  // "augmentation.lambda 20, attack.p_rat 0.5"
};

// "both - abex > +2.0", "rat - at within ±1.0", "rat / at < 0.8": points, ratios as they are; ""
// where nothing was measured.
std::string asked_for(const ClaimData& claim);

// "supported"; "undecided (not comparable)".
std::string verdict_text(const ClaimData& claim);

// "9 claims: 1 supported, 0 refuted, 8 undecided (interval 6, not comparable 2)."
std::string count_verdicts(const std::vector<ClaimData>& claims);

// What the numbers of rows that change a verdict mean.
std::string fragility_meaning(const std::vector<ClaimData>& claims);

// How the intervals were made and which correction the adjusted ones have, in sentences.
std::vector<std::string> claim_methods(const std::vector<ClaimData>& claims);

}  // namespace ratbench::reports
