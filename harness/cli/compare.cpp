// ratbench compare: do two databases say the same, cell by cell, within a margin?
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/cli/store_comparison.hpp"
#include "harness/spec/metric_names.hpp"
#include "src/base/decimal.hpp"
#include "src/base/error.hpp"
#include "src/specs/nearest.hpp"

namespace ratbench::cli {
namespace {

constexpr std::size_t kShownHash = 12;

struct CompareOptions {
  std::string a;
  std::string b;
  std::string margin;
  std::string metrics = "macro_f1";
  std::string experiment;
  bool json = false;
};

std::string margin_problem(const std::string& text) {
  const auto number = Decimal::parse(text);
  if (number && number->real() > 0 && number->real() < 1) return "";
  return "found \"" + text + "\", allowed is a fraction above 0 and below 1 (0.01: one point)";
}

// Names between commas; a class name may hold commas itself ("recall/FALLS,SLIPS,TRIPS"). Throws
// UsageError for what is no metric.
std::vector<std::string> metrics_of(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string piece = text.substr(begin, comma - begin);
    begin = comma + 1;
    if (spec::is_metric(piece)) {
      if (std::find(names.begin(), names.end(), piece) == names.end()) names.push_back(piece);
    } else if (!names.empty() && names.back().find('/') != std::string::npos) {
      names.back() += "," + piece;
    } else {
      const std::string near = specs::nearest(piece, spec::kMetricNames);
      throw UsageError(fmt::format(
          "--metric: unknown metric \"{}\"{}; known: {}, f1/CLASS, precision/CLASS, recall/CLASS",
          piece, near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
          fmt::join(spec::kMetricNames, ", ")));
    }
  }
  return names;
}

std::string_view verdict_of(const Equivalence& result) {
  switch (result.outcome) {
    case claims::Outcome::kSupported:
      return "equivalent";
    case claims::Outcome::kRefuted:
      return "different";
    case claims::Outcome::kUndecided:
      break;
  }
  return "undecided";
}

std::string_view test_of(const Equivalence& result) {
  return result.paired ? "paired by seed" : "unpaired";
}

nlohmann::json number(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

nlohmann::json ends(const std::optional<stats::Interval>& interval) {
  return interval ? nlohmann::json{interval->low, interval->high} : nlohmann::json(nullptr);
}

nlohmann::json to_json(const CellComparison& cell) {
  const Equivalence& result = cell.result;
  return {{"experiment", cell.experiment},
          {"cell", cell.cell},
          {"metric", cell.metric},
          {"verdict", verdict_of(result)},
          {"reason", result.reason},
          {"test", test_of(result)},
          {"mean_a", number(cell.mean_a)},
          {"mean_b", number(cell.mean_b)},
          {"estimate", number(result.estimate)},
          {"ci_90", ends(result.narrow)},
          {"ci_95", ends(result.wide)},
          {"p", number(result.p)},
          {"seeds_a", cell.seeds_a},
          {"seeds_b", cell.seeds_b},
          {"identical_runs", cell.identical},
          {"data_a", cell.data_a},
          {"data_b", cell.data_b},
          {"configuration_differences", cell.differences}};
}

nlohmann::json to_json(const std::vector<CellPlace>& places) {
  nlohmann::json list = nlohmann::json::array();
  for (const CellPlace& place : places)
    list.push_back({{"experiment", place.experiment}, {"cell", place.cell}});
  return list;
}

std::size_t count(const StoreComparison& comparison, claims::Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(comparison.cells.begin(), comparison.cells.end(),
                    [&](const CellComparison& cell) { return cell.result.outcome == outcome; }));
}

void print_comparison(const CompareOptions& options, double margin,
                      const StoreComparison& comparison) {
  nlohmann::json cells = nlohmann::json::array();
  for (const CellComparison& cell : comparison.cells) cells.push_back(to_json(cell));
  print_json(nlohmann::json{{"a", options.a},
                            {"b", options.b},
                            {"margin", margin},
                            {"alpha", kCompareAlpha},
                            {"equivalent", count(comparison, claims::Outcome::kSupported)},
                            {"different", count(comparison, claims::Outcome::kRefuted)},
                            {"undecided", count(comparison, claims::Outcome::kUndecided)},
                            {"cells", cells},
                            {"only_in_a", to_json(comparison.only_a)},
                            {"only_in_b", to_json(comparison.only_b)}});
}

std::string shown(const std::optional<double>& fraction, const char* pattern) {
  return fraction ? fmt::format(fmt::runtime(pattern), 100 * *fraction + 0.0) : "-";
}

std::string shown(const std::optional<stats::Interval>& ci) {
  return ci ? fmt::format("{:+.2f} .. {:+.2f}", 100 * ci->low + 0.0, 100 * ci->high + 0.0) : "-";
}

std::vector<std::string> table_row(const CellComparison& cell) {
  const Equivalence& result = cell.result;
  return {cell.cell,
          cell.metric,
          shown(cell.mean_a, "{:.2f}"),
          shown(cell.mean_b, "{:.2f}"),
          shown(result.estimate, "{:+.2f}"),
          shown(result.narrow),
          std::string(verdict_of(result)),
          std::string(test_of(result)),
          fmt::format("{} / {}", cell.seeds_a, cell.seeds_b),
          std::to_string(cell.identical)};
}

void print_table(const StoreComparison& comparison) {
  std::vector<std::vector<std::string>> rows = {{"cell", "metric", "A %", "B %", "B - A",
                                                 "90 % interval", "verdict", "test", "seeds",
                                                 "identical"}};
  for (const CellComparison& cell : comparison.cells) rows.push_back(table_row(cell));
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    // The first row of an experiment stands under its name.
    if (r > 0 &&
        (r == 1 || comparison.cells[r - 1].experiment != comparison.cells[r - 2].experiment))
      fmt::print("{}\n", comparison.cells[r - 1].experiment);
    std::string line;
    for (std::size_t c = 0; c < rows[r].size(); ++c)
      line += fmt::format("{:<{}}", rows[r][c], c + 1 == rows[r].size() ? 0 : widths[c] + 2);
    fmt::print("{}\n", line);
  }
}

