#include "reports/claim_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/data.hpp"

namespace ratbench::reports {
namespace {

std::size_t count(const std::vector<ClaimData>& claims, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      claims.begin(), claims.end(), [&](const ClaimData& c) { return c.verdict == verdict; }));
}

template <typename Condition>
bool any(const std::vector<ClaimData>& claims, Condition condition) {
  return std::any_of(claims.begin(), claims.end(), condition);
}

// " (interval 6, not comparable 2)", the most frequent first; nothing without reasons.
std::string counted_reasons(const std::vector<ClaimData>& claims) {
  std::vector<std::pair<std::string, std::size_t>> reasons;
  for (const ClaimData& claim : claims) {
    if (claim.verdict != Verdict::kUndecided || claim.because.empty()) continue;
    const auto found = std::find_if(reasons.begin(), reasons.end(),
                                    [&](const auto& r) { return r.first == claim.because; });
    if (found == reasons.end())
      reasons.emplace_back(claim.because, 1);
    else
      ++found->second;
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [why, number] : reasons)
    text += fmt::format("{}{} {}", text.empty() ? " (" : ", ", why, number);
  return text.empty() ? "" : text + ")";
}

std::string listed_methods(const std::vector<ClaimData>& claims) {
  std::vector<std::string> seen;
  std::string text;
  for (const ClaimData& claim : claims) {
    const std::string& method = claim.interval_method;
    if (method.empty() || std::find(seen.begin(), seen.end(), method) != seen.end()) continue;
    seen.push_back(method);
    text += (text.empty() ? "" : "; ") + method;
  }
  return text;
}

std::string correction(const std::vector<ClaimData>& claims) {
  double look_alpha = kWholeAlpha;
  for (const ClaimData& claim : claims) look_alpha = std::min(look_alpha, claim.family_alpha);
  std::size_t primary = 0, reproduced = 0, others = 0;
  for (const ClaimData& claim : claims) {
    if (claim.kind == "reproduces")
      ++reproduced;
    else
      ++(claim.primary && !claim.is_ratio() ? primary : others);
  }
  std::string text =
      "Adjusted interval and adjusted p: Holm's step-down correction. The adjusted interval "
      "decides: at error alpha";
  if (any(claims, [](const ClaimData& claim) { return claim.is_within(); }))
    text +=
        "; of equivalence claims and stated numbers, where the estimate lies within the margin, at "
        "1 - 2 alpha: two one-sided tests";
  text += ". ";
  if (primary > 0)
    text += fmt::format("The {} primary claim{} (*) {} one family. ", primary,
                        primary == 1 ? "" : "s", primary == 1 ? "is" : "are");
  if (reproduced > 0)
    text += fmt::format(
        "The {} claim{} that reproduce{} stated numbers are families of their own, one per "
        "source. ",
        reproduced, reproduced == 1 ? "" : "s", reproduced == 1 ? "s" : "");
  if (others > 0)
    text += fmt::format(
        "{} claim{} not marked primary and not corrected: the adjusted interval is the {:.4g} % "
        "one{}. ",
        others, others == 1 ? " is" : "s are", 100 * (1 - look_alpha),
        any(claims,
            [](const ClaimData& claim) {
              return claim.kind == "equivalence" && !claim.primary && claim.two_one_sided();
            })
            ? fmt::format(", that of two one-sided tests the {:.4g} % one",
                          100 * (1 - 2 * look_alpha))
            : "");
  if (any(claims, [](const ClaimData& claim) {
        return claim.verdict == Verdict::kRefuted && claim.ci_error < claim.alpha;
      }))
    text +=
        "A claim of k > 2 comparisons, any of which can refute it, is refuted at error 2 alpha / "
        "k: the adjusted interval of a refuted one is that. ";
  if (look_alpha < kWholeAlpha)
    text += fmt::format(
        "The experiment looks at its seeds several times: this look has alpha {0:.3g} of {1:.3g}, "
        "and an adjusted p is to be held against {0:.3g}.",
        look_alpha, kWholeAlpha);
  while (text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

bool ClaimData::two_one_sided() const {
  return is_within() && estimate && threshold && ci_adjusted && std::abs(*estimate) < *threshold;
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSupported:
      return "supported";
    case Verdict::kRefuted:
      return "refuted";
    case Verdict::kUndecided:
      break;
  }
  return "undecided";
}

std::string_view verdict_shape(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSupported:
      return "▲";
    case Verdict::kRefuted:
      return "▼";
    case Verdict::kUndecided:
      break;
  }
  return "○";
}

std::string asked_for(const ClaimData& claim) {
  if (claim.contrast.empty() || !claim.threshold) return "";
  const double threshold = *claim.threshold;
  if (claim.is_ratio()) return fmt::format("{} < {:.4g}", claim.contrast, threshold);
  const std::string metric = metric_title(claim.metric) + ": ";
  if (claim.is_within())
    return fmt::format("{}{} within ±{:.4g}", metric, claim.contrast, 100 * threshold);
  return threshold == 0 ? metric + claim.contrast + " > 0"
                        : fmt::format("{}{} > {:+.4g}", metric, claim.contrast, 100 * threshold);
}

std::string verdict_text(const ClaimData& claim) {
  const std::string word(verdict_word(claim.verdict));
  const bool why = claim.verdict == Verdict::kUndecided && !claim.because.empty();
  return why ? word + " (" + claim.because + ")" : word;
}

std::string count_verdicts(const std::vector<ClaimData>& claims) {
  return fmt::format("{} claim{}: {} supported, {} refuted, {} undecided{}.", claims.size(),
                     claims.size() == 1 ? "" : "s", count(claims, Verdict::kSupported),
                     count(claims, Verdict::kRefuted), count(claims, Verdict::kUndecided),
                     counted_reasons(claims));
}

std::string fragility_meaning(const std::vector<ClaimData>& claims) {
  std::string text =
      "fewest test rows which, dropped or given another true class in all runs, change what the "
      "interval says; \"more than\", \"at most\" and \"tried\": as far as was searched.";
  if (any(claims, [](const ClaimData& claim) { return claim.because == "few test rows"; }))
    text +=
        " Where a verdict is withheld for \"few test rows\", they are the rows that its interval "
        "rests on, and without them it is withheld all the same.";
  if (any(claims, [](const ClaimData& claim) { return claim.metric.starts_with("macro_f1"); }))
    text += " A class that loses its only row counts 0 in macro-F1.";
  if (any(claims, [](const ClaimData& claim) { return claim.kind == "reproduces"; }))
    text +=
        " Of a paper's number that is not comparable: rows that change what the verdict would be "
        "if it were.";
  return text;
}

std::vector<std::string> claim_methods(const std::vector<ClaimData>& claims) {
  std::vector<std::string> sentences;
  const std::string methods = listed_methods(claims);
  if (!methods.empty()) sentences.push_back("Intervals: " + methods + ".");
  // One note with the methods where there are some: tables turned on their side are full.
  if (any(claims, [](const ClaimData& claim) { return claim.is_ratio(); })) {
    if (sentences.empty()) sentences.emplace_back();
    sentences.back() += sentences.back().empty() ? "" : " ";
    sentences.back() += "Claims about time rest on measured rounds, not on seeds.";
  }
  sentences.push_back(correction(claims));
  return sentences;
}

}  // namespace ratbench::reports
