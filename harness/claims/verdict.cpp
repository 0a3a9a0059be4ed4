#include "harness/claims/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "harness/claims/comparable.hpp"
#include "harness/claims/cost_claim.hpp"
#include "harness/claims/evidence.hpp"
#include "harness/claims/judge.hpp"
#include "harness/claims/looks.hpp"
#include "harness/claims/question.hpp"
#include "harness/claims/scope.hpp"
#include "harness/claims/words.hpp"
#include "harness/grid/expand.hpp"
#include "src/stats/rare_class.hpp"
#include "src/stats/two_level_bootstrap.hpp"

namespace ratbench::claims {
namespace {

std::map<std::string, std::vector<std::size_t>> families(const spec::Experiment& experiment) {
  std::map<std::string, std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < experiment.claims.size(); ++i) {
    const std::string family = family_of(experiment.claims[i]);
    if (!family.empty()) out[family].push_back(i);
  }
  return out;
}

// Claims without an interval stay in the family with p = 1.
std::vector<HolmLevel> levels_of(const spec::Experiment& experiment,
                                 const std::vector<std::optional<Assessment>>& assessed,
                                 double alpha) {
  std::vector<HolmLevel> levels(assessed.size());
  for (std::size_t i = 0; i < assessed.size(); ++i)
    levels[i] = {assessed[i] && assessed[i]->p ? *assessed[i]->p : 1, alpha};
  for (const auto& [name, members] : families(experiment)) {
    std::vector<double> p;
    for (const std::size_t i : members) p.push_back(levels[i].p_adjusted);
    const auto adjusted = holm_levels(p, alpha);
    for (std::size_t k = 0; k < members.size(); ++k) levels[members[k]] = adjusted[k];
  }
  return levels;
}

// True where the class's own score is one of those that the metric is the mean of.
bool averages_class(const stats::MetricFunction& metric, std::size_t c) {
  using stats::MetricKind;
  const auto& classes = metric.classes;
  const bool listed = std::find(classes.begin(), classes.end(), c) != classes.end();
  switch (metric.kind) {
    case MetricKind::kMacroF1:
    case MetricKind::kMacroF1OfMeans:
      return classes.empty() || listed;
    case MetricKind::kPrecision:
    case MetricKind::kRecall:
    case MetricKind::kF1:
      return listed;
    default:
      return false;
  }
}

std::vector<std::string> caveats_of(const Assessment& assessed) {
  std::vector<std::string> caveats = assessed.question.notes;
  const Evidence& evidence = assessed.evidence;
  caveats.insert(caveats.end(), evidence.caveats.begin(), evidence.caveats.end());
  const stats::PredictionTable table = all_rows(evidence);
  if (table.labels.empty()) return caveats;
  if (!evidence.splits.empty())
    caveats.push_back(fmt::format("over {} splits", evidence.splits.size()));
  const auto rows = stats::support(table, table.weights);
  for (std::size_t c = 0; c < rows.size(); ++c) {
    const std::string& name = table.book ? table.book->names()[c] : evidence.class_names[c];
    if (rows[c] == 0 && !name.empty() && averages_class(evidence.metric, c))
      caveats.push_back(fmt::format("the class {} has no test rows and its scores count 0", name));
  }
  return caveats;
}

// Beside the interval; of splits that share training rows there is none.
std::optional<stats::Interval> bootstrap(const Assessment& assessed, const stats::Contrast& shown) {
  const stats::PredictionTable& table = assessed.evidence.table;
  if (!assessed.evidence.splits.empty()) return std::nullopt;
  stats::BootstrapOptions options;
  if (table.runs.size() > kManyRuns) options.replicates = 500;
  return stats::two_level_bootstrap(table, assessed.evidence.metric, shown, options);
}

void fill_numbers(const Assessment& assessed, const HolmLevel& level, Verdict& out) {
  const std::size_t weakest =
      weakest_step(assessed.question.criterion, assessed.steps, level.alpha);
  const Measured& shown = assessed.steps[weakest];
  out.step = assessed.question.steps[weakest].name;
  out.bound = assessed.question.criterion.bound;
  out.estimate = shown.estimate;
  const stats::Interval possible =
      stats::possible_values(assessed.question.steps[weakest].contrast);
  out.ci = stats::clipped(interval(shown, kAlpha), possible);
  out.ci_error = deciding_error(assessed.question.criterion, assessed.steps, weakest, level.alpha);
  out.ci_adjusted = stats::clipped(interval(shown, out.ci_error), possible);
  out.interval_method = assessed.evidence.splits.empty() ? "two-way influence (seeds and rows)"
                                                         : "corrected resampled t (splits)";
  out.bootstrap = bootstrap(assessed, assessed.question.steps[weakest].contrast);
  out.p = assessed.p;
  out.p_adjusted = level.p_adjusted;
  out.minimum_detectable_effect =
      minimum_detectable_effect(assessed.question.criterion.shape, assessed.steps, level.alpha);
}

// An estimate without an interval: one rule for every kind of claim.
void fill_unvaried(const Assessment& assessed, Verdict& out) {
  out.step = assessed.question.steps[assessed.weakest].name;
  out.bound = assessed.question.criterion.bound;
  out.estimate = assessed.unvaried_estimate;
  const std::string& incomplete = assessed.evidence.incomplete;
  out.because = incomplete.empty() ? Because::kZeroVariance : Because::kRuns;
  if (!incomplete.empty()) out.reason = incomplete;
}

void fill_judgement(Assessment& assessed, const HolmLevel& level, Verdict& out) {
  fill_numbers(assessed, level, out);
  assessed.weakest = weakest_step(assessed.question.criterion, assessed.steps, level.alpha);
  out.row_effects =
      row_effects(assessed.evidence, assessed.question.steps[assessed.weakest].contrast);
  Judged judged = judge(assessed, level.alpha);
  out.outcome = judged.outcome;
  out.because = judged.because;
  out.reason = std::move(judged.reason);
  out.fragility_rows = std::move(judged.fragility_rows);
  out.fragility_relabelled = std::move(judged.fragility_relabelled);
  out.fragile_rows = std::move(judged.fragile_rows);
  out.rare_classes = std::move(judged.rare_classes);
}

// Of the arms that the file defines; the clean baseline that a measurement adds is none of them.
std::vector<TestedCell> timed_cells(const spec::Experiment& experiment,
                                    const std::vector<grid::Cell>& cells,
                                    const spec::Claim& claim) {
  std::vector<TestedCell> out;
  for (const spec::Arm& arm : experiment.arms)
    if (std::find(claim.arms.begin(), claim.arms.end(), arm.name) != claim.arms.end())
      for (const std::size_t cell : arm_cells(experiment, arm))
        out.push_back({&cells[cell].config, nullptr});
  return out;
}

std::string not_comparable_to(const spec::Paper& paper, const std::string& metric,
                              std::span<const TestedCell> cells) {
  std::vector<specs::Config> configs;
  for (const TestedCell& cell : cells) configs.push_back(with_model_folder(cell));
  std::vector<const specs::Config*> borrowed;
  for (const specs::Config& config : configs) borrowed.push_back(&config);
  return not_comparable(paper, metric, borrowed);
}

Verdict verdict_of(const spec::Experiment& experiment, const spec::Claim& claim,
                   Assessment assessed, const HolmLevel& level, std::span<const TestedCell> cells) {
  Verdict out;
  const Evidence& evidence = assessed.evidence;
  out.alpha = level.alpha;
  out.seeds = evidence.seeds.size();
  out.run_keys = evidence.run_keys;
  out.notes = evidence.notes;
  out.place = scope_of(cells, evidence.test_rows, out.seeds);
  out.caveats = caveats_of(assessed);
  out.scope = out.place;
  for (const std::string& caveat : out.caveats) out.scope += "; " + caveat;
  out.reason = assessed.nothing;
  if (assessed.unvaried_estimate) {
    fill_unvaried(assessed, out);
  } else if (assessed.steps.empty()) {
    return out;
  } else {
    fill_judgement(assessed, level, out);
  }
  if (claim.kind != "reproduces") return out;
  const std::string why = not_comparable_to(experiment.paper, claim.metric, cells);
  if (why.empty()) return out;
  out.reason =
      fmt::format("not comparable: {}; otherwise {}: {}", why, to_text(out.outcome), out.reason);
  out.outcome = Outcome::kUndecided;
  out.because = Because::kNotComparable;
  return out;
}

}  // namespace

