#include "harness/cli/cost_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

namespace ratbench::cli {
namespace {

using nlohmann::json;

constexpr const char* kOptimiser = "adamw, fused";
constexpr std::array<const char*, 6> kPhases = {"data",     "forward",   "attack",
                                                "backward", "optimiser", "other"};

template <typename T>
json value_or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

std::string precision_of(const cost::Arm& arm) {
  return arm.config.text_or("train.precision", "fp32");
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
          {"other_workers", b.conditions.other_workers},
          {"disturbed", b.disturbed}};
}

std::string blocks_json(const cost::Measurement& measurement, std::size_t arm) {
  json list = json::array();
  for (const cost::Block& b : measurement.blocks)
    if (b.arm == arm) list.push_back(block_json(b));
  return list.dump();
}

store::CostRow row_of(const CostResult& result, std::size_t index) {
  const cost::NamedComparison& c = result.set.comparisons[index];
  const cost::ComparisonSummary& compared = result.summary.comparisons[index];
  const cost::ArmSummary& arm = result.summary.arms[c.arm];
  store::CostRow row;
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
  row.aa = result.set.arms[c.arm].twin;
  row.usable = result.summary.problem.empty();
  row.problem = result.summary.problem;
  row.stopped_by = to_text(result.measurement.stopped_by);
  row.block_steps = result.measurement.block_steps;
  row.disturbed_blocks = static_cast<std::int64_t>(arm.disturbed);
  row.step_s = arm.step_s;
  row.samples_per_s = arm.samples_per_s;
  if (!arm.phase_step_s.empty()) row.phase_s_json = json(arm.phase_step_s).dump();
  row.peak_memory_bytes = arm.peak_memory_bytes;
  row.device = result.device;
  row.device_name = result.ready.device_name;
  row.kernel = result.ready.kernel;
  row.threads = result.ready.threads;
  row.precision = precision_of(result.set.arms[c.arm]);
  row.optimiser = kOptimiser;
  row.program_version = result.worker.program_version;
  row.git_revision = result.worker.git_revision;
  row.blocks_json = blocks_json(result.measurement, c.arm);
  return row;
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  for (const auto& row : rows) {
    std::string line = fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t c = 1; c < row.size(); ++c) line += fmt::format("  {:>{}}", row[c], widths[c]);
    fmt::print("{}\n", line);
  }
}

std::string formatted(const std::optional<double>& value, const char* pattern, double scale = 1) {
  return value ? fmt::format(fmt::runtime(pattern), scale * *value) : "-";
}

std::vector<std::string> ratio_line(const CostResult& result, std::size_t index) {
  const cost::NamedComparison& c = result.set.comparisons[index];
  const cost::ComparisonSummary& s = result.summary.comparisons[index];
  std::string name = fmt::format("{} / {}", c.arm_name, c.baseline_name);
  if (!c.floor_name.empty())
    name = fmt::format("({0} - {2}) / ({1} - {2})", c.arm_name, c.baseline_name, c.floor_name);
  if (result.set.arms[c.arm].twin) name += " (A/A)";
  return {name,
          s.ratio ? fmt::format("{:.3f}", s.ratio->ratio) : "-",
          s.ratio ? fmt::format("{:.3f} .. {:.3f}", s.ratio->ci95.low, s.ratio->ci95.high) : "-",
          formatted(s.theoretical_ratio, "{:.3f}"),
          formatted(s.attacks_ratio, "{:.3f}"),
          s.ratio ? std::to_string(s.ratio->rounds) : "0"};
}

