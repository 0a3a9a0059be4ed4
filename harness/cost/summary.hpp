// What a measurement says of each arm and each comparison, ready to be shown and stored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/cost/arms.hpp"
#include "harness/cost/cost_model.hpp"
#include "harness/cost/measurement.hpp"

namespace ratbench::cost {

struct ArmSummary {
  std::optional<double> step_s;  // median over undisturbed blocks, at the expected share
  std::optional<double> samples_per_s;
  // Counted, and where attacks are drawn at random scaled to the expected share p_rat.
  // Absent where no step was run, or none was attacked of an arm whose attacks are drawn.
  std::optional<double> passes_per_step;  // forward and backward, in batch equivalents
  std::optional<double> attacked_share;   // of all steps
  std::size_t blocks = 0;                 // undisturbed
  std::size_t disturbed = 0;              // blocks, repeated or left out
  // Seconds of a step at the expected share of attacks; empty where not available or disturbed.
  std::map<std::string, double> phase_step_s;
  std::optional<std::int64_t> peak_memory_bytes;  // of its own tensors
  std::optional<double> padding_share;            // of all tokens; absent where inputs have none
  std::optional<double> energy_j;                 // of a step; absent where not available
  // Of undisturbed blocks as they were, without scaling: what the cost model is fitted to.
  ModelArm counted;
};

struct ComparisonSummary {
  std::optional<Ratio> ratio;  // absent with too few undisturbed rounds
  std::optional<double> theoretical_ratio;
  std::optional<double> attacks_ratio;
};

struct Summary {
  std::vector<ArmSummary> arms;                // by arm
  std::vector<ComparisonSummary> comparisons;  // by comparison
  std::map<std::size_t, CostModel> models;     // by baseline, whose arms it is fitted to
  // Why the measurement cannot be used; empty when it can.
  std::string problem;
};

// Identical arms must agree by their 99.9 % interval, and every comparison needs kLeastRounds
// undisturbed rounds; a quotient of overheads without a denominator is no problem of the
// measurement.
Summary summarise(const Measurement& measurement, const ArmSet& set);

}  // namespace ratbench::cost
