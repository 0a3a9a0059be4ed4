#include "harness/claims/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/claims/power_pilot.hpp"
#include "harness/claims/question.hpp"
#include "harness/claims/verdict.hpp"
#include "harness/grid/expand.hpp"
#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"

namespace ratbench::claims {
namespace {

// Row variance that is rounding of none: an error below a thousandth of a point.
constexpr double kNoVariance = 1e-10;

// Claims that share Holm's correction with this one; at its worst it divides alpha by them.
std::size_t family_size(const spec::Experiment& experiment, const spec::Claim& claim) {
  const std::string family = family_of(claim);
  if (family.empty()) return 1;
  return static_cast<std::size_t>(
      std::count_if(experiment.claims.begin(), experiment.claims.end(),
                    [&](const spec::Claim& other) { return family_of(other) == family; }));
}

// Arms independent, test rows unknown: of one arm's sd nothing else is said.
Pilot assumed(const spec::Claim& claim, const Question& question) {
  const double sd = claim.assumed_sd->real();
  Pilot out;
  for (const Step& step : question.steps) {
    double squares = 0;
    for (const double c : step.contrast.coefficients) squares += c * c;
    out.steps.push_back({squares * sd * sd, 0, 0, 0});
  }
  out.basis = fmt::format(
      "from the assumed sd of {:.4g} points, arms independent; the noise of test rows is not "
      "counted",
      100 * sd);
  return out;
}

std::string pilot_advice(const spec::Experiment& experiment) {
  return fmt::format("unknown: run {0} pilot seeds (ratbench run {1}{2} --seeds {0})", kPilotSeeds,
                     experiment.file, experiment.overridden ? " with the same --set" : "");
}

double detectable(Shape shape, const std::vector<Components>& steps, double alpha,
                  const std::function<Measured(const Components&)>& error) {
  std::vector<Measured> errors;
  for (const Components& step : steps) errors.push_back(error(step));
  return minimum_detectable_effect(shape, errors, alpha, kPlannedPower);
}

void fill_effects(const Pilot& pilot, ClaimPower& out) {
  for (LookPower& look : out.looks)
    if (look.look.seeds > 1)
      look.effect = detectable(out.shape, pilot.steps, look.alpha, [&](const Components& parts) {
        return expected_error(parts, look.look.seeds);
      });
  out.effect = out.looks.back().effect;
  if (std::all_of(pilot.steps.begin(), pilot.steps.end(), [](const Components& parts) {
        return parts.rows > 1 && parts.row > kNoVariance;
      }))
    out.endless_effect = detectable(out.shape, pilot.steps, out.looks.back().alpha, endless_error);
  out.basis = pilot.basis;
}

// Own runs, else others of the same data, else the assumed sd.
std::optional<Pilot> find_pilot(PilotRuns* runs, const spec::Claim& claim, const Question& question,
                                PowerSource& source) {
  std::optional<Pilot> found;
  source = PowerSource::kOwnRuns;
  if (runs != nullptr) found = runs->own(question, claim.metric);
  if (found) return found;
  source = PowerSource::kOtherRuns;
  if (runs != nullptr) found = runs->other(question, claim.metric);
  if (found) return found;
  source = claim.assumed_sd ? PowerSource::kAssumedSd : PowerSource::kUnknown;
  if (claim.assumed_sd) found = assumed(claim, question);
  return found;
}

ClaimPower power_of(const spec::Experiment& experiment, const std::vector<grid::Cell>& cells,
                    const spec::Claim& claim, PilotRuns* runs) {
  ClaimPower out{claim.name, claim.kind, claim.metric, {}, 0, {}, {}, {}, {}, {}};
  const auto family = static_cast<double>(family_size(experiment, claim));
  for (const Look& look : looks_of(experiment))
    out.looks.push_back({look, look.alpha / family, std::nullopt});
  if (claim.kind == "cost_ratio") {
    out.metric.clear();
    out.source = PowerSource::kNotBySeeds;
    out.basis = "measured by ratbench cost, not by seeds";
    return out;
  }
  const Question question = make_question(experiment, cells, claim);
  if (!question.blocked.empty()) {
    out.basis = question.blocked;
    return out;
  }
  if (out.looks.back().look.seeds < 2) {
    out.basis = "one seed has no spread and shows nothing: plan two or more";
    return out;
  }
  out.shape = question.criterion.shape;
  out.bound = question.criterion.bound;
  if (runs != nullptr) out.basis = runs->different_rows(question);
  if (!out.basis.empty()) return out;
  const auto pilot = find_pilot(runs, claim, question, out.source);
  if (pilot) {
    fill_effects(*pilot, out);
  } else {
    out.basis = pilot_advice(experiment);
  }
  return out;
}

}  // namespace

Components components_of(const stats::TwoWay& found, std::size_t seeds, double rows) {
  const auto n = static_cast<double>(seeds);
  return {n * std::max(0.0, found.variance_seed - found.variance_residual),
          std::max(0.0, found.variance_row - found.variance_residual), n * found.variance_residual,
          rows};
}

Measured expected_error(const Components& parts, std::size_t seeds) {
  RB_CHECK_GT(seeds, 1U);
  const auto n = static_cast<double>(seeds);
  const double residual = parts.residual / n;
  const double seed = parts.seed / n + residual;
  const double row = parts.row + residual;
  const double total = std::max({seed + row - residual, seed, row});
  if (total <= 0) return {};
  if (parts.splits) return {0, std::sqrt(total), parts.rows - 1};
  const double s = n - 1;
  const double r = parts.rows - 1;
  double spread = seed * seed / s;
  if (parts.rows > 1) spread += row * row / r + residual * residual / (s * r);
  return {0, std::sqrt(total), total * total / spread};
}

Measured endless_error(const Components& parts) {
  return {0, std::sqrt(parts.row), std::max(1.0, parts.rows - 1)};
}

std::string_view to_text(PowerSource source) {
  switch (source) {
    case PowerSource::kOwnRuns:
      return "own runs";
    case PowerSource::kOtherRuns:
      return "other runs";
    case PowerSource::kAssumedSd:
      return "assumed sd";
    case PowerSource::kNotBySeeds:
      return "not by seeds";
    case PowerSource::kUnknown:
      break;
  }
  return "unknown";
}

std::vector<ClaimPower> plan_power(const store::Reader* reader, const spec::Experiment& experiment,
                                   const DataFilesOf& data) {
  std::vector<ClaimPower> out;
  if (experiment.claims.empty()) return out;
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  std::optional<PilotRuns> runs;
  if (reader != nullptr) runs.emplace(*reader, experiment, cells, data);
  for (const spec::Claim& claim : experiment.claims)
    out.push_back(power_of(experiment, cells, claim, runs ? &*runs : nullptr));
  return out;
}

}  // namespace ratbench::claims
