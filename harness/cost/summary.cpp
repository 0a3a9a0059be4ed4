#include "harness/cost/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ratbench::cost {
namespace {

// What only undisturbed blocks tell.
void add_undisturbed(const Measurement& measurement, std::size_t arm, ArmSummary& out) {
  double steps = 0, wall_s = 0, energy_j = 0, padded = 0, real = 0;
  bool has_energy = true;
  for (const Block& b : measurement.blocks) {
    if (b.arm != arm || !b.disturbed.empty()) continue;
    steps += static_cast<double>(b.times.steps);
    wall_s += b.times.wall_s;
    out.counted.forward_passes += static_cast<double>(b.times.forward_passes);
    out.counted.backward_passes += static_cast<double>(b.times.backward_passes);
    padded += static_cast<double>(b.times.padded_tokens);
    real += static_cast<double>(b.times.real_tokens);
    has_energy = has_energy && b.conditions.energy_j.has_value();
    energy_j += b.conditions.energy_j.value_or(0);
  }
  if (steps <= 0) return;
  out.counted.step_s = wall_s / steps;
  out.counted.forward_passes /= steps;
  out.counted.backward_passes /= steps;
  // A counter that stands still for a whole measurement counts nothing.
  if (has_energy && energy_j > 0) out.energy_j = energy_j / steps;
  if (padded > 0) out.padding_share = 1 - real / padded;
}

void add_counts(const Measurement& measurement, std::size_t index, const Arm& arm,
                ArmSummary& out) {
  double steps = 0;
  double passes = 0;
  double attacked = 0;
  for (const Block& b : measurement.blocks) {
    if (b.arm != index) continue;
    // Counts do not depend on time, so disturbed blocks tell them too.
    steps += static_cast<double>(b.times.steps);
    passes += static_cast<double>(b.times.forward_passes + b.times.backward_passes);
    attacked += static_cast<double>(b.times.attacked_steps);
  }
  if (steps <= 0 || (arm.drawn() && attacked <= 0)) return;
  out.passes_per_step = passes / steps;
  out.attacked_share = attacked / steps;
  if (!arm.drawn()) return;
  // At the expected share, as the ratios are: a batch that is not attacked has two passes.
  constexpr double kCleanPasses = 2;
  out.passes_per_step =
      kCleanPasses + (*out.passes_per_step - kCleanPasses) * arm.p_rat() / *out.attacked_share;
  out.attacked_share = arm.p_rat();
}

void add_profile(const Profile& profile, const Arm& arm, ArmSummary& out) {
  out.peak_memory_bytes = profile.peak_memory_bytes;
  const std::int64_t others = profile.steps - profile.attacked_steps;
  // Without steps of either kind nothing is known of it; the phases would be those of other work.
  if (profile.steps == 0 || (arm.drawn() && (profile.attacked_steps == 0 || others == 0))) return;
  const double p_rat = arm.p_rat();
  for (const auto& [phase, phase_s] : profile.phase_s) {
    double& step_s = out.phase_step_s[phase];
    step_s = phase_s / static_cast<double>(profile.steps);
    if (!arm.drawn()) continue;
    const auto found = profile.attacked_phase_s.find(phase);
    const double attacked_s = found == profile.attacked_phase_s.end() ? 0 : found->second;
    step_s = p_rat * attacked_s / static_cast<double>(profile.attacked_steps) +
             (1 - p_rat) * (phase_s - attacked_s) / static_cast<double>(others);
  }
}

// Times of blocks as they would be at the expected share of attacks: less what their own draws
// brought, by the least squares line.
std::vector<double> without_luck(std::vector<double> step_s, const std::vector<double>& shares,
                                 double p_rat) {
  if (step_s.empty()) return step_s;
  const double share = stats::mean(shares);
  const double mean_s = stats::mean(step_s);
  double square = 0;
  double product = 0;
  for (std::size_t i = 0; i < step_s.size(); ++i) {
    square += (shares[i] - share) * (shares[i] - share);
    product += (shares[i] - share) * (step_s[i] - mean_s);
  }
  for (std::size_t i = 0; square > 0 && i < step_s.size(); ++i)
    step_s[i] -= product / square * (shares[i] - p_rat);
  return step_s;
}

ArmSummary summary_of(const Measurement& measurement, std::size_t index, const Arm& arm) {
  ArmSummary out;
  std::vector<double> step_s;
  std::vector<double> shares;
  double steps = 0;
  double samples = 0;
  for (const Block& b : measurement.blocks) {
    if (b.arm != index) continue;
    steps += static_cast<double>(b.times.steps);
    samples += static_cast<double>(b.times.samples);
    if (!b.disturbed.empty()) {
      ++out.disturbed;
      continue;
    }
    ++out.blocks;
    step_s.push_back(b.times.wall_s / static_cast<double>(b.times.steps));
    shares.push_back(static_cast<double>(b.times.attacked_steps) /
                     static_cast<double>(b.times.steps));
  }
  if (arm.drawn()) step_s = without_luck(std::move(step_s), shares, arm.p_rat());
  if (!step_s.empty()) {
    out.step_s = stats::median(step_s);
    out.samples_per_s = samples / steps / *out.step_s;
  }
  add_counts(measurement, index, arm, out);
  if (index < measurement.profiles.size()) add_profile(measurement.profiles[index], arm, out);
  add_undisturbed(measurement, index, out);
  return out;
}

// (a - c) / (b - c), absent when one is or the denominator is 0.
std::optional<double> quotient(std::optional<double> a, std::optional<double> b,
                               std::optional<double> c) {
  if (!a || !b || !c || *b - *c <= 0) return std::nullopt;
  return (*a - *c) / (*b - *c);
}

// AT attacks every batch, so over an unattacked baseline the share of all batches is the ratio.
std::optional<double> ratio_of_attacks(const ArmSummary& arm, const ArmSummary& baseline) {
  if (!arm.attacked_share || !baseline.attacked_share) return std::nullopt;
  return *arm.attacked_share / (*baseline.attacked_share > 0 ? *baseline.attacked_share : 1);
}

std::string problem_of(const ArmSet& set, const Summary& summary) {
  for (std::size_t i = 0; i < set.comparisons.size(); ++i) {
    const NamedComparison& c = set.comparisons[i];
    const std::optional<Ratio>& ratio = summary.comparisons[i].ratio;
    const std::size_t usable_rounds =
        std::min(summary.arms[c.arm].blocks, summary.arms[c.baseline].blocks);
    if (!ratio && (!c.floor || usable_rounds < kLeastRounds))
      return fmt::format("fewer than {} rounds in which both {} and {} ran undisturbed",
                         kLeastRounds, c.arm_name, c.baseline_name);
    if (!set.arms[c.arm].twin || !ratio) continue;
    const stats::Agreement agreement = ratio->agreement();
    if (agreement == stats::Agreement::kDiffer)
      return fmt::format(
          "two identical arms ({}) came out different: ratio {:.4f}, 99.9 % interval {:.4f} .. "
          "{:.4f}",
          c.baseline_name, ratio->ratio, ratio->ci999.low, ratio->ci999.high);
    if (agreement == stats::Agreement::kTooNoisy)
      return fmt::format(
          "the machine is too noisy: two identical arms ({}) could be told apart by {:.0f} % only",
          c.baseline_name, 100 * ratio->half_width());
  }
  return "";
}

// A model for the arms of each baseline: others train on other data or with another network.
std::map<std::size_t, CostModel> models_of(const ArmSet& set, const std::vector<ArmSummary>& arms) {
  std::map<std::size_t, std::vector<ModelArm>> groups;
  for (std::size_t arm = 0; arm < set.arms.size(); ++arm)
    if (!set.arms[arm].twin && arms[arm].counted.step_s > 0)
      groups[set.arms[arm].baseline].push_back(arms[arm].counted);
  std::map<std::size_t, CostModel> models;
  for (const auto& [baseline, counted] : groups) models.emplace(baseline, fit_cost_model(counted));
  return models;
}

}  // namespace

Summary summarise(const Measurement& measurement, const ArmSet& set) {
  Summary out;
  for (std::size_t arm = 0; arm < set.arms.size(); ++arm)
    out.arms.push_back(summary_of(measurement, arm, set.arms[arm]));
  for (const NamedComparison& c : set.comparisons) {
    const ArmSummary& arm = out.arms[c.arm];
    const ArmSummary& baseline = out.arms[c.baseline];
    ComparisonSummary compared;
    compared.ratio = measurement.ratio(c);
    compared.theoretical_ratio =
        quotient(arm.passes_per_step, baseline.passes_per_step,
                 c.floor ? out.arms[*c.floor].passes_per_step : std::optional<double>(0));
    compared.attacks_ratio = ratio_of_attacks(arm, baseline);
    out.comparisons.push_back(std::move(compared));
  }
  out.models = models_of(set, out.arms);
  out.problem = problem_of(set, out);
  return out;
}

}  // namespace ratbench::cost
