// ratbench verify: the verdict on every claim of an experiment.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/claims/verdict.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

using claims::Verdict;

struct VerifyOptions {
  ExperimentOptions experiment;
  std::string db;
  bool json = false;
};

nlohmann::json number(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

std::optional<double> low(const std::optional<stats::Interval>& interval) {
  return interval ? std::optional(interval->low) : std::nullopt;
}

std::optional<double> high(const std::optional<stats::Interval>& interval) {
  return interval ? std::optional(interval->high) : std::nullopt;
}

nlohmann::json to_json(const Verdict& v) {
  return {{"claim", v.claim},
          {"kind", v.kind},
          {"metric", v.metric.empty() ? nlohmann::json(nullptr) : nlohmann::json(v.metric)},
          {"primary", v.primary},
          {"verdict", to_text(v.outcome)},
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
          {"alpha", v.alpha},
          {"p", number(v.p)},
          {"p_adjusted", number(v.p_adjusted)},
          {"seeds", v.seeds},
          {"minimum_detectable_effect", number(v.minimum_detectable_effect)},
          {"fragility_rows", v.fragility_rows},
          {"fragile_rows", v.fragile_rows},
          {"run_keys", v.run_keys}};
}

store::VerdictRow to_row(const Verdict& v) {
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
          v.fragility_rows};
}

std::string shown(const std::optional<double>& value, double scale, const char* pattern) {
  return value ? fmt::format(fmt::runtime(pattern), scale * *value) : "-";
}

std::string shown(const std::optional<stats::Interval>& ci, double scale) {
  return ci ? fmt::format("{:+.2f} .. {:+.2f}", scale * ci->low, scale * ci->high) : "-";
}

// Differences in points, ratios as they are.
std::vector<std::string> table_row(const Verdict& v) {
  const double scale = v.kind == "cost_ratio" ? 1 : 100;
  return {v.claim + (v.primary ? " *" : ""),
          std::string(to_text(v.outcome)),
          shown(v.estimate, scale, "{:+.2f}"),
          shown(v.ci, scale),
          shown(v.ci_adjusted, scale),
          shown(v.p, 1, "{:.2g}"),
          shown(v.p_adjusted, 1, "{:.2g}"),
          std::to_string(v.seeds),
          shown(v.minimum_detectable_effect, scale, "{:.2f}"),
          v.fragility_rows.empty() ? "-" : v.fragility_rows};
}

void print_table(const std::vector<Verdict>& verdicts) {
  std::vector<std::vector<std::string>> rows = {{"claim", "verdict", "estimate", "95 % interval",
                                                 "adjusted", "p", "p adjusted", "seeds",
                                                 "detectable", "fragile rows"}};
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
  fmt::print("\nDifferences in points; * primary: the adjusted interval is Holm's.\n\n");
  for (const Verdict& v : verdicts) fmt::print("{}: {}\n", v.claim, v.sentence);
}

// A database that cannot be written, or that a sweep is writing, does not cost the verdicts.
bool store_verdicts(const VerifyOptions& options, const std::string& experiment,
                    const std::vector<Verdict>& verdicts) {
  std::vector<store::VerdictRow> rows;
  for (const Verdict& v : verdicts) rows.push_back(to_row(v));
  try {
    store::Writer(options.db).store_verdicts(experiment, rows);
    return true;
  } catch (const StoreError& error) {
    fmt::print(stderr, "note: the verdicts are not in v_claim: {}\n", error.what());
    return false;
  }
}

int verify(const VerifyOptions& options) {
  const spec::Experiment experiment = options.experiment.load(spec::UnsetVariables::kKeep);
  print_warnings(experiment);
  if (experiment.claims.empty())
    throw SpecError(experiment.file, "/claims", "the experiment states no claims");
  std::vector<Verdict> verdicts;
  {
    const store::Reader reader(options.db);
    if (!reader.experiment(experiment.name))
      throw UsageError(
          fmt::format("{} holds no experiment \"{}\": run it first", options.db, experiment.name));
    verdicts = claims::judge_claims(reader, experiment);
  }
  const bool stored = store_verdicts(options, experiment.name, verdicts);
  if (options.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Verdict& v : verdicts) list.push_back(to_json(v));
    fmt::print("{}\n", nlohmann::json{{"experiment", experiment.name},
                                      {"db", options.db},
                                      {"stored", stored},
                                      {"claims", list}}
                           .dump(2));
  } else {
    print_table(verdicts);
  }
  return static_cast<int>(claims::exit_status(verdicts));
}

}  // namespace

Action set_up_verify(CLI::App& app) {
  const auto options = std::make_shared<VerifyOptions>();
  options->experiment.add_to(app);
  add_database(app, options->db);
  add_json(app, options->json);
  return [options] { return verify(*options); };
}

}  // namespace ratbench::cli
