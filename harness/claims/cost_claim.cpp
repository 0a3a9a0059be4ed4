#include "harness/claims/cost_claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "src/base/check.hpp"

namespace ratbench::claims {
namespace {

struct Ratio {
  double ratio = 0;
  stats::Interval ci;
  std::string device;
};

std::vector<Ratio> measured_ratios(const store::Reader& reader, const std::string& experiment,
                                   const spec::Claim& claim) {
  std::map<std::string, std::size_t> at;
  for (const std::string& column : reader.view_columns("v_cost")) at.emplace(column, at.size());
  std::vector<Ratio> out;
  reader.visit_view("v_cost", [&](const std::vector<std::optional<std::string>>& row) {
    const auto cell = [&](const char* column) { return row[at.at(column)]; };
    if (cell("experiment") != experiment || cell("arm") != claim.arms[0] ||
        cell("baseline") != claim.arms[1] || !cell("ratio") || !cell("ci_low") || !cell("ci_high"))
      return;
    out.push_back({std::stod(*cell("ratio")),
                   {std::stod(*cell("ci_low")), std::stod(*cell("ci_high"))},
                   cell("device").value_or("")});
  });
  return out;
}

}  // namespace

Verdict judge_cost(const store::Reader& reader, const std::string& experiment,
                   const spec::Claim& claim) {
  Verdict out;
  const double limit = claim.limit->real();
  out.bound = limit;
  out.step = claim.arms[0] + " / " + claim.arms[1];
  const auto ratios = measured_ratios(reader, experiment, claim);
  if (ratios.empty()) {
    out.reason = fmt::format("no cost measurement of {} over {}", claim.arms[0], claim.arms[1]);
    out.scope = "on no device";
    return out;
  }
  // The slowest device carries the claim.
  const Ratio& worst =
      *std::max_element(ratios.begin(), ratios.end(),
                        [](const Ratio& a, const Ratio& b) { return a.ci.high < b.ci.high; });
  out.estimate = worst.ratio;
  out.ci = worst.ci;
  out.ci_adjusted = worst.ci;
  out.interval_method = "blocks";
  out.scope = "on " + worst.device;
  if (worst.ci.high < limit) out.outcome = Outcome::kSupported;
  if (worst.ci.low > limit) out.outcome = Outcome::kRefuted;
  out.reason = fmt::format("the interval of the ratio, {:.3f} to {:.3f}, lies {} {}", worst.ci.low,
                           worst.ci.high,
                           out.outcome == Outcome::kSupported ? "below"
                           : out.outcome == Outcome::kRefuted ? "above"
                                                              : "on both sides of",
                           claim.limit->text());
  return out;
}

}  // namespace ratbench::claims