std::vector<std::string> arm_line(const CostResult& result, std::size_t index) {
  const cost::Arm& arm = result.set.arms[index];
  const cost::ArmSummary& s = result.summary.arms[index];
  std::vector<std::string> line = {
      arm.name + (arm.twin ? " (A/A)" : ""), formatted(s.step_s, "{:.4f}", 1e3),
      formatted(s.samples_per_s, "{:.0f}"), std::to_string(s.disturbed)};
  for (const char* phase : kPhases) {
    const auto found = s.phase_step_s.find(phase);
    line.push_back(found == s.phase_step_s.end() ? "-"
                                                 : fmt::format("{:.4f}", 1e3 * found->second));
  }
  line.push_back(s.peak_memory_bytes
                     ? fmt::format("{:.0f}", static_cast<double>(*s.peak_memory_bytes) / 1048576)
                     : "-");
  return line;
}

void print_foot(const CostResult& result) {
  const cost::Measurement& m = result.measurement;
  fmt::print(
      "\nRatios of times with 95 % intervals over rounds, beside those of counted passes and of "
      "attacks. Phases from one block of each arm that does not enter the ratios; memory with all "
      "arms loaded. Energy: not available.\n"
      "{} ({}), product routine {}, {} thread{}, {}; optimiser {}.\n"
      "{} rounds of {} steps an arm after {} of warm-up{}, {:.1f} s; ended because {}.\n",
      result.device, result.ready.device_name, result.ready.kernel, result.ready.threads,
      result.ready.threads == 1 ? "" : "s", precision_of(result.set.arms.front()), kOptimiser,
      m.rounds, m.block_steps, m.warm_up_rounds, m.steady ? "" : " without a steady state",
      m.wall_s,
      m.stopped_by == cost::StopReason::kHalfWidth ? "every interval is narrow enough"
                                                   : "time was up");
  for (const std::string& note : result.notes) fmt::print("note: {}\n", note);
  if (!result.summary.problem.empty())
    fmt::print("This measurement is unusable: {}.\n", result.summary.problem);
}

}  // namespace

std::vector<store::CostRow> cost_rows(const CostResult& result) {
  std::vector<store::CostRow> rows;
  for (std::size_t i = 0; i < result.set.comparisons.size(); ++i) rows.push_back(row_of(result, i));
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
         {"disturbed_blocks", row.disturbed_blocks},
         {"step_s", value_or_null(row.step_s)},
         {"samples_per_s", value_or_null(row.samples_per_s)},
         {"phase_s", row.phase_s_json.empty() ? json(nullptr) : json::parse(row.phase_s_json)},
         {"peak_memory_bytes", value_or_null(row.peak_memory_bytes)},
         {"energy_j", value_or_null(row.energy_j)},
         {"precision", row.precision}});
  const cost::Measurement& m = result.measurement;
  return {
      {"usable", result.summary.problem.empty()},
      {"problem", result.summary.problem.empty() ? json(nullptr) : json(result.summary.problem)},
      {"stopped_by", to_text(m.stopped_by)},
      {"rounds", m.rounds},
      {"warm_up_rounds", m.warm_up_rounds},
      {"steady", m.steady},
      {"block_steps", m.block_steps},
      {"wall_s", m.wall_s},
      {"device", result.device},
      {"device_name", result.ready.device_name},
      {"kernel", result.ready.kernel},
      {"threads", result.ready.threads},
      {"optimiser", kOptimiser},
      {"notes", result.notes},
      {"costs", std::move(list)}};
}

void print_cost(const CostResult& result) {
  std::vector<std::vector<std::string>> ratios = {
      {"time", "ratio", "95 % interval", "passes", "attacks", "rounds"}};
  for (std::size_t i = 0; i < result.set.comparisons.size(); ++i)
    ratios.push_back(ratio_line(result, i));
  print_table(ratios);
  fmt::print("\n");
  std::vector<std::vector<std::string>> arms = {{"arm", "ms/step", "samples/s", "disturbed"}};
  for (const char* phase : kPhases) arms[0].push_back(fmt::format("{} ms", phase));
  arms[0].emplace_back("MiB");
  for (std::size_t i = 0; i < result.set.arms.size(); ++i) arms.push_back(arm_line(result, i));
  print_table(arms);
  print_foot(result);
}

}  // namespace ratbench::cli
