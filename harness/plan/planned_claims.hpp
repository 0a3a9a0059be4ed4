// The part of a plan that is about claims: what the planned seeds can show, look by look.
// Plain rows; who fills them knows the statistics.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ratbench::plan {

// Fractions of 1; absent where nothing is known.
struct PlannedClaim {
  std::string claim;
  std::string kind;
  std::string metric;
  bool within = false;                   // equivalence and reproduces: `bound` is a margin
  double bound = 0;                      // the claim is about values beyond it
  std::size_t seeds = 0;                 // at the last look
  double alpha = 0;                      // after Holm at its worst
  std::optional<double> effect;          // detectable at `seeds` with power 0.8
  std::optional<double> first_effect;    // the same at the first look; absent without looks
  std::optional<double> endless_effect;  // with any number of seeds
  std::string source;
  std::string basis;
};

struct PlannedLook {
  std::size_t seeds = 0;
  double alpha = 0;
  std::size_t runs = 0;              // distinct, all looks up to this one
  std::optional<double> expected_s;  // for those of them that are not stored
};

// For people; "" without claims.
std::string claims_text(const std::vector<PlannedClaim>& claims);
// "by looks: ...", one line each; "" without looks.
std::string looks_text(const std::vector<PlannedLook>& looks);
// JSON lists.
std::string claims_json(const std::vector<PlannedClaim>& claims);
std::string looks_json(const std::vector<PlannedLook>& looks);

// "45 s", "12 min", "3.1 h".
std::string duration(double seconds);

}  // namespace ratbench::plan