std::string family_of(const spec::Claim& claim) {
  if (claim.kind == "reproduces") return "reproduces " + claim.source;
  return claim.primary && claim.kind != "cost_ratio" ? "primary" : "";
}

std::vector<Verdict> judge_claims(const store::Reader& reader, const spec::Experiment& experiment) {
  return experiment.looks.empty() ? judge_claims_at(reader, experiment, kAlpha)
                                  : judge_look(reader, experiment).verdicts;
}

std::vector<Verdict> judge_claims_at(const store::Reader& reader,
                                     const spec::Experiment& experiment, double alpha) {
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  std::vector<std::optional<Question>> questions(experiment.claims.size());
  for (std::size_t i = 0; i < questions.size(); ++i)
    if (experiment.claims[i].kind != "cost_ratio")
      questions[i] = make_question(experiment, cells, experiment.claims[i]);
  EvidenceReader evidence(reader, experiment, cells);
  std::vector<std::optional<Assessment>> assessed(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!questions[i]) continue;
    Evidence found = evidence.read(*questions[i], experiment.claims[i].metric);
    assessed[i] = assess(std::move(*questions[i]), std::move(found));
  }
  const auto levels = levels_of(experiment, assessed, alpha);
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < assessed.size(); ++i) {
    const spec::Claim& claim = experiment.claims[i];
    std::vector<TestedCell> tested;
    if (assessed[i])
      for (const std::size_t cell : assessed[i]->question.cells)
        tested.push_back({&cells[cell].config, evidence.run_of(cell)});
    if (claim.kind == "cost_ratio") tested = timed_cells(experiment, cells, claim);
    if (tested.empty()) tested.push_back({&cells.front().config, nullptr});
    Verdict verdict =
        assessed[i] ? verdict_of(experiment, claim, std::move(*assessed[i]), levels[i], tested)
                    : judge_cost(reader, experiment.name, claim, timed_training(tested));
    verdict.family_alpha = alpha;
    verdict.claim = claim.name;
    verdict.kind = claim.kind;
    verdict.metric = claim.kind == "cost_ratio" ? "" : claim.metric;
    verdict.primary = claim.primary;
    verdict.sentence = sentence_of(verdict, claim);
    verdicts.push_back(std::move(verdict));
  }
  join_cost_and_quality(experiment, verdicts);
  return verdicts;
}

