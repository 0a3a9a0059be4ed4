// What `ratbench cost` measured, as a report shows it: the latest measurement of the experiment on
// each device. Plain values, filled from the store (`load_cost.hpp`).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "src/stats/agreement.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::reports {

// One ratio of a measurement and what was found of its first arm. Numbers that the machine did not
// tell are absent.
struct CostLine {
  std::string arm;
  std::string baseline;
  std::string above;               // arm whose time is taken off both; "" for none
  bool is_aa = false;              // a baseline's second copy over the first
  std::vector<std::string> cells;  // names of the cells that the arm trains
  std::optional<double> ratio;
  std::optional<stats::Interval> ci95;
  std::optional<stats::Interval> ci999;  // A/A is judged by this one
  std::optional<double> theoretical_ratio, attacks_ratio;
  std::size_t rounds = 0;
  std::size_t disturbed_blocks = 0;
  std::optional<double> step_s, samples_per_s;
  std::map<std::string, double> phase_s;  // seconds of a step; empty where not available
  std::optional<double> peak_memory_bytes, padding_share, energy_j;
  // Over undisturbed blocks: mean, counted passes, and the cost model's seconds for them.
  std::optional<double> mean_step_s, forward_passes, backward_passes, model_step_s;
  std::string model;  // formula of the cost model of all arms with this baseline; "" without one

  // The baseline itself, without a ratio. Databases of earlier versions have none.
  bool is_baseline() const { return arm == baseline && !is_aa; }
  // Of identical arms; absent of other lines and where an interval is.
  std::optional<stats::Agreement> agreement() const {
    if (!is_aa || !ratio || !ci95 || !ci999) return std::nullopt;
    return stats::agreement(*ratio, *ci95, *ci999);
  }
};

struct CostMeasurement {
  std::string device;  // store::measured_on
  std::string measured_at;
  std::string problem;        // why it is unusable; "" when it is usable
  std::string stopped_by;     // half_width, max_s
  std::string energy_source;  // or why there is none; "" unknown
  std::string pinning;        // "on core 3", "not pinned: ..."; "" unknown
  // Runnable tasks of the machine over a minute, the measurement's own among them, at its busiest.
  std::optional<double> largest_load;
  std::vector<CostLine> lines;
};

// Seconds of a cell's training step, by a usable measurement: its ratio to its baseline times the
// baseline's median step, the interval that of the ratio.
struct MeasuredTime {
  double step_s = 0;
  std::optional<stats::Interval> ci95;  // absent for the baseline itself, 1 by definition
  std::string baseline = "";            // the arm that the ratio is to
};

}  // namespace ratbench::reports