// Cells of which the same is to be said share a line.
using Remarks = std::map<std::string, std::vector<std::string>>;  // text -> cells

void print_remarks(const Remarks& remarks, std::size_t cells) {
  for (const auto& [text, places] : remarks)
    fmt::print("{}: {}\n", text,
               places.size() == cells && cells > 1 ? fmt::format("all {} cells", cells)
                                                   : fmt::format("{}", fmt::join(places, "; ")));
}

void print_remarks(const StoreComparison& comparison) {
  Remarks undecided, data, configurations;
  std::set<std::string> cells;
  for (const CellComparison& cell : comparison.cells) {
    const std::string place = cell.experiment + ": " + cell.cell;
    if (cell.result.outcome == claims::Outcome::kUndecided)
      undecided[fmt::format("undecided in {}, {}", cell.metric, cell.result.reason)].push_back(
          place);
    if (!cells.insert(place).second) continue;
    if (cell.data_a != cell.data_b)
      data[fmt::format("other data, A {}, B {}", cell.data_a.substr(0, kShownHash),
                       cell.data_b.substr(0, kShownHash))]
          .push_back(place);
    if (!cell.differences.empty())
      configurations[fmt::format("other configuration, A / B, {}",
                                 fmt::join(cell.differences, ", "))]
          .push_back(place);
  }
  for (const Remarks* remarks : {&undecided, &data, &configurations})
    print_remarks(*remarks, cells.size());
  for (const CellPlace& place : comparison.only_a)
    fmt::print("only in A: {}: {}\n", place.experiment, place.cell);
  for (const CellPlace& place : comparison.only_b)
    fmt::print("only in B: {}: {}\n", place.experiment, place.cell);
}

void print_text(const CompareOptions& options, double margin, const StoreComparison& comparison) {
  fmt::print("A: {}\nB: {}\n\n", options.a, options.b);
  print_table(comparison);
  fmt::print(
      "\n{} equivalent, {} different, {} undecided. Points; margin {:.4g}. Two one-sided t tests "
      "over seeds\nat 5 % each, without correction over cells: equivalent when the 90 % interval "
      "lies inside the margin,\ndifferent when the 95 % interval lies outside. The test rows are "
      "taken as given. Identical: runs with\nthe same test logits, bit for bit.\n",
      count(comparison, claims::Outcome::kSupported), count(comparison, claims::Outcome::kRefuted),
      count(comparison, claims::Outcome::kUndecided), 100 * margin);
  print_remarks(comparison);
}

// 0 whatever the verdicts: a difference between two databases is an answer, not a claim refuted.
int compare(const CompareOptions& options) {
  const CompareRequest request{Decimal::parse(options.margin)->real(), metrics_of(options.metrics),
                               options.experiment};
  const store::Reader a(options.a);
  const store::Reader b(options.b);
  const StoreComparison comparison = compare_stores(a, b, request);
  if (options.json) {
    print_comparison(options, request.margin, comparison);
  } else {
    print_text(options, request.margin, comparison);
  }
  return 0;
}

}  // namespace

Action set_up_compare(CLI::App& app) {
  const auto options = std::make_shared<CompareOptions>();
  app.add_option("A", options->a, "database")->required();
  app.add_option("B", options->b, "database to compare with it")->required();
  app.add_option("--margin", options->margin,
                 "largest difference that does not count, a fraction of 1 (0.01: one point)")
      ->type_name("M")
      ->required()
      ->check(margin_problem);
  app.add_option("--metric", options->metrics, "metrics to compare, separated by commas")
      ->type_name("NAME[,NAME..]")
      ->capture_default_str();
  app.add_option("--experiment", options->experiment, "this experiment alone")->type_name("NAME");
  add_json(app, options->json);
  app.footer("Exit status 0 whatever the verdicts; they are in the table and in --json.");
  return [options] { return compare(*options); };
}

}  // namespace ratbench::cli
