// From evidence to an outcome: intervals of all steps, the rule of rare classes, fragility.
// Between the reading of the database and the wording of verdicts; internal to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/claims/evidence.hpp"
#include "harness/claims/measure.hpp"
#include "harness/claims/question.hpp"
#include "harness/claims/verdict.hpp"
#include "src/stats/fragility.hpp"

namespace ratbench::claims {

struct Assessment {
  Question question;
  Evidence evidence;
  std::vector<Measured> steps;  // of all rows; empty when nothing can be decided
  std::string nothing;          // why; empty when `steps` are there
  std::optional<double> p;
  std::size_t weakest = 0;  // the step that the verdict shows
  // Of the weakest step where it varies neither over seeds nor over rows; there are no `steps`.
  std::optional<double> unvaried_estimate;
  SeedNoise seed_noise = SeedNoise::kCounted;
};

Assessment assess(Question question, Evidence evidence, SeedNoise seed_noise = SeedNoise::kCounted);

struct Judged {
  Outcome outcome = Outcome::kUndecided;
  Because because = Because::kDecided;
  std::string reason;
  std::string fragility_rows;
  std::string fragility_relabelled;
  std::vector<std::size_t> fragile_rows;
  std::vector<RareClass> rare_classes;
};

// The decision at `alpha`; `assessment.steps` not empty (CHECKed).
Judged judge(const Assessment& assessment, double alpha);

// The outcome; undecided when a step has no spread.
Outcome decide_or_not(const Criterion& criterion, const std::vector<Measured>& steps, double alpha);

// "+3.1", "0.0": a fraction of 1 in points, with more digits where on which side of 0 or of
// ±`bound` it lies would be lost in rounding.
std::string points(double fraction, double bound = 0);
// "-0.5 to +3.1 points".
std::string points(const stats::Interval& interval, double bound = 0);

}  // namespace ratbench::claims
