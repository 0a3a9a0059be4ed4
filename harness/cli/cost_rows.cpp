#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/cli/cost_output.hpp"
#include "src/base/json.hpp"

namespace ratbench::cli {
namespace {

using nlohmann::json;

template <typename T>
json value_or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json block_json(const cost::Block& b) {
  return {{"round", b.round},
          {"place", b.place},
          {"attempt", b.attempt},
          {"wall_s", b.times.wall_s},
          {"cpu_s", b.times.cpu_s},
          {"attacked_steps", b.times.attacked_steps},
          {"load", value_or_null(b.conditions.load)},
          {"steal_share", value_or_null(b.conditions.steal_share)},
          {"frequency_mhz", value_or_null(b.conditions.frequency_mhz)},
          {"temperature_c", value_or_null(b.conditions.temperature_c)},
          {"throttled", value_or_null(b.conditions.throttled)},
          {"on_battery", value_or_null(b.conditions.on_battery)},
          {"running", value_or_null(b.conditions.running)},
          {"device_processes", value_or_null(b.conditions.device_processes)},
          {"energy_j", value_or_null(b.conditions.energy_j)},
          {"clock_skew_s", b.times.clock_skew_s},
          {"other_workers", b.conditions.other_workers},
          {"disturbed", b.disturbed}};
}

std::string blocks_json(const cost::Measurement& measurement, std::size_t arm) {
  json list = json::array();
  for (const cost::Block& b : measurement.blocks)
    if (b.arm == arm) list.push_back(block_json(b));
  return json_text(list);
}

// The model that the arm was fitted with; null when there is none.
const cost::CostModel* model_of(const CostResult& result, std::size_t arm) {
  const auto found = result.summary.models.find(result.set.arms[arm].baseline);
  return found == result.summary.models.end() || !found->second.problem.empty() ? nullptr
                                                                                : &found->second;
}

json model_json(const cost::CostModel& model) {
  return {{"overhead_s", model.overhead_s},
          {"forward_s", model.forward_s},
          {"backward_s", value_or_null(model.backward_s)},
          {"formula", model.formula()}};
}

void add_conditions(const CostResult& result, std::size_t index, store::CostRow& row) {
  const cost::ArmSummary& arm = result.summary.arms[index];
  row.cells_json = json_text(json(result.set.arms[index].cells));
  row.padding_share = arm.padding_share;
  row.energy_j = arm.energy_j;
  row.energy_source = result.energy_source;
  if (result.pinning.core) row.core = *result.pinning.core;
  row.not_pinned = result.pinning.why_not;
  if (arm.counted.step_s <= 0) return;
  row.mean_step_s = arm.counted.step_s;
  row.forward_passes = arm.counted.forward_passes;
  row.backward_passes = arm.counted.backward_passes;
  const cost::CostModel* model = result.set.arms[index].twin ? nullptr : model_of(result, index);
  if (model != nullptr) {
    row.model_step_s = model->predicted_s(arm.counted);
    row.model_json = json_text(model_json(*model));
  }
}

// What was found of one arm, without a ratio.
store::CostRow arm_row(const CostResult& result, std::size_t index) {
  const cost::ArmSummary& arm = result.summary.arms[index];
  store::CostRow row;
  row.aa = result.set.arms[index].twin;
  row.usable = result.summary.problem.empty();
  row.problem = result.summary.problem;
  row.stopped_by = to_text(result.measurement.stopped_by);
  row.block_steps = result.measurement.block_steps[index];
  row.disturbed_blocks = static_cast<std::int64_t>(arm.disturbed);
  row.step_s = arm.step_s;
  row.samples_per_s = arm.samples_per_s;
  if (!arm.phase_step_s.empty()) row.phase_s_json = json_text(json(arm.phase_step_s));
  row.peak_memory_bytes = arm.peak_memory_bytes;
  row.device = result.device;
  row.device_name = result.ready.device_name;
  row.kernel = result.ready.kernel;
  row.threads = result.ready.threads;
  row.precision = precision_of(result.set.arms[index]);
  row.optimiser = kOptimiser;
  row.program_version = result.worker.program_version;
  row.git_revision = result.worker.git_revision;
  row.blocks_json = blocks_json(result.measurement, index);
  add_conditions(result, index, row);
  return row;
}

store::CostRow comparison_row(const CostResult& result, std::size_t index) {
  const cost::NamedComparison& c = result.set.comparisons[index];
  const cost::ComparisonSummary& compared = result.summary.comparisons[index];
  store::CostRow row = arm_row(result, c.arm);
  row.arm = c.arm_name;
  row.baseline = c.baseline_name;
  row.above = c.floor_name;
  if (compared.ratio) {
    row.ratio = compared.ratio->ratio;
    row.ci_low = compared.ratio->ci95.low;
    row.ci_high = compared.ratio->ci95.high;
    row.ci999_low = compared.ratio->ci999.low;
    row.ci999_high = compared.ratio->ci999.high;
    row.blocks = static_cast<std::int64_t>(compared.ratio->rounds);
  }
  row.theoretical_ratio = compared.theoretical_ratio;
  row.attacks_ratio = compared.attacks_ratio;
  return row;
}

// A baseline's own row, which compares it with nothing.
store::CostRow baseline_row(const CostResult& result, std::size_t index) {
  store::CostRow row = arm_row(result, index);
  row.arm = row.baseline = result.set.arms[index].name;
  return row;
}

json models_json(const CostResult& result) {
  json list = json::array();
  for (const auto& [baseline, model] : result.summary.models) {
    json arms = json::array();
    for (std::size_t i = 0; i < result.set.arms.size(); ++i) {
      const cost::ModelArm& counted = result.summary.arms[i].counted;
      if (result.set.arms[i].twin || result.set.arms[i].baseline != baseline ||
          counted.step_s <= 0 || !model.problem.empty())
        continue;
      arms.push_back({{"arm", result.set.arms[i].name},
                      {"forward_passes", counted.forward_passes},
                      {"backward_passes", counted.backward_passes},
                      {"measured_s", counted.step_s},
                      {"predicted_s", model.predicted_s(counted)},
                      {"residual", model.residual(counted)}});
    }
    json entry = model.problem.empty() ? model_json(model) : json::object();
    entry["baseline"] = result.set.arms[baseline].name;
    entry["problem"] = model.problem.empty() ? json(nullptr) : json(model.problem);
    entry["arms"] = std::move(arms);
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

std::string precision_of(const cost::Arm& arm) {
  return arm.config.text_or("train.precision", "fp32");
}

std::vector<store::CostRow> cost_rows(const CostResult& result) {
  std::vector<store::CostRow> rows;
  for (const cost::NamedComparison& c : result.set.comparisons)
    if (result.set.arms[c.arm].twin) rows.push_back(baseline_row(result, c.baseline));
  for (std::size_t i = 0; i < result.set.comparisons.size(); ++i)
    rows.push_back(comparison_row(result, i));
  return rows;
}

json cost_json(const CostResult& result) {
  json list = json::array();
  for (const store::CostRow& row : cost_rows(result))
    list.push_back(
        {{"arm", row.arm},
         {"baseline", row.baseline},
         {"above", row.above.empty() ? json(nullptr) : json(row.above)},
         {"is_aa", row.aa},
         {"ratio", value_or_null(row.ratio)},
         {"ci_low", value_or_null(row.ci_low)},
         {"ci_high", value_or_null(row.ci_high)},
         {"ci999_low", value_or_null(row.ci999_low)},
         {"ci999_high", value_or_null(row.ci999_high)},
         {"theoretical_ratio", value_or_null(row.theoretical_ratio)},
         {"attacks_ratio", value_or_null(row.attacks_ratio)},
         {"rounds", row.blocks},
         {"block_steps", row.block_steps},
         {"disturbed_blocks", row.disturbed_blocks},
         {"step_s", value_or_null(row.step_s)},
         {"samples_per_s", value_or_null(row.samples_per_s)},
         {"phase_s", row.phase_s_json.empty() ? json(nullptr) : json_from(row.phase_s_json)},
         {"peak_memory_bytes", value_or_null(row.peak_memory_bytes)},
         {"padding_share", value_or_null(row.padding_share)},
         {"energy_j", value_or_null(row.energy_j)},
         {"cells", json_from(row.cells_json)},
         {"mean_step_s", value_or_null(row.mean_step_s)},
         {"forward_passes", value_or_null(row.forward_passes)},
         {"backward_passes", value_or_null(row.backward_passes)},
         {"model_step_s", value_or_null(row.model_step_s)},
         {"precision", row.precision}});
  const cost::Measurement& m = result.measurement;
  return {
      {"usable", result.summary.problem.empty()},
      {"problem", result.summary.problem.empty() ? json(nullptr) : json(result.summary.problem)},
      {"stopped_by", to_text(m.stopped_by)},
      {"rounds", m.rounds},
      {"warm_up_rounds", m.warm_up_rounds},
      {"steady", m.steady},
      {"wall_s", m.wall_s},
      {"device", result.device},
      {"device_name", result.ready.device_name},
      {"kernel", result.ready.kernel},
      {"threads", result.ready.threads},
      {"optimiser", kOptimiser},
      {"energy", result.energy_source},
      {"core", value_or_null(result.pinning.core)},
      {"not_pinned", result.pinning.core ? json(nullptr) : json(result.pinning.why_not)},
      {"models", models_json(result)},
      {"notes", result.notes},
      {"costs", std::move(list)}};
}

}  // namespace ratbench::cli
