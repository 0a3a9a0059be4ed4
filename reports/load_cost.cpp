#include "reports/load_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ratbench::reports {
namespace {

using nlohmann::json;
using Cells = std::vector<std::optional<std::string>>;

// A row of v_cost by column name.
class CostRowView {
 public:
  CostRowView(const std::map<std::string, std::size_t>& columns, const Cells& row)
      : columns_(columns), row_(row) {}

  std::string text(const char* column) const { return row_[columns_.at(column)].value_or(""); }
  std::optional<double> number(const char* column) const {
    const auto& cell = row_[columns_.at(column)];
    return cell ? std::optional(std::stod(*cell)) : std::nullopt;
  }
  std::size_t count(const char* column) const {
    return static_cast<std::size_t>(number(column).value_or(0));
  }
  json document(const char* column) const {
    const auto& cell = row_[columns_.at(column)];
    return cell ? json::parse(*cell, nullptr, false) : json();
  }

 private:
  const std::map<std::string, std::size_t>& columns_;
  const Cells& row_;
};

std::string device_of(const CostRowView& row) {
  const std::string threads = row.text("threads");
  return fmt::format("{} ({}), product routine {}, {} thread{}, {}, optimiser {}",
                     row.text("device"), row.text("device_name"), row.text("kernel"), threads,
                     threads == "1" ? "" : "s", row.text("precision"), row.text("optimiser"));
}

// "0.0558 ms + 0.1933 ms x passes".
std::string formula_of(const json& model) {
  if (!model.is_object() || !model.contains("overhead_s") || !model.contains("forward_s"))
    return "";
  const double forward_ms = 1e3 * model["forward_s"].get<double>();
  const std::string constant = fmt::format("{:.4f} ms", 1e3 * model["overhead_s"].get<double>());
  if (!model.contains("backward_s") || !model["backward_s"].is_number())
    return fmt::format("{} + {:.4f} ms x passes", constant, forward_ms);
  return fmt::format("{} + {:.4f} ms x forward passes + {:.4f} ms x backward passes", constant,
                     forward_ms, 1e3 * model["backward_s"].get<double>());
}

CostLine line_of(const CostRowView& row) {
  CostLine line;
  line.arm = row.text("arm");
  line.baseline = row.text("baseline");
  line.above = row.text("above");
  line.is_aa = row.text("is_aa") == "1";
  const json cells = row.document("cells");
  if (cells.is_array())
    for (const json& name : cells) line.cells.push_back(name.get<std::string>());
  line.ratio = row.number("ratio");
  const auto low = row.number("ci_low");
  const auto high = row.number("ci_high");
  if (low && high) line.ci95 = stats::Interval{*low, *high};
  line.theoretical_ratio = row.number("theoretical_ratio");
  line.attacks_ratio = row.number("attacks_ratio");
  line.rounds = row.count("blocks");
  line.disturbed_blocks = row.count("disturbed_blocks");
  line.step_s = row.number("step_s");
  line.samples_per_s = row.number("samples_per_s");
  const json phases = row.document("phase_s");
  if (phases.is_object())
    for (const auto& [phase, phase_s] : phases.items()) line.phase_s[phase] = phase_s.get<double>();
  line.peak_memory_bytes = row.number("peak_memory_bytes");
  line.padding_share = row.number("padding_share");
  line.energy_j = row.number("energy_j");
  line.mean_step_s = row.number("mean_step_s");
  line.forward_passes = row.number("forward_passes");
  line.backward_passes = row.number("backward_passes");
  line.model_step_s = row.number("model_step_s");
  line.model = formula_of(row.document("model"));
  return line;
}

std::string pinning_of(const CostRowView& row) {
  if (const auto core = row.number("core")) return fmt::format("on core {:.0f}", *core);
  const std::string why_not = row.text("not_pinned");
  return why_not.empty() ? "" : "not pinned: " + why_not;
}

void add_load(const CostRowView& row, CostMeasurement& measurement) {
  const json blocks = row.document("blocks_json");
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
  std::map<std::string, std::size_t> columns;
  for (const std::string& column : reader.view_columns("v_cost"))
    columns.emplace(column, columns.size());
  std::map<std::string, CostMeasurement> latest;
  reader.visit_view("v_cost", [&](const Cells& cells) {
    const CostRowView row(columns, cells);
    if (row.text("experiment") != experiment) return;
    const std::string device = device_of(row);
    CostMeasurement& kept = latest[device];
    const std::string at = row.text("measured_at");
    if (at < kept.measured_at) return;
    if (at > kept.measured_at || kept.lines.empty()) {
      kept = CostMeasurement();
      kept.device = device;
      kept.measured_at = at;
      if (row.text("usable") == "0") kept.problem = row.text("problem");
      kept.stopped_by = row.text("stopped_by");
      kept.energy_source = row.text("energy_source");
      kept.pinning = pinning_of(row);
    }
    add_load(row, kept);
    kept.lines.push_back(line_of(row));
  });
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
    MeasuredTime time{step->second, std::nullopt};
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
