#include "harness/claims/power_pilot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "harness/claims/evidence.hpp"
#include "harness/claims/measure.hpp"
#include "harness/grid/keys.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::claims {
namespace {

// Seeds and stored cells that are looked at, at most: enough to know a spread, and quick.
constexpr std::size_t kMostPilotSeeds = 200;
constexpr std::size_t kMostStoredCells = 10;
constexpr std::uint64_t kUsualSeeds = 20;  // 0 to 19 are looked up, planned or not

double total_rows(const stats::PredictionTable& table) {
  return std::accumulate(table.weights.begin(), table.weights.end(), 0.0);
}

std::optional<Components> components(const stats::PredictionTable& table,
                                     const stats::MetricFunction& metric,
                                     const stats::Contrast& contrast) {
  const auto found = stats::two_way(table, table.weights, metric, contrast);
  if (!found || found->se <= 0) return std::nullopt;
  return components_of(*found, table.seeds, total_rows(table));
}

// Behind the corrected t test over splits: its variance is the splits' own, part of which more
// seeds take away, times 1 / splits + test rows / training rows.
std::optional<Components> components_over_splits(const std::vector<Split>& splits,
                                                 const stats::MetricFunction& metric,
                                                 const stats::Contrast& contrast) {
  const auto count = static_cast<double>(splits.size());
  std::vector<double> values;
  double of_one_seed = 0;
  double of_seeds = 0;
  double ratio = 0;
  for (const Split& split : splits) {
    const auto found = stats::two_way(split.table, split.table.weights, metric,
                                      contrast_of_split(contrast, split, splits.size()));
    if (!found || split.train_rows <= 0) return std::nullopt;
    values.push_back(found->estimate);
    of_seeds += found->variance_seed / count;
    of_one_seed += found->variance_seed * static_cast<double>(split.table.seeds) / count;
    ratio += total_rows(split.table) / split.train_rows / count;
  }
  const double factor = 1 / count + ratio;
  const double between = std::max(0.0, stats::variance(values) - of_seeds);
  if (between + of_one_seed <= 0) return std::nullopt;
  return Components{factor * of_one_seed, factor * between, 0, count, true};
}

Components mean_of(const std::vector<Components>& all, double factor) {
  Components out;
  const double share = factor / static_cast<double>(all.size());
  for (const Components& one : all) {
    out.seed += one.seed * share;
    out.row += one.row * share;
    out.residual += one.residual * share;
    out.rows = one.rows;
  }
  return out;
}

// Variance of the contrast over that of a difference of two cells (`is_difference`) or of one cell.
double scale_of(const stats::Contrast& contrast, bool is_difference) {
  if (!is_difference) return 1;
  double squares = 0;
  for (const double c : contrast.coefficients) squares += c * c;
  return squares / 2;
}

}  // namespace

PilotRuns::PilotRuns(const store::Reader& reader, const spec::Experiment& experiment,
                     const std::vector<grid::Cell>& cells, const DataFilesOf& data)
    : reader_(reader),
      experiment_(experiment),
      cells_(cells),
      data_(data),
      known_(reader.known_runs()) {}

const PilotRuns::Predictions& PilotRuns::predictions(const std::string& run_key,
                                                     const std::string& selection) {
  const auto [place, is_new] = predictions_.try_emplace(selection + " " + run_key);
  if (is_new) place->second = reader_.predictions(run_key, "test", selection);
  return place->second;
}

const protocol::DataFiles& PilotRuns::files(std::size_t cell) {
  const auto [place, is_new] = files_.try_emplace(cell);
  if (is_new) place->second = data_(cells_[cell].config);
  return place->second;
}

