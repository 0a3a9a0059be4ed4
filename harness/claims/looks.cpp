#include "harness/claims/looks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "harness/claims/evidence.hpp"
#include "harness/claims/judge.hpp"
#include "harness/claims/question.hpp"
#include "harness/claims/words.hpp"
#include "harness/grid/expand.hpp"
#include "src/base/check.hpp"
#include "src/stats/distributions.hpp"

namespace ratbench::claims {
namespace {

// How many of the experiment's seeds, from the first, have ended in every cell.
std::size_t complete_seeds(const store::Reader& reader, const spec::Experiment& experiment) {
  std::size_t complete = experiment.seeds.size();
  const auto cells = reader.cells(experiment.name);
  if (cells.empty()) return 0;
  for (const store::CellRow& cell : cells) {
    std::set<std::uint64_t> ended;
    for (const store::CellRun& run : cell.runs)
      if (run.status == store::RunStatus::kDone || run.status == store::RunStatus::kDiverged)
        ended.insert(run.seed);
    std::size_t leading = 0;
    while (leading < complete && ended.contains(experiment.seeds[leading])) ++leading;
    complete = leading;
  }
  return complete;
}

// What a claim would be if every further seed were trained.
class EndlessSeeds {
 public:
  EndlessSeeds(const store::Reader& reader, const spec::Experiment& experiment, double alpha)
      : experiment_(experiment),
        cells_(grid::expand(experiment)),
        evidence_(reader, experiment, cells_),
        alpha_(alpha) {}

  // Why no number of seeds decides the claim; empty when one may.
  std::string obstacle(const spec::Claim& claim) {
    Question question = make_question(experiment_, cells_, claim);
    Evidence found = evidence_.read(question, claim.metric);
    // All runs have ended: what is missing diverged, and diverges again.
    for (const std::string& missing : {found.nothing, found.incomplete})
      if (!missing.empty()) return "more seeds cannot decide it: " + missing;
    const Assessment with_seeds = assess(question, found);
    const std::size_t seeds = found.seeds.size();
    const Assessment rows_only = assess(std::move(question), std::move(found), SeedNoise::kNone);
    // Without any spread yet, nothing is known about what is to come.
    if (rows_only.steps.empty() || with_seeds.steps.empty()) return "";
    std::string here;  // why it is undecided with the estimate where it is
    // Finely enough for equal arms, which are shown in the middle of the range alone.
    for (const double share : {0.0, -1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0}) {
      const Assessment there = moved(rows_only, with_seeds.steps, seeds, share);
      const bool interval_decides =
          decide(there.question.criterion, there.steps, alpha_) != Outcome::kUndecided;
      // Judging looks for fragile rows, too, which takes time.
      if (share != 0 && !interval_decides) continue;
      const Judged judged = judge(there, alpha_);
      if (judged.outcome != Outcome::kUndecided) return "";
      if (share == 0) here = judged.reason;
    }
    return "undecidable with this test split: even with no seed noise left, wherever within its "
           "seeds' 95 % range the estimate then lies; where it is, " +
           here;
  }

 private:
  // With every step moved by a share of its seeds' 95 % range.
  Assessment moved(Assessment rows_only, std::span<const Measured> with_seeds, std::size_t seeds,
                   double share) const {
    for (std::size_t k = 0; k < rows_only.steps.size(); ++k) {
      const double move = share * seed_reach(with_seeds[k], rows_only.steps[k], seeds);
      rows_only.question.steps[k].contrast.constant += move;
      rows_only.steps[k].estimate += move;
    }
    rows_only.weakest = weakest_step(rows_only.question.criterion, rows_only.steps, alpha_);
    return rows_only;
  }

