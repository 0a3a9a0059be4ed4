// From evidence to an outcome: intervals of all steps, the rule of rare classes, fragility.
// Between the reading of the database and the wording of verdicts; internal to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/claims/evidence.hpp"
#include "harness/claims/question.hpp"
#include "src/stats/fragility.hpp"

namespace ratbench::claims {

// kNone: the intervals that endless seeds would leave, with the estimates where they are.
enum class SeedNoise { kCounted, kNone };

struct Assessment {
  Question question;
  Evidence evidence;
  std::vector<Measured> steps;  // of all rows; empty when nothing can be said
  std::string nothing;          // why; empty when `steps` are there
  std::optional<double> p;
  std::size_t weakest = 0;  // the step that the verdict shows
  SeedNoise seed_noise = SeedNoise::kCounted;
};

Assessment assess(Question question, Evidence evidence,
                  SeedNoise seed_noise = SeedNoise::kCounted);

struct Judged {
  Outcome outcome = Outcome::kUndecided;
  std::string reason;
  std::string fragility_rows;
  std::vector<std::size_t> fragile_rows;
};

// The decision at `alpha`; `assessment.steps` not empty (CHECKed).
Judged judge(const Assessment& assessment, double alpha);

// "+3.1": a fraction of 1 in points.
std::string points(double fraction);
// "-0.5 to +3.1 points".
std::string points(const stats::Interval& interval);

}  // namespace ratbench::claims
