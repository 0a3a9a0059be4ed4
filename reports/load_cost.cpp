#include "reports/load_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/json.hpp"

namespace ratbench::reports {
namespace {

using nlohmann::json;
// The stored text; null where it is empty or no JSON.
json document(const std::string& text) { return json_or_discarded(text); }

CostLine line_of(const store::StoredCost& row) {
  CostLine line;
  line.arm = row.arm;
  line.baseline = row.baseline;
  line.above = row.above;
  line.is_aa = row.aa;
  if (const json cells = document(row.cells_json); cells.is_array())
    for (const json& name : cells) line.cells.push_back(name.get<std::string>());
  line.ratio = row.ratio;
  if (row.ci_low && row.ci_high) line.ci95 = stats::Interval{*row.ci_low, *row.ci_high};
  if (row.ci999_low && row.ci999_high)
    line.ci999 = stats::Interval{*row.ci999_low, *row.ci999_high};
  line.theoretical_ratio = row.theoretical_ratio;
  line.attacks_ratio = row.attacks_ratio;
  line.rounds = static_cast<std::size_t>(row.blocks);
  line.disturbed_blocks = static_cast<std::size_t>(row.disturbed_blocks);
  line.step_s = row.step_s;
  line.samples_per_s = row.samples_per_s;
  if (const json phases = document(row.phase_s_json); phases.is_object())
    for (const auto& [phase, phase_s] : phases.items()) line.phase_s[phase] = phase_s.get<double>();
  line.peak_memory_bytes = row.peak_memory_bytes;
  line.padding_share = row.padding_share;
  line.energy_j = row.energy_j;
  line.mean_step_s = row.mean_step_s;
  line.forward_passes = row.forward_passes;
  line.backward_passes = row.backward_passes;
  line.model_step_s = row.model_step_s;
  if (const json model = document(row.model_json); model.is_object())
    line.model = model.value("formula", "");
  return line;
}

std::string pinning_of(const store::StoredCost& row) {
  if (row.core) return fmt::format("on core {}", *row.core);
  return row.not_pinned.empty() ? "" : "not pinned: " + row.not_pinned;
}

void add_load(const store::StoredCost& row, CostMeasurement& measurement) {
  const json blocks = document(row.blocks_json);
  if (!blocks.is_array()) return;
  for (const json& block : blocks) {
    if (!block.is_object() || !block.contains("load") || !block["load"].is_number()) continue;
    measurement.largest_load =
        std::max(measurement.largest_load.value_or(0), block["load"].get<double>());
  }
}

// By device; a later measurement of the same device replaces an earlier one.
std::map<std::string, CostMeasurement> latest_measurements(const store::Reader& reader,
                                                           const std::string& experiment) {
  std::map<std::string, CostMeasurement> latest;
  for (const store::StoredCost& row : reader.costs(experiment)) {
    const std::string device = store::measured_on(row);
    CostMeasurement& kept = latest[device];
    if (row.measured_at > kept.measured_at) {
      kept = CostMeasurement();
      kept.device = device;
      kept.measured_at = row.measured_at;
      if (!row.usable) kept.problem = row.problem;
      kept.stopped_by = row.stopped_by;
      kept.energy_source = row.energy_source;
      kept.pinning = pinning_of(row);
    }
    add_load(row, kept);
    kept.lines.push_back(line_of(row));
  }
  return latest;
}

// Median step of every baseline: of its own line, else of its second copy.
std::map<std::string, double> baseline_steps(const CostMeasurement& measurement) {
  std::map<std::string, double> steps;
  for (const CostLine& line : measurement.lines)
    if (line.is_aa && line.step_s) steps[line.baseline] = *line.step_s;
  for (const CostLine& line : measurement.lines)
    if (line.is_baseline() && line.step_s) steps[line.baseline] = *line.step_s;
  return steps;
}

// Ratios to other arms than baselines are those that claims ask for.
std::map<std::string, MeasuredTime> times_by_cell(const CostMeasurement& measurement) {
  std::map<std::string, MeasuredTime> times;
  const std::map<std::string, double> steps = baseline_steps(measurement);
  for (const CostLine& line : measurement.lines) {
    const auto step = steps.find(line.baseline);
    if (step == steps.end()) continue;
    MeasuredTime time{step->second, std::nullopt, line.baseline};
    if (!line.is_aa && !line.is_baseline()) {
      if (!line.above.empty() || !line.ratio) continue;
      time.step_s *= *line.ratio;
      if (line.ci95) time.ci95 = {step->second * line.ci95->low, step->second * line.ci95->high};
    }
    for (const std::string& cell : line.cells) times[cell] = time;
  }
  return times;
}

}  // namespace

void add_costs(const store::Reader& reader, const std::vector<store::CellRow>& rows,
               ReportData& data) {
  for (auto& [device, measurement] : latest_measurements(reader, data.experiment))
    data.costs.push_back(std::move(measurement));
  std::stable_sort(data.costs.begin(), data.costs.end(),
                   [](const CostMeasurement& a, const CostMeasurement& b) {
                     if (a.problem.empty() != b.problem.empty()) return a.problem.empty();
                     return a.measured_at > b.measured_at;
                   });
  if (data.costs.empty() || !data.costs.front().problem.empty()) return;
  const auto times = times_by_cell(data.costs.front());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const auto found = times.find(rows[i].name); found != times.end())
      data.cells[i].measured_time = found->second;
}

}  // namespace ratbench::reports