std::string_view to_text(Because because) {
  switch (because) {
    case Because::kNotMeasured:
      return "not measured";
    case Because::kZeroVariance:
      return "zero variance";
    case Because::kRuns:
      return "runs";
    case Because::kInterval:
      return "interval";
    case Because::kFewRows:
      return "few test rows";
    case Because::kNotComparable:
      return "not comparable";
    case Because::kTestSplit:
      return "test split";
    case Because::kDecided:
      break;
  }
  return "";
}

std::string count_in_words(std::span<const Verdict> verdicts) {
  std::map<Outcome, std::size_t> outcomes;
  std::map<Because, std::size_t> reasons;
  for (const Verdict& v : verdicts) {
    ++outcomes[v.outcome];
    if (v.outcome == Outcome::kUndecided) ++reasons[v.because];
  }
  std::vector<std::string> words;
  for (const auto& [because, count] : reasons)
    words.push_back(fmt::format("{} {}", to_text(because), count));
  return fmt::format("{} claim{}: {} supported, {} refuted, {} undecided{}{}{}.", verdicts.size(),
                     verdicts.size() == 1 ? "" : "s", outcomes[Outcome::kSupported],
                     outcomes[Outcome::kRefuted], outcomes[Outcome::kUndecided],
                     words.empty() ? "" : " (", fmt::join(words, ", "), words.empty() ? "" : ")");
}

ExitStatus exit_status(std::span<const Verdict> verdicts) {
  const auto any = [&](Outcome outcome) {
    return std::any_of(verdicts.begin(), verdicts.end(),
                       [&](const Verdict& v) { return v.outcome == outcome; });
  };
  if (any(Outcome::kRefuted)) return ExitStatus::kRefuted;
  return any(Outcome::kUndecided) ? ExitStatus::kUndecided : ExitStatus::kSuccess;
}

}  // namespace ratbench::claims
