#include "harness/cli/cost_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ratbench::cli {
namespace {

constexpr std::array<const char*, 6> kPhases = {"data",     "forward",   "attack",
                                                "backward", "optimiser", "other"};

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

// What the interval says of the two: of identical arms whether they agree, of shares of an overhead
// nothing.
std::string found_of(const cost::Comparison& c, bool identical,
                     const std::optional<cost::Ratio>& ratio) {
  if (!ratio || c.floor) return "-";
  if (!identical) return ratio->found();
  return fmt::format("99.9 %: {:.3f} .. {:.3f}, {}", ratio->ci999.low, ratio->ci999.high,
                     stats::text_of(ratio->agreement()));
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
          s.ratio ? std::to_string(s.ratio->rounds) : "0",
          found_of(c, result.set.arms[c.arm].twin, s.ratio)};
}

std::vector<std::string> arm_line(const CostResult& result, std::size_t index) {
  const cost::Arm& arm = result.set.arms[index];
  const cost::ArmSummary& s = result.summary.arms[index];
  std::vector<std::string> line = {
      arm.name + (arm.twin ? " (A/A)" : ""), formatted(s.step_s, "{:.4f}", 1e3),
      formatted(s.samples_per_s, "{:.0f}"), std::to_string(s.disturbed)};
  double sum_s = 0;
  for (const char* phase : kPhases) {
    const auto found = s.phase_step_s.find(phase);
    const bool known = found != s.phase_step_s.end();
    line.push_back(known ? fmt::format("{:.4f}", 1e3 * found->second) : "-");
    if (known) sum_s += found->second;
  }
  line.push_back(s.phase_step_s.empty() ? "-" : fmt::format("{:.4f}", 1e3 * sum_s));
  line.push_back(s.peak_memory_bytes
                     ? fmt::format("{:.1f}", static_cast<double>(*s.peak_memory_bytes) / 1048576)
                     : "-");
  line.push_back(s.padding_share ? fmt::format("{:.1f} %", 100 * *s.padding_share) : "-");
  line.push_back(formatted(s.energy_j, "{:.3f}", 1e3));
  return line;
}

void print_models(const CostResult& result) {
  for (const auto& [baseline, model] : result.summary.models) {
    const std::string& name = result.set.arms[baseline].name;
    if (!model.problem.empty()) {
      fmt::print("\nCost model of the arms over {}: none, {}.\n", name, model.problem);
      continue;
    }
    fmt::print("\nCost model of the arms over {}: step = {}\n", name, model.formula());
    std::vector<std::vector<std::string>> rows = {
        {"arm", "forward", "backward", "mean ms", "predicted ms", "residual"}};
    for (std::size_t i = 0; i < result.set.arms.size(); ++i) {
      const cost::ModelArm& counted = result.summary.arms[i].counted;
      if (result.set.arms[i].twin || result.set.arms[i].baseline != baseline || counted.step_s <= 0)
        continue;
      rows.push_back({result.set.arms[i].name, fmt::format("{:.3f}", counted.forward_passes),
                      fmt::format("{:.3f}", counted.backward_passes),
                      fmt::format("{:.4f}", 1e3 * counted.step_s),
                      fmt::format("{:.4f}", 1e3 * model.predicted_s(counted)),
                      fmt::format("{:+.1f} %", 100 * model.residual(counted))});
    }
    print_table(rows);
  }
}

// "60", or "5 to 60" where arms have blocks of their own length.
std::string lengths(const std::vector<std::int64_t>& steps) {
  const auto [least, most] = std::minmax_element(steps.begin(), steps.end());
  return *least == *most ? std::to_string(*least) : fmt::format("{} to {}", *least, *most);
}

// "fp32", or "fp32 and bf16" where arms differ.
std::string precisions_of(const std::vector<cost::Arm>& arms) {
  std::vector<std::string> found;
  for (const cost::Arm& arm : arms)
    if (std::find(found.begin(), found.end(), precision_of(arm)) == found.end())
      found.push_back(precision_of(arm));
  return fmt::format("{}", fmt::join(found, " and "));
}

void print_foot(const CostResult& result) {
  const cost::Measurement& m = result.measurement;
  fmt::print(
      "\nRatios of times with 95 % intervals over rounds, beside those of counted passes and of "
      "attacks; called longer or shorter by the interval at 99 %, since there are many. Times, "
      "phases and passes of random attacks at their expected share. Phases are from blocks of "
      "their own that do not enter the ratios, so that their sum is not quite the step. Memory: "
      "the arm's own tensors at most at a time, without the data. Padding: \"-\" where inputs have "
      "no tokens or every block was disturbed. Energy: {}.\n"
      "{} ({}), product routine {}, {} thread{} ({}), {}; optimiser {}.\n"
      "{} round{} of {} steps an arm after {} of warm-up{}, {:.1f} s; ended because {}.\n",
      result.energy_source, result.device, result.ready.device_name, result.ready.kernel,
      result.ready.threads, result.ready.threads == 1 ? "" : "s",
      result.pinning.core ? fmt::format("on core {}", *result.pinning.core)
                          : "not pinned: " + result.pinning.why_not,
      precisions_of(result.set.arms), kOptimiser, m.rounds, m.rounds == 1 ? "" : "s",
      lengths(m.block_steps), m.warm_up_rounds, m.steady ? "" : " without a steady state", m.wall_s,
      m.stopped_by == cost::StopReason::kHalfWidth ? "every interval is narrow enough"
                                                   : "time was up");
  for (const std::string& note : result.notes) fmt::print("note: {}\n", note);
  if (!result.summary.problem.empty())
    fmt::print("This measurement is unusable: {}.\n", result.summary.problem);
}

}  // namespace

void print_cost(const CostResult& result) {
  std::vector<std::vector<std::string>> ratios = {
      {"time", "ratio", "95 % interval", "passes", "attacks", "rounds", "step"}};
  for (std::size_t i = 0; i < result.set.comparisons.size(); ++i)
    ratios.push_back(ratio_line(result, i));
  print_table(ratios);
  fmt::print("\n");
  std::vector<std::vector<std::string>> arms = {{"arm", "median ms", "samples/s", "disturbed"}};
  for (const char* phase : kPhases) arms[0].push_back(fmt::format("{} ms", phase));
  for (const char* title : {"sum ms", "MiB", "padding", "mJ/step"}) arms[0].emplace_back(title);
  for (std::size_t i = 0; i < result.set.arms.size(); ++i) arms.push_back(arm_line(result, i));
  print_table(arms);
  print_models(result);
  print_foot(result);
}

}  // namespace ratbench::cli
