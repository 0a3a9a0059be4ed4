// One row of v_cost: the time of an arm relative to a baseline, with the conditions under which it
// was measured. Absent numbers were not available; they are never zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ratbench::store {

struct CostRow {
  std::string arm;
  std::string baseline;
  std::string above;  // arm whose time is taken off both; "" for none
  std::optional<double> ratio, ci_low, ci_high;
  std::optional<double> ci999_low, ci999_high;
  std::optional<double> theoretical_ratio;  // of counted passes
  std::optional<double> attacks_ratio;
  std::int64_t blocks = 0;  // rounds that entered
  bool aa = false;          // arm and baseline are identical
  bool usable = true;
  std::string problem;  // why not
  std::string stopped_by;
  std::int64_t block_steps = 0;
  std::int64_t disturbed_blocks = 0;
  std::optional<double> step_s, samples_per_s;
  std::string phase_s_json;  // object; "" when not available
  std::optional<std::int64_t> peak_memory_bytes;
  std::optional<double> energy_j;
  std::string device;
  std::string device_name;
  std::string kernel;
  std::int64_t threads = 1;
  std::string precision;
  std::string optimiser;
  std::string program_version;
  std::string git_revision;
  std::string blocks_json;  // array
  std::string cells_json = "[]";
  std::optional<double> padding_share;
  std::string energy_source;         // or why there is none
  std::optional<std::int64_t> core;  // that the worker was pinned to
  std::string not_pinned;            // why not; "" with a core
  // Over undisturbed blocks: seconds and passes of a step, and the cost model's seconds for them.
  std::optional<double> mean_step_s, forward_passes, backward_passes, model_step_s;
  std::string model_json;  // object; "" without a model
};

// A row as it was stored.
struct StoredCost : CostRow {
  std::string measured_at;  // UTC
};

// How often an experiment's time was measured.
struct CostHistory {
  std::size_t measurements = 0;
  std::string latest_at;  // UTC; "" when there is none
  bool latest_usable = true;
};

// Times are of one place: "cpu (NAME), product routine mkl, 1 thread, fp32, optimiser adamw,
// fused".
std::string measured_on(const CostRow& row);

}  // namespace ratbench::store
