#include "harness/cli/verdict_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "src/base/json.hpp"

namespace ratbench::cli {
namespace {

using claims::Verdict;

nlohmann::json number(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

std::optional<double> low(const std::optional<stats::Interval>& interval) {
  return interval ? std::optional(interval->low) : std::nullopt;
}

std::optional<double> high(const std::optional<stats::Interval>& interval) {
  return interval ? std::optional(interval->high) : std::nullopt;
}

nlohmann::json rare_classes_json(const Verdict& v) {
  nlohmann::json list = nlohmann::json::array();
  for (const claims::RareClass& rare : v.rare_classes)
    list.push_back({{"class", rare.name}, {"rows", rare.rows}, {"lost", rare.lost}});
  return list;
}

}  // namespace

nlohmann::json verdict_json(const Verdict& v) {
  return {{"claim", v.claim},
          {"kind", v.kind},
          {"metric", v.metric.empty() ? nlohmann::json(nullptr) : nlohmann::json(v.metric)},
          {"primary", v.primary},
          {"verdict", to_text(v.outcome)},
          {"undecided_because", v.outcome == claims::Outcome::kUndecided
                                    ? nlohmann::json(to_text(v.because))
                                    : nlohmann::json(nullptr)},
          {"reason", v.reason},
          {"scope", v.scope},
          {"sentence", v.sentence},
          {"contrast", v.step},
          {"bound", number(v.bound)},
          {"estimate", number(v.estimate)},
          {"ci_low", number(low(v.ci))},
          {"ci_high", number(high(v.ci))},
          {"ci_low_adjusted", number(low(v.ci_adjusted))},
          {"ci_high_adjusted", number(high(v.ci_adjusted))},
          {"ci_error_adjusted", v.ci_error},
          {"family_alpha", v.family_alpha},
          {"alpha", v.alpha},
          {"p", number(v.p)},
          {"p_adjusted", number(v.p_adjusted)},
          {"seeds", v.seeds},
          {"minimum_detectable_effect", number(v.minimum_detectable_effect)},
          {"interval_method", v.interval_method},
          {"bootstrap_low", number(low(v.bootstrap))},
          {"bootstrap_high", number(high(v.bootstrap))},
          {"fragility_rows", v.fragility_rows},
          {"fragility_relabelled", v.fragility_relabelled},
          {"fragile_rows", v.fragile_rows},
          {"rare_classes", rare_classes_json(v)},
          {"notes", v.notes},
          {"run_keys", v.run_keys}};
}

store::VerdictRow verdict_row(const Verdict& v) {
  return {v.claim,
          std::string(to_text(v.outcome)),
          v.reason,
          v.scope,
          v.estimate,
          low(v.ci),
          high(v.ci),
          low(v.ci_adjusted),
          high(v.ci_adjusted),
          v.alpha,
          v.p,
          v.p_adjusted,
          static_cast<std::int64_t>(v.seeds),
          v.minimum_detectable_effect,
          v.fragility_rows,
          v.kind,
          v.metric,
          v.step,
          v.bound,
          v.primary,
          v.sentence,
          v.interval_method,
          low(v.bootstrap),
          high(v.bootstrap),
          v.fragility_relabelled,
          json_text(nlohmann::json(v.fragile_rows)),
          json_text(rare_classes_json(v)),
          json_text(nlohmann::json(v.notes)),
          v.run_keys};
}

namespace {

std::string shown(const std::optional<double>& value, double scale, const char* pattern) {
  return value ? fmt::format(fmt::runtime(pattern), scale * *value) : "-";
}

std::string shown(const std::optional<stats::Interval>& ci, double scale) {
  if (ci && scale == 1) return fmt::format("{:.3f}x .. {:.3f}x", ci->low, ci->high);
  return ci ? fmt::format("{:+.2f} .. {:+.2f}", scale * ci->low, scale * ci->high) : "-";
}

// Differences in points, ratios as they are.
std::vector<std::string> table_row(const Verdict& v) {
  const double scale = v.kind == "cost_ratio" ? 1 : 100;
  return {v.claim + (v.primary ? " *" : ""),
          v.outcome == claims::Outcome::kUndecided
              ? fmt::format("undecided: {}", to_text(v.because))
              : std::string(to_text(v.outcome)),
          shown(v.estimate, scale, scale > 1 ? "{:+.2f}" : "{:.3f}x"),
          shown(v.ci, scale),
          shown(v.ci_adjusted, scale),
          shown(v.bootstrap, scale),
          shown(v.p, 1, "{:.2g}"),
          shown(v.p_adjusted, 1, "{:.2g}"),
          std::to_string(v.seeds),
          scale > 1 && v.minimum_detectable_effect.value_or(0) > 1
              ? "> 100"  // no difference of two scores is as large
              : shown(v.minimum_detectable_effect, scale, "{:.2f}"),
          v.fragility_rows.empty() ? "-" : v.fragility_rows,
          v.fragility_relabelled.empty() ? "-" : v.fragility_relabelled};
}

}  // namespace

void print_verdicts(const std::vector<Verdict>& verdicts) {
  std::vector<std::vector<std::string>> rows = {
      {"claim", "verdict", "estimate", "95 % interval", "adjusted", "bootstrap 95 %", "p",
       "p adjusted", "seeds", "detectable", "rows to drop", "rows to relabel"}};
  for (const Verdict& v : verdicts) rows.push_back(table_row(v));
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c)
      line += fmt::format("{:<{}}", row[c], c + 1 == row.size() ? 0 : widths[c] + 2);
    fmt::print("{}\n", line);
  }
  fmt::print(
      "\nDifferences in points, times as ratios; * primary: the adjusted interval is Holm's and "
      "decides (equal "
      "arms: "
      "two one-sided tests); the bootstrap stands beside it.\nRows to drop, to relabel: fewest "
      "test rows that change what the interval says.\n\n");
  fmt::print("{}\n", claims::count_in_words(verdicts));
  for (const Verdict& v : verdicts) {
    fmt::print("{}: {}\n", v.claim, v.sentence);
    for (const std::string& note : v.notes) fmt::print("  note: {}\n", note);
  }
}

}  // namespace ratbench::cli
