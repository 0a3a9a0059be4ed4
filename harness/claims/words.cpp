#include "harness/claims/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "harness/claims/judge.hpp"

namespace ratbench::claims {
namespace {

// "1 point", "2.5 points".
std::string plural_points(const std::optional<Decimal>& fraction) {
  const double points = 100 * fraction->real();
  return fmt::format("{:.4g} point{}", points, points == 1 ? "" : "s");
}

// " by more than 2.0 points"; nothing for an effect of 0.
std::string by_effect(const spec::Claim& claim) {
  const double effect = claim.effect ? claim.effect->real() : 0;
  return effect > 0 ? " by more than " + plural_points(claim.effect) : "";
}

std::string compared(const spec::Claim& claim) {
  const auto& arms = claim.arms;
  if (claim.kind == "difference")
    return fmt::format("{} exceeds {}{}", arms[0], arms[1], by_effect(claim));
  if (claim.kind == "interaction")
    return fmt::format("{} gains more over {} than {} and {} gain together{}", arms[0], arms[3],
                       arms[1], arms[2], by_effect(claim));
  if (claim.kind == "best_of")
    return fmt::format("{} exceeds each of {}{}", arms[0],
                       fmt::join(arms.begin() + 1, arms.end(), ", "), by_effect(claim));
  if (claim.kind == "order")
    return fmt::format("{}, each{},", fmt::join(arms, " > "), " above the next" + by_effect(claim));
  if (claim.kind == "trend")
    return fmt::format("the fitted line rises over the levels of {}{}", claim.factor,
                       by_effect(claim));
  if (claim.kind == "non_inferiority")
    return fmt::format("{} is less than {} below {}", arms[0], plural_points(claim.margin),
                       arms[1]);
  if (claim.kind == "equivalence")
    return fmt::format("{} and {} differ by less than {}", arms[0], arms[1],
                       plural_points(claim.margin));
  return fmt::format("{} lies within {} of the stated {}", arms[0], plural_points(claim.tolerance),
                     claim.value->text());
}

// "; both - abex is +3.1 points, 95 % interval +1.0 to +5.2 points".
std::string found_in_words(const Verdict& verdict, const spec::Claim& claim) {
  if (!verdict.estimate) return "";
  if (claim.kind == "cost_ratio")
    return fmt::format("; {} is {:.3f}, 95 % interval {:.3f} to {:.3f}", verdict.step,
                       *verdict.estimate, verdict.ci->low, verdict.ci->high);
  std::string text = fmt::format("; {} is {} points", verdict.step, points(*verdict.estimate));
  if (!verdict.ci_adjusted) return text;
  return text + fmt::format(", {:.4g} % interval{} {}", 100 * (1 - verdict.ci_error),
                            verdict.ci_error > verdict.alpha ? " (two one-sided tests)" : "",
                            points(*verdict.ci_adjusted, verdict.bound.value_or(0)));
}

}  // namespace

std::string statement(const spec::Claim& claim) {
  if (claim.kind == "cost_ratio" && claim.arms.size() > 2)
    return fmt::format("{0} takes less than {1} times what {2} takes, both beyond {3}",
                       claim.arms[0], claim.limit->text(), claim.arms[1], claim.arms[2]);
  if (claim.kind == "cost_ratio")
    return fmt::format("{} takes less than {} times the time of {}", claim.arms[0],
                       claim.limit->text(), claim.arms[1]);
  return compared(claim) + " in " + claim.metric;
}

std::string sentence_of(const Verdict& verdict, const spec::Claim& claim) {
  const std::string said = statement(claim);
  const std::string measured = found_in_words(verdict, claim);
  const std::string mind =
      verdict.caveats.empty() ? "" : fmt::format(" Mind: {}.", fmt::join(verdict.caveats, "; "));
  switch (verdict.outcome) {
    case Outcome::kSupported:
      return fmt::format("Shown {}: {}{}.{}", verdict.place, said, measured, mind);
    case Outcome::kRefuted:
      return fmt::format("Shown to be false {}: {}{}.{}", verdict.place, said, measured, mind);
    case Outcome::kUndecided:
      break;
  }
  return fmt::format("Neither shown nor refuted {}: {}{}; {}.{}", verdict.place, said, measured,
                     verdict.reason, mind);
}

}  // namespace ratbench::claims
