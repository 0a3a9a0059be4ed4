#include "harness/claims/cost_claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "src/base/check.hpp"

namespace ratbench::claims {
namespace {

// What one measurement says of a claim.
struct Found {
  std::optional<double> ratio;  // absent when it is unusable
  stats::Interval ci;
  std::string problem;
  std::string place;  // store::measured_on
};

// The latest measurement of the claim under each of these conditions. Unusable ones count
// as well: to pass over them would be to choose among measurements.
std::map<std::string, Found> latest_measurements(const store::Reader& reader,
                                                 const std::string& experiment,
                                                 const spec::Claim& claim) {
  const std::string above = claim.arms.size() > 2 ? claim.arms[2] : "";
  std::map<std::string, Found> latest;
  for (const store::StoredCost& row : reader.costs(experiment)) {
    if (row.arm != claim.arms[0] || row.baseline != claim.arms[1] || row.above != above || row.aa)
      continue;
    Found found;
    found.place = store::measured_on(row);
    found.problem = row.problem;
    if (row.usable && row.ratio && row.ci_low && row.ci_high) {
      found.ratio = row.ratio;
      found.ci = {*row.ci_low, *row.ci_high};
    }
    latest[found.place] = std::move(found);
  }
  return latest;
}

// The slowest device carries the claim, and one without a ratio leaves it open.
const Found& worst_of(const std::map<std::string, Found>& measurements) {
  return std::max_element(measurements.begin(), measurements.end(),
                          [](const auto& a, const auto& b) {
                            if (!a.second.ratio || !b.second.ratio)
                              return a.second.ratio && !b.second.ratio;
                            return a.second.ci.high < b.second.ci.high;
                          })
      ->second;
}

}  // namespace

Verdict judge_cost(const store::Reader& reader, const std::string& experiment,
                   const spec::Claim& claim, const std::string& trained) {
  Verdict out;
  const double limit = claim.limit->real();
  out.bound = limit;
  out.step = claim.arms.size() > 2 ? fmt::format("({0} - {2}) / ({1} - {2})", claim.arms[0],
                                                 claim.arms[1], claim.arms[2])
                                   : claim.arms[0] + " / " + claim.arms[1];
  const auto measurements = latest_measurements(reader, experiment, claim);
  if (measurements.empty()) {
    out.reason = fmt::format("no cost measurement of {}", out.step);
    out.place = out.scope = "(not measured)";
    return out;
  }
  const Found& worst = worst_of(measurements);
  out.place = out.scope = "on " + worst.place + ", " + trained;
  if (!worst.ratio) {
    out.reason = worst.problem.empty()
                     ? "the latest measurement gives no ratio: the baseline shows no overhead"
                     : "the latest measurement is unusable: " + worst.problem;
    return out;
  }
  out.estimate = worst.ratio;
  out.ci = worst.ci;
  out.ci_adjusted = worst.ci;
  out.interval_method = "blocks";
  out.because = Because::kInterval;
  if (worst.ci.high < limit) out.outcome = Outcome::kSupported;
  if (worst.ci.low > limit) out.outcome = Outcome::kRefuted;
  if (out.outcome != Outcome::kUndecided) out.because = Because::kDecided;
  out.reason = fmt::format("the interval of the ratio lies {} {}",
                           out.outcome == Outcome::kSupported ? "below"
                           : out.outcome == Outcome::kRefuted ? "above"
                                                              : "on both sides of",
                           claim.limit->text());
  return out;
}

namespace {

// "takes 0.780 [0.760, 0.800] of its time".
std::string time_taken(const spec::Claim& claim, const Verdict& cost) {
  return fmt::format(
      "takes {:.3f} [{:.3f}, {:.3f}] of {}", *cost.estimate, cost.ci->low, cost.ci->high,
      claim.arms.size() > 2 ? fmt::format("what {} takes beyond {}", claim.arms[1], claim.arms[2])
                            : "its time");
}

bool same_pair(const spec::Claim& quality, const spec::Claim& cost) {
  return quality.kind == "non_inferiority" && cost.kind == "cost_ratio" &&
         quality.arms[0] == cost.arms[0] && quality.arms[1] == cost.arms[1];
}

}  // namespace

std::string cost_and_quality(const spec::Claim& quality_claim, const Verdict& quality,
                             const spec::Claim& cost_claim, const Verdict& cost) {
  const std::string& arm = cost_claim.arms[0];
  const std::string by_more =
      fmt::format("than {} by more than {:.4g} point{} of {}", cost_claim.arms[1],
                  100 * quality_claim.margin->real(),
                  quality_claim.margin->real() == 0.01 ? "" : "s", quality_claim.metric);
  const std::string time = cost.estimate && cost.ci
                               ? time_taken(cost_claim, cost)
                               : fmt::format("its time is not known ({})", cost.reason);
  const bool measured = cost.estimate && cost.ci;
  std::string limit;
  if (measured && cost.outcome != Outcome::kSupported)
    limit = fmt::format(", which {} below the {} asked for",
                        cost.outcome == Outcome::kRefuted ? "is not" : "is not shown to be",
                        cost_claim.limit->text());
  switch (quality.outcome) {
    case Outcome::kSupported:
      return fmt::format("{} is not worse {}{} {}{}.", arm, by_more, measured ? " and" : ";", time,
                         limit);
    case Outcome::kRefuted:
      return fmt::format("{} is worse {}{} {}{}.", arm, by_more, measured ? "; it" : ";", time,
                         limit);
    case Outcome::kUndecided:
      break;
  }
  return fmt::format("Whether {} is worse {} is undecided ({}){} {}{}.", arm, by_more,
                     quality.reason, measured ? "; it" : ";", time, limit);
}

void join_cost_and_quality(const spec::Experiment& experiment, std::vector<Verdict>& verdicts) {
  RB_CHECK_EQ(experiment.claims.size(), verdicts.size());
  for (std::size_t c = 0; c < verdicts.size(); ++c)
    for (std::size_t q = 0; q < verdicts.size(); ++q)
      if (same_pair(experiment.claims[q], experiment.claims[c]))
        verdicts[c].sentence +=
            " Cost and quality together: " +
            cost_and_quality(experiment.claims[q], verdicts[q], experiment.claims[c], verdicts[c]);
}

}  // namespace ratbench::claims
