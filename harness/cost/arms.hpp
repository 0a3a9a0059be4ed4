// What a cost measurement of an experiment times: its distinct configurations, the baseline of
// each, every baseline twice (A/A), and the pairs that its cost_ratio claims are about.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/cost/measurement.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::cost {

struct Arm {
  std::string name;  // of the experiment's arm that means it, else of the first such cell
  specs::Config config;
  protocol::DataFiles data;
  std::size_t baseline = 0;             // index into the arms; itself for a baseline
  bool twin = false;                    // the second copy of its baseline
  std::vector<std::string> cells = {};  // names of the experiment's cells that train alike

  // Probability that a batch is attacked.
  double p_rat() const;
  // Whether it is left to chance which batches are.
  bool drawn() const;
};

// A comparison with the names it is stored under.
struct NamedComparison : Comparison {
  std::string arm_name;
  std::string baseline_name;
  std::string floor_name;  // "" without one
};

struct ArmSet {
  std::vector<Arm> arms;
  std::vector<NamedComparison> comparisons;  // every arm with its baseline, twins, claims
  std::vector<Comparison> plain() const;
};

// Throws SpecError when cost.baseline names nothing, and for a cost_ratio claim whose arm selects
// no configuration or several.
ArmSet make_arms(const spec::Experiment& experiment, const grid::Sweep& sweep);

}  // namespace ratbench::cost
