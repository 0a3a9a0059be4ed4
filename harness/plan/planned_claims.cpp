#include "harness/plan/planned_claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "src/base/counted.hpp"
#include "src/specs/json_text.hpp"

namespace ratbench::plan {
namespace {

constexpr std::string_view kUnknown = "unknown: ";

std::string points(const std::optional<double>& fraction) {
  if (fraction && *fraction > 1) return "> 100";  // no difference of two scores is as large
  return fraction ? fmt::format("{:.1f}", 100 * *fraction) : "-";
}

// What must be true for the claim to be shown: "> +9.9", "margin > 8.1 (is 1.0)".
std::string needed(const PlannedClaim& claim) {
  if (!claim.effect) return "-";
  if (*claim.effect > 1) return "never";
  if (!claim.within) return fmt::format("> {:+.1f}", 100 * (claim.bound + *claim.effect));
  return fmt::format("margin > {:.1f}, is {:.1f}", 100 * *claim.effect, 100 * claim.bound);
}

std::string quoted(const std::string& text) {
  std::string out;
  specs::append_json_string(out, text);
  return out;
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "null";
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c)
      out += fmt::format("{:<{}}", row[c], c + 1 == row.size() ? 0 : widths[c] + 2);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string claims_text(const std::vector<PlannedClaim>& claims) {
  if (claims.empty()) return "";
  const bool looks = std::any_of(claims.begin(), claims.end(),
                                 [](const PlannedClaim& c) { return c.first_effect.has_value(); });
  std::vector<std::vector<std::string>> rows = {
      {"claim", "metric", "detectable", "endless seeds", "shown if truly", "alpha", "known"}};
  if (looks) rows.front().insert(rows.front().begin() + 2, "at first look");
  std::vector<std::string> advice;
  for (const PlannedClaim& claim : claims) {
    // What to do about it is said once below the table.
    const bool unknown = claim.basis.starts_with(kUnknown);
    if (unknown && std::find(advice.begin(), advice.end(), claim.basis) == advice.end())
      advice.push_back(claim.basis);
    rows.push_back({claim.claim, claim.metric.empty() ? "-" : claim.metric, points(claim.effect),
                    points(claim.endless_effect), needed(claim),
                    claim.effect ? fmt::format("{:.4f}", claim.alpha) : "-",
                    unknown ? "unknown" : claim.basis});
    if (looks) rows.back().insert(rows.back().begin() + 2, points(claim.first_effect));
  }
  std::size_t seeds = 0;
  for (const PlannedClaim& claim : claims) seeds = std::max(seeds, claim.seeds);
  return fmt::format("\nsmallest effect found with 80 % power at {}, in points:\n",
                     counted(seeds, "seed")) +
         table(rows) + fmt::format("{}{}", fmt::join(advice, "\n"), advice.empty() ? "" : "\n") +
         "Distance from the claim's bound, or the margin for equal arms; endless seeds: what these "
         "test rows\nallow at best, - where the stored seeds hide it. Rules beside the interval "
         "(classes with few rows) can\nonly make a claim harder to show.\n";
}

std::string looks_text(const std::vector<PlannedLook>& looks) {
  std::string out;
  for (std::size_t k = 0; k < looks.size(); ++k)
    out +=
        fmt::format("look {} of {}: {}, {}, alpha {:.4f}, expected time {}\n", k + 1, looks.size(),
                    counted(looks[k].seeds, "seed"), counted(looks[k].runs, "run"), looks[k].alpha,
                    looks[k].expected_s ? duration(*looks[k].expected_s) : "unknown");
  return out;
}

std::string claims_json(const std::vector<PlannedClaim>& claims) {
  std::string out = "[";
  for (const PlannedClaim& claim : claims)
    out += fmt::format(
        "{}\n  {{\"claim\": {}, \"kind\": {}, \"metric\": {}, \"bound\": {:.6g}, \"seeds\": {}, "
        "\"alpha\": {:.6g}, \"power\": 0.8, \"minimum_detectable_effect\": {}, "
        "\"at_first_look\": {}, \"with_endless_seeds\": {}, \"source\": {}, \"basis\": {}}}",
        &claim == claims.data() ? "" : ",", quoted(claim.claim), quoted(claim.kind),
        claim.metric.empty() ? "null" : quoted(claim.metric), claim.bound, claim.seeds, claim.alpha,
        number(claim.effect), number(claim.first_effect), number(claim.endless_effect),
        quoted(claim.source), quoted(claim.basis));
  return out + "]";
}

std::string looks_json(const std::vector<PlannedLook>& looks) {
  std::string out = "[";
  for (const PlannedLook& look : looks)
    out += fmt::format("{}{{\"seeds\": {}, \"alpha\": {:.6g}, \"runs\": {}, \"expected_s\": {}}}",
                       &look == looks.data() ? "" : ", ", look.seeds, look.alpha, look.runs,
                       look.expected_s ? fmt::format("{:.3f}", *look.expected_s) : "null");
  return out + "]";
}

}  // namespace ratbench::plan
