// What a sweep would do, before it does anything: cells, runs, merged duplicates, done, left, time.
// Cells are streamed, so a plan of a million cells needs little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/planned_claims.hpp"
#include "harness/spec/experiment.hpp"
#include "src/specs/config.hpp"

namespace ratbench::plan {

struct PlanInputs {
  // Split -> content hash for a configuration's data.* and encoder.*; called once per distinct
  // combination of them.
  std::function<std::map<std::string, std::string>(const specs::Config&)> data_sha256;
  // True for the key of a run that the store holds finished (done or diverged). May be empty.
  std::function<bool(const std::string&)> is_done;
  // Mean seconds of stored runs of the same data, if there are any; and how many run at once.
  std::optional<double> mean_run_s;
  int jobs = 1;
  std::size_t listed_cells = 1000;  // at most so many cells are listed by name
};

struct PlannedCell {
  std::size_t index = 0;
  std::string name;
  std::size_t same_as = 0;  // the first cell with the same computation; `index` itself if first
  std::size_t done = 0;     // its runs that the store holds
};

struct Plan {
  std::string experiment;
  std::string title;
  std::size_t cells = 0;
  std::size_t seeds = 0;
  std::size_t runs = 0;           // cells x seeds
  std::size_t distinct_runs = 0;  // after merging equal computations
  std::size_t merged_runs = 0;    // runs - distinct_runs
  std::size_t done = 0;           // of the distinct runs
  std::size_t left = 0;
  std::optional<double> expected_s;  // wall clock for what is left; empty: unknown
  std::vector<PlannedCell> listed;
  std::vector<PlannedLook> looks;    // empty without looks
  std::vector<PlannedClaim> claims;  // filled by who can judge them
  std::vector<std::string> notes;    // one sentence each
};

Plan make_plan(const spec::Experiment& experiment, const PlanInputs& inputs);

// For people: a short table with a final line feed.
std::string to_text(const Plan& plan);
// One JSON document.
std::string to_json(const Plan& plan);

}  // namespace ratbench::plan