  const spec::Experiment& experiment_;
  std::vector<grid::Cell> cells_;
  EvidenceReader evidence_;
  double alpha_;
};

// `endless` is null while runs of the look are missing.
Prospect prospect_of(const spec::Claim& claim, Verdict& verdict, EndlessSeeds* endless) {
  if (!spec::decided_by_seeds(claim)) return Prospect::kNotBySeeds;
  if (verdict.outcome != Outcome::kUndecided) return Prospect::kDecided;
  if (endless == nullptr) return Prospect::kOpen;
  std::string obstacle = endless->obstacle(claim);
  if (obstacle.empty()) return Prospect::kOpen;
  verdict.reason = std::move(obstacle);
  if (verdict.because == Because::kInterval) verdict.because = Because::kTestSplit;
  verdict.sentence = sentence_of(verdict, claim);
  return Prospect::kUndecidable;
}

bool is_settled(const spec::Experiment& experiment, const std::vector<Prospect>& prospects) {
  const auto& claims = experiment.claims;
  const bool some_primary = std::any_of(claims.begin(), claims.end(), [](const spec::Claim& claim) {
    return claim.primary && spec::decided_by_seeds(claim);
  });
  for (std::size_t i = 0; i < claims.size(); ++i)
    if (prospects[i] == Prospect::kOpen && (claims[i].primary || !some_primary)) return false;
  return true;
}

}  // namespace

double seed_reach(const Measured& with_seeds, const Measured& rows_only, std::size_t seeds) {
  RB_CHECK_GT(seeds, 1U);
  const double variance = with_seeds.se * with_seeds.se - rows_only.se * rows_only.se;
  const double own = std::sqrt(std::max(0.0, variance));
  return stats::t_quantile(0.975, static_cast<double>(seeds - 1)) * own;
}

std::string_view to_text(Prospect prospect) {
  switch (prospect) {
    case Prospect::kDecided:
      return "decided";
    case Prospect::kOpen:
      return "open";
    case Prospect::kUndecidable:
      return "undecidable";
    case Prospect::kNotBySeeds:
      break;
  }
  return "not by seeds";
}

std::vector<Look> planned_looks(const spec::Experiment& experiment) {
  if (experiment.looks.empty()) return {{experiment.seeds.size(), kAlpha}};
  const auto& planned = experiment.file_looks;
  const auto total =
      static_cast<double>(std::accumulate(planned.begin(), planned.end(), std::size_t{0}));
  std::vector<Look> looks;
  for (const std::size_t seeds : planned)
    looks.push_back({seeds, kAlpha * static_cast<double>(seeds) / total});
  return looks;
}

std::vector<Look> looks_of(const spec::Experiment& experiment) {
  std::vector<Look> looks = planned_looks(experiment);
  if (!experiment.looks.empty()) looks.resize(experiment.looks.size());
  return looks;
}

spec::Experiment at_look(const spec::Experiment& experiment, std::size_t look) {
  spec::Experiment out = experiment;
  if (experiment.looks.empty()) return out;
  RB_CHECK_LT(look, experiment.looks.size());
  // The seeds may have been cut to an earlier look already.
  for (std::uint64_t seed = out.seeds.size(); seed < experiment.looks[look]; ++seed)
    out.seeds.push_back(seed);
  out.seeds.resize(experiment.looks[look]);
  return out;
}

std::size_t look_reached(const store::Reader& reader, const spec::Experiment& experiment) {
  if (experiment.looks.empty()) return 0;
  const std::size_t complete =
      complete_seeds(reader, at_look(experiment, experiment.looks.size() - 1));
  std::size_t reached = 0;
  while (reached + 1 < experiment.looks.size() && experiment.looks[reached + 1] <= complete)
    ++reached;
  return reached;
}

JudgedLook judge_look(const store::Reader& reader, const spec::Experiment& experiment,
                      std::size_t look) {
  const std::vector<Look> looks = planned_looks(experiment);
  RB_CHECK_LT(look, looks_of(experiment).size());
  const spec::Experiment now = at_look(experiment, look);
  JudgedLook out{look, looks[look], judge_claims_at(reader, now, looks[look].alpha), {}, false};
  double largest_alpha = 0;
  for (std::size_t k = look; k < looks.size(); ++k)
    largest_alpha = std::max(largest_alpha, looks[k].alpha);
  std::optional<EndlessSeeds> endless;
  if (complete_seeds(reader, now) == now.seeds.size()) endless.emplace(reader, now, largest_alpha);
  for (std::size_t i = 0; i < out.verdicts.size(); ++i) {
    out.prospects.push_back(
        prospect_of(experiment.claims[i], out.verdicts[i], endless ? &*endless : nullptr));
    if (looks.size() > 1 && spec::decided_by_seeds(experiment.claims[i]))
      out.verdicts[i].notes.push_back(fmt::format(
          "look {} of {}, at {} of at most {} seeds, with alpha {:.3g} of {:.3g}", look + 1,
          looks.size(), out.look.seeds, looks.back().seeds, out.look.alpha, kAlpha));
  }
  out.settled = is_settled(experiment, out.prospects);
  return out;
}

JudgedLook judge_look(const store::Reader& reader, const spec::Experiment& experiment) {
  return judge_look(reader, experiment, look_reached(reader, experiment));
}

}  // namespace ratbench::claims
