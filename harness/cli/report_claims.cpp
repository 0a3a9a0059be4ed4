#include "harness/cli/report_claims.hpp"

#include "harness/claims/verdict.hpp"

namespace ratbench::cli {
namespace {

reports::Verdict word_of(claims::Outcome outcome) {
  switch (outcome) {
    case claims::Outcome::kSupported:
      return reports::Verdict::kSupported;
    case claims::Outcome::kRefuted:
      return reports::Verdict::kRefuted;
    case claims::Outcome::kUndecided:
      break;
  }
  return reports::Verdict::kUndecided;
}

reports::ClaimData shown(claims::Verdict v) {
  reports::ClaimData out;
  out.verdict = word_of(v.outcome);
  out.name = std::move(v.claim);
  out.kind = std::move(v.kind);
  out.metric = std::move(v.metric);
  out.primary = v.primary;
  if (v.outcome == claims::Outcome::kUndecided) out.because = to_text(v.because);
  out.reason = std::move(v.reason);
  out.scope = std::move(v.scope);
  out.sentence = std::move(v.sentence);
  out.contrast = std::move(v.step);
  out.threshold = v.bound;
  out.estimate = v.estimate;
  out.ci95 = v.ci;
  out.ci_adjusted = v.ci_adjusted;
  out.interval_method = std::move(v.interval_method);
  out.bootstrap = v.bootstrap;
  out.family_alpha = v.family_alpha;
  out.alpha = v.alpha;
  out.ci_error = v.ci_error;
  out.p = v.p;
  out.p_adjusted = v.p_adjusted;
  out.seeds = v.seeds;
  out.minimum_detectable_effect = v.minimum_detectable_effect;
  out.fragility_dropped = std::move(v.fragility_rows);
  out.fragility_relabelled = std::move(v.fragility_relabelled);
  out.fragile_rows = std::move(v.fragile_rows);
  for (claims::RowEffect& effect : v.row_effects)
    out.row_effects.push_back({effect.row, std::move(effect.class_name), effect.class_rows,
                               effect.estimate_without, std::move(effect.split)});
  out.notes = std::move(v.notes);
  out.run_keys = std::move(v.run_keys);
  return out;
}

}  // namespace

std::vector<reports::ClaimData> claims_for_report(const store::Reader& reader,
                                                  const spec::Experiment& experiment) {
  std::vector<reports::ClaimData> out;
  if (experiment.claims.empty() || !reader.experiment(experiment.name)) return out;
  for (claims::Verdict& verdict : claims::judge_claims(reader, experiment))
    out.push_back(shown(std::move(verdict)));
  return out;
}

}  // namespace ratbench::cli
