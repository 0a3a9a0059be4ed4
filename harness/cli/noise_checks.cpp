#include "harness/cli/noise_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/claims/aa_check.hpp"
#include "harness/claims/noise_floor.hpp"
#include "harness/cli/print_json.hpp"
#include "src/base/error.hpp"
#include "src/stats/clopper_pearson.hpp"

namespace ratbench::cli {
namespace {

constexpr const char* kAaScope = "this checks seed noise only: both arms share the test rows";

nlohmann::json to_json(const claims::AaResult& result) {
  return {{"metric", result.metric},
          {"alpha", result.alpha},
          {"seeds_per_arm", result.seeds_per_arm},
          {"comparisons", result.comparisons},
          {"false_positives", result.false_positives},
          {"ci_low", result.bound.low},
          {"ci_high", result.bound.high},
          {"random_halves_per_cell", result.halves},
          {"rate_over_random_halves", result.rate_over_halves},
          {"too_many", result.too_many()}};
}

std::string aa_words(const claims::AaResult& result) {
  if (result.too_many()) return "too many false positives";
  if (result.bound.high <= 2 * result.alpha) return "no sign of too many false positives";
  return fmt::format("too few comparisons to say: a rate of {:.0f} % would not have shown",
                     100 * result.bound.high);
}

void print_aa(const claims::AaResult& result) {
  if (result.comparisons == 0) {
    fmt::print("{}: nothing to compare\n", result.metric);
    return;
  }
  fmt::print(
      "{}: {} of {} comparisons of identical arms ({} seeds each or more) called different at "
      "alpha "
      "{}: {:.1f} %, 95 % Clopper-Pearson {:.1f} to {:.1f} %: {}\n    over {} random halves of "
      "each "
      "cell {:.1f} % (they share runs, so this has no bound)\n",
      result.metric, result.false_positives, result.comparisons, result.seeds_per_arm, result.alpha,
      100.0 * static_cast<double>(result.false_positives) / static_cast<double>(result.comparisons),
      100 * result.bound.low, 100 * result.bound.high, aa_words(result), result.halves,
      100 * result.rate_over_halves);
}

nlohmann::json to_json(const claims::NoiseFloor& floor) {
  nlohmann::json cells = nlohmann::json::array();
  for (const claims::CellFloor& cell : floor.cells)
    cells.push_back({{"cell", cell.cell},
                     {"seeds", cell.seeds},
                     {"unchanged", cell.unchanged},
                     {"seed_variance", cell.seed_variance},
                     {"rounding_variance", cell.rounding_variance},
                     {"largest_move", cell.largest_move}});
  const bool known = floor.share_ci.has_value();
  return {{"metric", floor.metric},
          {"share", floor.share ? nlohmann::json(*floor.share) : nlohmann::json(nullptr)},
          {"ci_low", known ? nlohmann::json(floor.share_ci->low) : nlohmann::json(nullptr)},
          {"ci_high", known ? nlohmann::json(floor.share_ci->high) : nlohmann::json(nullptr)},
          {"left_out", floor.left_out},
          {"cells", std::move(cells)}};
}

// Where nothing moved there is no spread to make an interval of; how many runs can move there is.
std::string nothing_moved(const claims::NoiseFloor& floor) {
  std::size_t runs = 0;
  for (const claims::CellFloor& cell : floor.cells) runs += cell.seeds;
  return fmt::format(
      "rounding moved the score of none of {} runs; 95 % Clopper-Pearson 0 to {:.0f} % "
      "of runs, and no interval of their variance",
      runs, 100 * stats::clopper_pearson(0, runs).high);
}

void print_floor(const claims::NoiseFloor& floor) {
  if (floor.share == 0.0)
    fmt::print("{}: {}\n", floor.metric, nothing_moved(floor));
  else
    fmt::print("{}: rounding variance is {} of the variance between seeds{}\n", floor.metric,
               floor.share ? fmt::format("{:.1f} %", 100 * *floor.share) : "an unknown share",
               floor.share_ci ? fmt::format(", 95 % interval {:.1f} to {:.1f} %",
                                            100 * floor.share_ci->low, 100 * floor.share_ci->high)
                              : "");
  fmt::print("  seeds  unchanged  sd of seeds  sd of rounding  largest move  cell\n");
  for (const claims::CellFloor& cell : floor.cells)
    fmt::print("  {:<5}  {:<9}  {:<11.2f}  {:<14.2f}  {:<12.2f}  {}\n", cell.seeds, cell.unchanged,
               100 * std::sqrt(cell.seed_variance), 100 * std::sqrt(cell.rounding_variance),
               100 * cell.largest_move, cell.cell);
  for (const std::string& cell : floor.left_out) fmt::print("  note: left out: {}\n", cell);
}

ExitStatus aa_status(const std::vector<claims::AaResult>& results) {
  bool nothing = true;
  for (const claims::AaResult& result : results) {
    if (result.too_many()) return ExitStatus::kRefuted;
    nothing = nothing && result.comparisons == 0;
  }
  return nothing ? ExitStatus::kUndecided : ExitStatus::kSuccess;
}

}  // namespace

int show_aa(const store::Reader& reader, const spec::Experiment& experiment, CheckFormat format) {
  const auto results = claims::check_aa(reader, experiment);
  if (format == CheckFormat::kJson) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& result : results) list.push_back(to_json(result));
    print_json(nlohmann::json{{"experiment", experiment.name},
                              {"scope", kAaScope},
                              {"left_out", results.front().left_out},
                              {"aa", std::move(list)}});
  } else {
    fmt::print("A/A: each cell against itself, its seeds dealt to two arms; {}\n", kAaScope);
    for (const auto& result : results) print_aa(result);
    for (const std::string& cell : results.front().left_out)
      fmt::print("note: left out: {}\n", cell);
  }
  return static_cast<int>(aa_status(results));
}

int show_noise_floor(const store::Reader& reader, const spec::Experiment& experiment,
                     CheckFormat format) {
  const auto floors = claims::noise_floor(reader, experiment);
  if (floors.empty())
    throw UsageError(
        fmt::format("no cell of {} has two seeds both as they are and with moved parameters: "
                    "ratbench run {}, then ratbench run {} --noise-floor",
                    experiment.name, experiment.file, experiment.file));
  if (format == CheckFormat::kJson) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& floor : floors) list.push_back(to_json(floor));
    print_json(nlohmann::json{{"experiment", experiment.name},
                              {"moved_runs", claims::rounding_experiment(experiment.name)},
                              {"noise_floor", std::move(list)}});
    return 0;
  }
  fmt::print(
      "noise floor: the same cells and seeds, every parameter moved by one unit in the last place "
      "after initialisation; points\n");
  for (const auto& floor : floors) print_floor(floor);
  return 0;
}

}  // namespace ratbench::cli