PilotRuns::SeedRuns PilotRuns::stored_runs(std::size_t cell) {
  SeedRuns runs;
  std::set<std::uint64_t> seeds(experiment_.seeds.begin(), experiment_.seeds.end());
  // More seeds may be stored than are planned now; they tell the spread as well.
  for (std::uint64_t seed = 0; seed < kUsualSeeds; ++seed) seeds.insert(seed);
  for (const std::uint64_t seed : seeds) {
    if (runs.size() == kMostPilotSeeds) break;
    std::string key = grid::run_key(cells_[cell].config, files(cell).sha256, seed);
    const auto found = known_.find(key);
    if (found != known_.end() && found->second == store::RunStatus::kDone)
      runs.emplace(seed, std::move(key));
  }
  return runs;
}

std::vector<PilotRuns::SeedRuns> PilotRuns::stored_cells(const std::string& dataset) {
  const auto [place, is_new] = stored_.try_emplace(dataset);
  if (!is_new) return place->second;
  std::set<std::string> seen;  // a first run stands for its cell: equal computations count once
  for (const store::ExperimentRow& experiment : reader_.experiments())
    for (const store::CellRow& cell : reader_.cells(experiment.name)) {
      SeedRuns runs;
      for (const store::CellRun& run : cell.runs)
        if (run.status == store::RunStatus::kDone && runs.size() < kMostPilotSeeds)
          runs.emplace(run.seed, run.run_key);
      if (cell.dataset == dataset && runs.size() >= kPilotSeeds &&
          place->second.size() < kMostStoredCells && seen.insert(runs.begin()->second).second)
        place->second.push_back(std::move(runs));
    }
  return place->second;
}

std::optional<store::MetricTables> PilotRuns::tables_of(const store::SplitRows& rows,
                                                        const std::string& metric,
                                                        const std::string& pointer) {
  std::vector<std::string> minority;
  if (experiment_.settings.has("data.minority_classes"))
    minority = experiment_.settings.texts("data.minority_classes");
  auto found = metric_tables(metric, rows.setting, minority, experiment_.file, pointer);
  if (metric == "minority_recall" && found.function().classes.empty()) return std::nullopt;
  return found;
}

store::SplitRows PilotRuns::rows_of(std::size_t cell, const char* split) {
  return store::split_rows(reader_, store::dataset_hash(files(cell)), split,
                           cells_[cell].config.text_or("data.negative_class", ""));
}

std::optional<stats::PredictionTable> PilotRuns::table(const store::SplitRows& rows,
                                                       store::MetricTables& tables,
                                                       const std::vector<const SeedRuns*>& cells,
                                                       const std::string& selection) {
  std::vector<std::vector<Predictions>> found(cells.size());
  for (const auto& [seed, first_key] : *cells.front()) {
    std::vector<const Predictions*> of_seed;
    for (const SeedRuns* cell : cells) {
      const auto run = cell->find(seed);
      if (run == cell->end()) break;
      const Predictions& values = predictions(run->second, selection);
      if (values.size() != rows.labels.size()) break;
      of_seed.push_back(&values);
    }
    if (of_seed.size() < cells.size()) continue;
    for (std::size_t k = 0; k < cells.size(); ++k) found[k].push_back(*of_seed[k]);
  }
  if (rows.rows() < 2 || found.front().size() < kPilotSeeds) return std::nullopt;
  return tables.table(rows, found);
}

std::string PilotRuns::different_rows(const Question& question) {
  for (const std::vector<std::size_t>& places : question.splits) {
    std::map<std::string, std::size_t> cells;  // one of every data set
    for (const std::size_t place : places)
      cells.try_emplace(store::dataset_hash(files(question.cells[place])), question.cells[place]);
    if (cells.size() < 2) continue;
    std::optional<store::SplitRows> first;
    for (const auto& [dataset, cell] : cells) {
      store::SplitRows own = rows_of(cell, "test");
      if (own.labels.empty()) continue;  // not stored yet
      if (first && !store::same_rows(*first, own)) return "the arms are tested on different rows";
      if (!first) first = std::move(own);
    }
  }
  return "";
}

