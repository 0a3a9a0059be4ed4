#include "harness/claims/aa_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "harness/claims/decision.hpp"
#include "harness/claims/evidence.hpp"
#include "harness/claims/verdict.hpp"
#include "harness/grid/expand.hpp"
#include "src/base/random.hpp"
#include "src/stats/clopper_pearson.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {
namespace {

constexpr std::size_t kLeastSeedsPerArm = 3;
constexpr std::size_t kHalves = 200;
// Which halves are drawn; any number would do, this one is always the same.
constexpr std::uint64_t kDraw = 41;

using Runs = std::vector<std::vector<std::int32_t>>;

// One distinct cell with its finished seeds.
struct AaCell {
  store::SplitRows rows;
  Runs runs;
};

// Predictions of the finished runs of one stored cell with one of `seeds`, by seed.
std::vector<std::vector<std::int32_t>> finished_runs(const store::Reader& reader,
                                                     const store::CellRow& cell,
                                                     const std::vector<std::uint64_t>& seeds,
                                                     const std::string& selection,
                                                     std::size_t rows) {
  std::vector<std::vector<std::int32_t>> runs;
  for (const store::CellRun& run : cell.runs) {
    const bool asked = std::find(seeds.begin(), seeds.end(), run.seed) != seeds.end();
    if (run.status != store::RunStatus::kDone || !asked) continue;
    auto predicted = reader.predictions(run.run_key, "test", selection);
    if (predicted.size() == rows) runs.push_back(std::move(predicted));
  }
  return runs;
}

std::vector<AaCell> aa_cells(const store::Reader& reader, const spec::Experiment& experiment,
                             std::vector<std::string>& left_out) {
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  std::vector<AaCell> out;
  std::set<std::string> seen;
  for (const store::CellRow& stored : reader.cells(experiment.name)) {
    const auto cell = std::find_if(cells.begin(), cells.end(),
                                   [&](const grid::Cell& one) { return one.name == stored.name; });
    // Cells whose computations are equal are one cell here.
    if (cell == cells.end()) {
      left_out.push_back(stored.name + ": no cell of the experiment file has this name");
      continue;
    }
    if (stored.runs.empty() || !seen.insert(stored.runs.front().run_key).second) continue;
    auto rows = store::split_rows(reader, stored.dataset, "test",
                                  cell->config.text_or("data.negative_class", ""));
    auto runs = finished_runs(reader, stored, experiment.seeds,
                              cell->config.text_or("train.select", "best"), rows.labels.size());
    if (runs.size() < 2 * kLeastSeedsPerArm || rows.rows() < 2) {
      left_out.push_back(fmt::format("{}: {} finished seeds, {} are needed", stored.name,
                                     runs.size(), 2 * kLeastSeedsPerArm));
      continue;
    }
    out.push_back({std::move(rows), std::move(runs)});
  }
  return out;
}

// The seeds of a cell dealt to two arms at random.
stats::PredictionTable halves_of(const stats::PredictionTable& cell, std::size_t cell_number,
                                 std::size_t draw) {
  std::vector<std::size_t> order(cell.seeds);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const RandomStream stream(kDraw, Purpose::kBootstrap);
  const auto lane = static_cast<std::uint32_t>(cell_number * kHalves + draw);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[stream.below(i, lane, i)]);
  stats::PredictionTable out = cell;
  out.cells = 2;
  out.seeds = cell.seeds / 2;
  out.runs.clear();
  for (std::size_t i = 0; i < 2 * out.seeds; ++i) out.runs.push_back(cell.runs[order[i]]);
  return out;
}

bool rejects(const stats::PredictionTable& arms, const stats::MetricFunction& metric) {
  const auto found = stats::two_way(arms, arms.weights, metric, {{1, -1}, 0});
  if (!found || found->se <= 0) return false;
  return !interval({found->estimate, found->se, found->df}, kAlpha).contains(0);
}

AaResult check_metric(const store::Reader& reader, const spec::Experiment& experiment,
                      const std::vector<AaCell>& cells, const std::string& metric) {
  AaResult out;
  out.metric = metric;
  out.alpha = kAlpha;
  out.halves = kHalves;
  const auto minority = reader.minority_classes(experiment.name);
  std::size_t rejected = 0;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    auto tables =
        metric_tables(metric, cells[c].rows.setting, minority, experiment.file, "/claims");
    const stats::MetricFunction& function = tables.function();
    if (metric == "minority_recall" && function.classes.empty()) continue;
    const stats::PredictionTable table = tables.table(cells[c].rows, {cells[c].runs});
    const std::size_t seeds = table.seeds / 2;
    out.seeds_per_arm = out.comparisons == 0 ? seeds : std::min(out.seeds_per_arm, seeds);
    ++out.comparisons;
    for (std::size_t draw = 0; draw < kHalves; ++draw) {
      if (!rejects(halves_of(table, c, draw), function)) continue;
      ++rejected;
      if (draw == 0) ++out.false_positives;
    }
  }
  if (out.comparisons == 0) return out;
  out.bound = stats::clopper_pearson(out.false_positives, out.comparisons);
  out.rate_over_halves =
      static_cast<double>(rejected) / static_cast<double>(out.comparisons * kHalves);
  return out;
}

}  // namespace

std::vector<std::string> claimed_metrics(const spec::Experiment& experiment) {
  std::vector<std::string> metrics;
  for (const spec::Claim& claim : experiment.claims)
    if (claim.kind != "cost_ratio" &&
        std::find(metrics.begin(), metrics.end(), claim.metric) == metrics.end())
      metrics.push_back(claim.metric);
  if (metrics.empty()) metrics.emplace_back("macro_f1");
  return metrics;
}

std::vector<AaResult> check_aa(const store::Reader& reader, const spec::Experiment& experiment) {
  std::vector<std::string> left_out;
  const std::vector<AaCell> cells = aa_cells(reader, experiment, left_out);
  std::vector<AaResult> out;
  for (const std::string& metric : claimed_metrics(experiment)) {
    out.push_back(check_metric(reader, experiment, cells, metric));
    out.back().left_out = left_out;
  }
  return out;
}

}  // namespace ratbench::claims