std::optional<Split> PilotRuns::split_runs(const Question& question, std::size_t k,
                                           const std::string& name, stats::MetricFunction& metric) {
  Split out{{}, question.splits[k], 0, ""};
  std::vector<SeedRuns> runs;
  for (const std::size_t place : out.cells) {
    runs.push_back(stored_runs(question.cells[place]));
    if (runs.back().size() < kPilotSeeds) return std::nullopt;
  }
  std::vector<const SeedRuns*> cells;
  for (const SeedRuns& cell : runs) cells.push_back(&cell);
  const std::size_t first = question.cells[out.cells.front()];
  const store::SplitRows rows = rows_of(first, "test");
  auto tables = tables_of(rows, name, question.pointer);
  if (!tables) return std::nullopt;
  auto found = table(rows, *tables, cells, question.selection);
  if (!found) return std::nullopt;
  metric = tables->function();
  out.table = std::move(*found);
  if (question.splits.size() > 1) {
    if (!trained_rows_) trained_rows_ = fewest_trained_rows(reader_.runs(experiment_.name));
    out.train_rows = static_cast<double>(independent_rows(
        rows_of(first, "train"), store::dataset_hash(files(first)), *trained_rows_));
  }
  return out;
}

std::optional<Pilot> PilotRuns::own(const Question& question, const std::string& metric) {
  std::vector<Split> splits;
  stats::MetricFunction function;
  for (std::size_t k = 0; k < question.splits.size(); ++k) {
    auto one = split_runs(question, k, metric, function);
    if (!one) return std::nullopt;
    splits.push_back(std::move(*one));
  }
  Pilot out;
  for (const Step& step : question.steps) {
    const auto parts = splits.size() == 1
                           ? components(splits.front().table, function, step.contrast)
                           : components_over_splits(splits, function, step.contrast);
    if (!parts) return std::nullopt;
    out.steps.push_back(*parts);
  }
  std::size_t seeds = splits.front().table.seeds;
  for (const Split& split : splits) seeds = std::min(seeds, split.table.seeds);
  out.basis = fmt::format("from {} stored seeds of its own cells", seeds);
  if (splits.size() > 1) out.basis += fmt::format(" in {} splits", splits.size());
  return out;
}

std::optional<Pilot> PilotRuns::other(const Question& question, const std::string& metric) {
  if (question.splits.size() > 1) return std::nullopt;
  const std::string dataset = store::dataset_hash(files(question.cells.front()));
  const std::vector<SeedRuns> stored = stored_cells(dataset);
  if (stored.empty()) return std::nullopt;
  const store::SplitRows rows = rows_of(question.cells.front(), "test");
  auto tables = tables_of(rows, metric, question.pointer);
  if (!tables) return std::nullopt;
  const auto& coefficients = question.steps.front().contrast.coefficients;
  const bool differences =
      std::abs(std::accumulate(coefficients.begin(), coefficients.end(), 0.0)) < 1e-9;
  std::vector<Components> parts;
  const auto add = [&](const std::vector<const SeedRuns*>& cells, const stats::Contrast& contrast) {
    const auto found = table(rows, *tables, cells, question.selection);
    if (!found) return;
    if (const auto one = components(*found, tables->function(), contrast)) parts.push_back(*one);
  };
  for (std::size_t a = 0; a < stored.size(); ++a) {
    if (!differences) add({&stored[a]}, {{1}, 0});
    for (std::size_t b = a + 1; differences && b < stored.size(); ++b)
      add({&stored[a], &stored[b]}, {{1, -1}, 0});
  }
  if (parts.empty()) return std::nullopt;
  Pilot out;
  for (const Step& step : question.steps)
    out.steps.push_back(mean_of(parts, scale_of(step.contrast, differences)));
  out.basis = differences
                  ? fmt::format("from {} pairs of other stored cells with these data", parts.size())
                  : fmt::format("from {} other stored cells with these data", parts.size());
  return out;
}

}  // namespace ratbench::claims
